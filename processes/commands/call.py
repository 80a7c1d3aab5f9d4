"""`hotline call`: a telephone in the terminal, to the hotline itself or over the local exchange."""

from __future__ import annotations

import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from foundation.settings import ROOT, Settings

if TYPE_CHECKING:
    from foundation.database import Database
    from ivr.calls.turn import Turns

DEMO_NUMBER = "+6281234567801"
WITHHELD = "anonymous"
BUDGET = 10.0  # seconds for a turn; a laptop that hashes its first PIN is slow
CHANNEL = "terminal"
LONGEST_LINE = 10_000  # characters
END_LIMIT = 5.0  # seconds for hearing the end of a call


@dataclass(frozen=True, slots=True)
class Dialled:
    """Who calls whom; `number` is None if it is withheld."""

    number: str | None
    to: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for on the command line; a name for each option."""

    number: str
    withheld: bool
    to: str | None
    language: str | None
    scratch: bool
    wire: bool


@click.command()
@click.option("--from", "number", default=DEMO_NUMBER, show_default=True, help="The number that calls.")
@click.option("--withheld", is_flag=True, help="The caller shows no number.")
@click.option("--to", help="The number that is dialled; HOTLINE_NUMBER if not said.")
@click.option("--language", help="Dial the number that greets in this language, such as zh.")
@click.option("--scratch", is_flag=True, help="A fresh database that is thrown away afterwards.")
@click.option("--wire", is_flag=True, help="Through the exchange of `hotline run`, as the carrier would.")
def command(**options: Any) -> None:  # noqa: ANN401  # click's: each option has its own type
    """Call the hotline from this terminal; no server is needed.

    Type keys and Enter; nothing but Enter is silence; `!` hangs up; `say 4` speaks for four seconds, and
    over the wire `say a refund` says these words; answers, busy, no-answer or fails is what the person
    does who is rung (over the wire they answer). The lines can also come through a pipe.
    """
    from processes.commands.configured import laptop_settings_or_end

    asked = Asked(**options)
    # Like `hotline run`, this is a laptop's: the same database, the same demo customers.
    settings = laptop_settings_or_end()
    to = asked.to or _number_of(settings, asked.language)
    dialled = Dialled(None if asked.withheld else asked.number, to)
    if asked.wire:
        raise SystemExit(_over_the_wire(settings, dialled))
    with _on_scratch(settings) if asked.scratch else _on_disk(settings) as prepared:
        _converse(prepared, dialled)


def _number_of(settings: Settings, language: str | None) -> str:
    """The number to dial for a language; that of the settings if none is asked for."""
    if not language:
        return settings.hotline_number
    from ivr.menus.loader import load

    numbers = load(settings.books_dir).numbers
    found = next((number for number, greeted in numbers.items() if greeted == language), None)
    if found is None:
        known = ", ".join(sorted(set(numbers.values()))) or "none"
        raise click.UsageError(f"no number of the book greets in {language!r}; there are: {known}")
    return found


@contextmanager
def _on_disk(settings: Settings) -> Iterator[Settings]:
    from processes.launch.demo_house import prepare

    if settings.in_development:
        prepare(settings)
    yield settings


@contextmanager
def _on_scratch(settings: Settings) -> Iterator[Settings]:
    from foundation.development import spool_beside
    from foundation.redaction import Secret
    from processes.launch.demo_house import prepare

    with tempfile.TemporaryDirectory(prefix="hotline-call-") as folder:
        place = Path(folder) / "scratch.sqlite"
        own = {"database_url": Secret(f"sqlite:///{place}"), "spool_dir": spool_beside(place)}
        scratch = settings.model_copy(update={**own, "hotline_env": "development"})
        prepare(scratch)
        yield scratch


def _converse(settings: Settings, dialled: Dialled) -> None:
    """One call on the engine, the errands and the database of these settings; its moment in memory."""
    from foundation import logs
    from foundation.clock import Deadline, SystemClock
    from foundation.database import Database
    from foundation.phone_numbers import caller_number
    from ivr.calls.status import CallStage, CallStatus
    from ivr.calls.turn import EndUnheard, TurnRequest
    from ivr.channels.terminal import TerminalPhone
    from ivr.flow.inputs import Answered, CallerInput

    logs.configure("development", "warning", sys.stderr)
    clock, call = SystemClock(), _drawn("CA")
    database = Database(settings.database_url, clock)
    turns = _turns(settings, database)

    def take(turn: int, heard: CallerInput) -> bytes:
        return turns.take(TurnRequest(call, turn, "terminal", heard), Deadline.after(BUDGET, clock))

    def hang_up() -> None:
        ended = CallStatus(call, CallStage.COMPLETED, clock.now())
        try:
            turns.hear_status(ended, Deadline.after(END_LIMIT, clock))
        except EndUnheard:
            click.echo("(what you leave behind could not be kept; the carrier would tell the end again)")

    shown = caller_number(dialled.number) if dialled.number else None
    answered = Answered(clock.now(), call, shown.e164 if shown else None, dialled.to)
    try:
        phone = TerminalPhone(take, hang_up, _read, click.echo, lambda: _drawn("RE"), clock)
        phone.converse(answered)
    finally:
        database.close()


def _turns(settings: Settings, database: Database) -> Turns:
    from foundation.logs import logger
    from ivr.calls.memory_store import MemoryCallStore, MemoryJournal
    from ivr.calls.turn import Turns
    from ivr.channels.terminal import write_page, write_pause
    from ivr.menus.shelf import Shelf
    from processes.call_parts import build_runner

    clock = database.clock
    shelf = Shelf(settings.books_dir, None, logger("menus"), clock=clock)
    runner = build_runner(settings, database, clock, CHANNEL)
    return Turns(MemoryCallStore(clock), MemoryJournal(clock), shelf, runner, write_page, write_pause, clock)


def _read() -> str | None:
    """The next line, None at the end; a piped one is shown as if it had been typed."""
    typing = sys.stdin.isatty()
    if typing:
        click.echo("> ", nl=False)
    line = sys.stdin.readline(LONGEST_LINE)
    if not line:
        return None
    if not typing:
        click.echo(f"> {line.rstrip()}")
    return line.rstrip("\n")


def _drawn(kind: str) -> str:
    """An id as the carrier would draw it."""
    return kind + secrets.token_hex(16)


def _over_the_wire(settings: Settings, dialled: Dialled) -> int:
    exchange = f"http://127.0.0.1:{settings.exchange_port}"
    if not _open(exchange):
        click.echo(
            f"no exchange answers at {exchange}; start it with `make run` in another terminal", err=True
        )
        return 1
    told = ["--exchange", exchange, "--from", dialled.number or WITHHELD, "--to", dialled.to]
    # The exchange is beside the house and not part of it: its telephone is a program of its own.
    telephone = [sys.executable, "-m", "exchange.terminal", *told]
    return subprocess.run(telephone, check=False, cwd=ROOT).returncode


def _open(exchange: str) -> bool:
    from processes.launch.readiness import answers

    return answers(f"{exchange}/health/live")
