"""The words on the screen once everything answers: where it is, who can call, and how."""

from foundation.settings import Settings
from identity.demo import DEMO_CUSTOMERS
from processes.hearing import choices_of, languages_in
from processes.launch.draft import Draft

RULE = "-" * 78


def welcome_for(settings: Settings, draft: Draft | None = None) -> str:
    """Addresses, demo customers with their telephone PINs, the commands to call with, and a draft, if any."""
    customers = [
        f"    {demo.customer.name:<14} {demo.customer.language}   account {demo.customer.account}   "
        f"PIN {demo.pin.reveal()}   calls from {demo.customer.phone}"
        for demo in DEMO_CUSTOMERS
    ]
    exchange = f"http://127.0.0.1:{settings.exchange_port}"
    return "\n".join(
        [
            RULE,
            "  The hotline is open.",
            "",
            f"  To call it, open {exchange}/phone in a browser.",
            "",
            f"    web process   {settings.public_url}   (its state: /health/ready)",
            f"    exchange      {exchange}   connects {settings.hotline_number}",
            *_heard(settings),
            "",
            "  Customers to call as (invented; their PINs are shown for that reason):",
            *customers,
            "",
            "  To call it from another terminal:",
            "    .venv/bin/hotline call           a telephone in the terminal, no server needed",
            "    .venv/bin/hotline call --wire    through the exchange, as the carrier would",
            "    .venv/bin/hotline --help         everything else",
            "",
            *(_of_draft(draft) if draft else ()),
            "  Ctrl-C ends everything.",
            RULE,
        ]
    )


def _heard(settings: Settings) -> list[str]:
    """Who hears each language of the book; keys are taken in all of them."""
    chosen = choices_of(languages_in(settings.books_dir), settings)
    begins = ["    who speaks is heard:", *[" " * 24] * len(chosen)]
    return [f"{begin:<24} {one}" for begin, one in zip(begins, chosen, strict=False)]


def _of_draft(draft: Draft) -> tuple[str, ...]:
    return (
        f"  The draft in {draft.folder} has the number {draft.number}:",
        '    choose "the draft" in the browser, or',
        f"    .venv/bin/hotline call --wire --to {draft.number}",
        "    What you save there is heard by the next call; its tickets are thrown away.",
        "",
    )
