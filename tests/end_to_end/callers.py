"""What fifty callers come with, as scripts of keys."""

from exchange.exchange import CallPlan, ScriptLike
from identity.demo import DEMO_CUSTOMERS

PROVEN = 4  # customers who prove who they are; the fifth types wrong PINs elsewhere
HELPLESS = ("2", "2", "2")  # none of three checks has helped


def number(count: int) -> str:
    """A mobile number of its own for each caller."""
    return f"+6281234{567_000 + count}"


def presses(*keys: str) -> list[dict[str, object]]:
    return [{"presses": one} for one in keys]


def urgent(language: str) -> ScriptLike:
    """Stop my money; the person does not answer, and then the caller leaves."""
    return [*presses(language, "9", "1"), {"hangs_up": True}]


def failed_payment(language: str) -> ScriptLike:
    return presses(language, "1", "1", *HELPLESS, "1#", "1", "1", "1", "2", "2")


def failed_payment_of_a_hidden_caller(language: str) -> ScriptLike:
    return presses(language, "1", "1", *HELPLESS, "1#", "1", "1", "081234567890#", "1", "2", "2")


def feedback(language: str) -> ScriptLike:
    return [*presses(language, "4", "1"), {"speaks": 12, "then": "#"}, *presses("1", "2")]


def own_details(language: str, account: str, pin: str) -> ScriptLike:
    return presses(language, "2", "2", "1", account, pin, "1", "2")


def fifty(to: str) -> list[CallPlan]:
    """Fifty callers of five kinds, in three languages, at once; four of them prove who they are."""
    plans = [
        CallPlan(
            number(900 + place), to, own_details(str(1 + place % 3), demo.customer.account, demo.pin.reveal())
        )
        for place, demo in enumerate(DEMO_CUSTOMERS[:PROVEN])
    ]
    kinds = (urgent, failed_payment, feedback, failed_payment_of_a_hidden_caller)
    for count in range(50 - len(plans)):
        kind, language = kinds[count % len(kinds)], str(1 + count // len(kinds) % 3)
        hidden = ("anonymous", "+266696687")[count % 2]
        shown = hidden if kind is failed_payment_of_a_hidden_caller else number(count)
        plans.append(CallPlan(shown, to, kind(language)))
    return plans
