"""Opens an exchange as a process: `python -m exchange --number +62...=http://127.0.0.1:8000/voice/answer`."""

import asyncio
import signal
from pathlib import Path
from typing import Any

import click
import uvicorn

from exchange.app import server_config
from exchange.options import settings_of
from exchange.settings import VERSTATS
from exchange.surface.settings import LANGUAGES
from exchange.switchboard import Settings, Switchboard


@click.command(context_settings={"auto_envvar_prefix": "EXCHANGE", "show_default": True})
@click.option("--port", default=5080, help="Where the exchange listens, on 127.0.0.1.")
@click.option(
    "--number", "numbers", multiple=True, required=True, help="A number and its voice URL: NUMBER=URL."
)
@click.option("--status-url", help="Where the end of each call is told.")
@click.option(
    "--number-status",
    "statuses",
    multiple=True,
    help="Where the end of a number's calls is told, if not there: NUMBER=URL.",
)
@click.option("--fallback-url", help="Asked when a document cannot be fetched or carried out.")
@click.option(
    "--person", "people", multiple=True, help="Who may be rung: NUMBER=answers|busy|no-answer|fails."
)
@click.option(
    "--text",
    "texts",
    multiple=True,
    help="What becomes of texts: NUMBER=delivered|undelivered|failed|sent|stopped|landline.",
)
@click.option(
    "--mishap",
    "chances",
    multiple=True,
    help='What goes wrong at the REST part: WHAT=MISHAP[/SECONDS]:CHANCE, such as "calls.*=lost:0.07".',
)
@click.option("--seed", default=0, help="What all chance begins with: the same seed, the same fate.")
@click.option("--list-delay", default=0.0, help="For how many seconds lists hide what is new.")
@click.option(
    "--place",
    "places",
    multiple=True,
    help="Where a number is at home: NUMBER=CITY,STATE,ZIP,COUNTRY; parts may be empty or left out.",
)
@click.option(
    "--stir-verstat",
    type=click.Choice(VERSTATS),
    help="What is known of callers' numbers; unsaid: no such field.",
)
@click.option("--speed", default=1.0, help="How much faster than the wall's clock calls live; inf: no waits.")
@click.option("--tape", type=click.Path(dir_okay=False, path_type=Path), help="Append the tape to this file.")
@click.option(
    "--repeat-every-request", is_flag=True, help="Send every webhook twice and compare the answers."
)
@click.option("--overlap", default=1, help="Send every webhook so often at the same moment.")
@click.option("--copy-chance", default=1.0, help="How likely each of these two befalls a webhook.")
@click.option(
    "--callbacks", default="", help="What befalls status callbacks: lost=0.1,repeated=0.1,late=0.2."
)
@click.option("--name-number", "names", multiple=True, help="What people call a number: NUMBER=TEXT.")
@click.option(
    "--inside", "inside", multiple=True, help="Where what happens in a number's calls is told: NUMBER=URL."
)
@click.option(
    "--caller",
    "callers",
    multiple=True,
    help="Who may be played at a telephone: NUMBER=NAME;language=id;account=...;pin=... (the rest may lack).",
)
@click.option("--languages", default=",".join(LANGUAGES), help="The languages by their keys, from 1 on.")
@click.option(
    "--allow-host",
    "hosts",
    multiple=True,
    help="Another name, besides those of this machine, under which a browser may reach the telephones.",
)
@click.option("--inside-token", default="", help="From the environment: EXCHANGE_INSIDE_TOKEN.")
@click.option("--account-sid", required=True, help="From the environment: EXCHANGE_ACCOUNT_SID.")
@click.option("--auth-token", required=True, help="From the environment: EXCHANGE_AUTH_TOKEN.")
@click.option("--api-key-sid", help="From the environment: EXCHANGE_API_KEY_SID.")
@click.option("--api-key-secret", help="From the environment: EXCHANGE_API_KEY_SECRET.")
def main(**options: Any) -> None:  # noqa: ANN401 - click's
    """A local telephone exchange that speaks Twilio's wire protocol from the carrier's side."""
    # Uvicorn sends itself the signal again once it has closed; by then there is nothing left to interrupt.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    asyncio.run(serve(settings_of(options), options["port"]))


async def serve(settings: Settings, port: int) -> None:
    """Serve until SIGTERM or SIGINT; calls in progress are ended and told."""
    async with Switchboard(settings, f"http://127.0.0.1:{port}") as board:
        await uvicorn.Server(server_config(board, port)).serve()


if __name__ == "__main__":
    main()
