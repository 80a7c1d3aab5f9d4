"""Opens an exchange as a process: `python -m exchange --number +62...=http://127.0.0.1:8000/voice/answer`."""

import asyncio
import signal
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import click
import uvicorn

from exchange.app import server_config
from exchange.settings import VERSTATS, Account, Copies, NumberSettings, Outcome, Person, Place
from exchange.switchboard import Settings, Switchboard


@click.command(context_settings={"auto_envvar_prefix": "EXCHANGE", "show_default": True})
@click.option("--port", default=5080, help="Where the exchange listens, on 127.0.0.1.")
@click.option(
    "--number", "numbers", multiple=True, required=True, help="A number and its voice URL: NUMBER=URL."
)
@click.option("--status-url", help="Where the end of each call is told.")
@click.option("--fallback-url", help="Asked when a document cannot be fetched or carried out.")
@click.option(
    "--person", "people", multiple=True, help="Who may be rung: NUMBER=answers|busy|no-answer|fails."
)
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
@click.option("--account-sid", required=True, help="From the environment: EXCHANGE_ACCOUNT_SID.")
@click.option("--auth-token", required=True, help="From the environment: EXCHANGE_AUTH_TOKEN.")
@click.option("--api-key-sid", help="From the environment: EXCHANGE_API_KEY_SID.")
@click.option("--api-key-secret", help="From the environment: EXCHANGE_API_KEY_SECRET.")
def main(**options: Any) -> None:  # noqa: ANN401 - click's
    """A local telephone exchange that speaks Twilio's wire protocol from the carrier's side."""
    # Uvicorn sends itself the signal again once it has closed; by then there is nothing left to interrupt.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    asyncio.run(serve(_settings(options), options["port"]))


async def serve(settings: Settings, port: int) -> None:
    """Serve until SIGTERM or SIGINT; calls in progress are ended and told."""
    async with Switchboard(settings, f"http://127.0.0.1:{port}") as board:
        await uvicorn.Server(server_config(board, port)).serve()


def _settings(options: Mapping[str, Any]) -> Settings:
    keys = {options["api_key_sid"]: options["api_key_secret"]} if options["api_key_sid"] else {}
    status, fallback = options["status_url"], options["fallback_url"]
    numbers = {
        number: NumberSettings(url, status, fallback, stir_verstat=options["stir_verstat"])
        for number, url in _pairs(options["numbers"])
    }
    return Settings(
        account=Account(options["account_sid"], options["auth_token"], keys),
        numbers=numbers,
        people={number: _person(outcome) for number, outcome in _pairs(options["people"])},
        places={number: _place(parts) for number, parts in _pairs(options["places"])},
        speed=options["speed"],
        tape_path=options["tape"],
        copies=Copies(repeat_every_request=options["repeat_every_request"]),
    )


def _pairs(texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    for text in texts:
        number, equals, value = text.partition("=")
        if not (number and equals and value):
            raise click.UsageError(f"{text!r} is not of the form NUMBER=...")
        yield number, value


def _person(outcome: str) -> Person:
    for known in get_args(Outcome):
        if outcome == known:
            return Person(known)
    raise click.UsageError(f"a person {', '.join(get_args(Outcome))}, not {outcome!r}")


def _place(parts: str) -> Place:
    told = [part.strip() for part in parts.split(",")]
    if len(told) > len(fields(Place)):
        raise click.UsageError(f"a place is CITY,STATE,ZIP,COUNTRY, not {parts!r}")
    return Place(*told)


if __name__ == "__main__":
    main()
