"""`hotline tickets`: what we owe, seen and sent on by hand, for people who have no console yet."""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, assert_never

import click

from callbacks.looks import Look, looked_at
from callbacks.outcomes import AnotherIsOpen, Moved, NoSuchTicket, NotLegal, StateChanged
from callbacks.paging.store import Page, PageStore
from callbacks.promises import Promises
from callbacks.records import AskedMove, Sought, TicketFile
from callbacks.series import NumberSeries
from callbacks.store import LISTED_AT_MOST, TicketStore
from callbacks.tickets import KeptRecording, Priority, TicketState, in_groups, is_untaken
from callbacks.transcripts.seal import MessageSeal
from callbacks.transcripts.store import MessageStore
from foundation import logs
from foundation.clock import Clock, Deadline, SystemClock
from foundation.database import Database, DatabaseUnavailable
from foundation.redaction import mask_number, one_line
from foundation.sealing import Broken
from foundation.settings import Settings
from foundation.spool import FILE, Spool, SpoolBroken
from processes.carrier import carrier_recordings
from processes.commands.configured import settings_or_end
from processes.commands.message_lines import message_lines
from processes.commands.ticket_lines import HEADING, lines_of, page_line, row_of
from processes.doctor.database_look import trouble_in_words
from telephony.recordings import Audio, NoAudio

PATIENCE = 10.0  # seconds for SQL; whoever types a command can wait longer than a caller
STATES = click.Choice([state.value for state in TicketState])
PRIORITIES = click.Choice([priority.value for priority in Priority])
RECORDING = re.compile(r"RE[0-9a-f]{32}")  # a name goes into an address: nothing else may be in it


@dataclass(frozen=True, slots=True)
class Desk:
    """What the commands about tickets are done with."""

    settings: Settings
    database: Database
    store: TicketStore
    clock: Clock

    def deadline(self) -> Deadline:
        return Deadline.after(PATIENCE, self.clock)

    def file_of(self, number: str) -> TicketFile:
        """Everything about a ticket; ends the command if there is none of this number."""
        with self.database.reading(self.deadline()) as connection:
            found = self.store.file_of(connection, digits_of(number))
        return found or _no_ticket(number)

    def pages_of(self, number: str) -> tuple[Page, ...]:
        """Who was paged about it."""
        with self.database.reading(self.deadline()) as connection:
            return PageStore().pages_of(connection, number)

    def look(self, number: str, actor: str, note: str) -> TicketFile:
        """The same, when it stands in SQL and in the log that somebody looked."""
        look = Look(digits_of(number), actor, note, self.clock.now())
        with self.database.writing(self.deadline()) as connection:
            found = looked_at(self.store, connection, look) or _no_ticket(number)
        logs.configure(self.settings.hotline_env, self.settings.log_level, sys.stderr)
        logs.logger("tickets").warning(
            "somebody looked", ticket=found.ticket.number, call=found.ticket.call, actor=actor, what=note
        )
        return found


@contextmanager
def at_the_desk() -> Iterator[Desk]:
    """SQL as a command needs it; ends the command where it cannot be asked."""
    settings = settings_or_end()
    clock = SystemClock()
    database = Database(settings.database_url, clock, threads=1, limit=PATIENCE)
    try:
        yield Desk(settings, database, TicketStore(), clock)
    except DatabaseUnavailable as fault:
        raise click.ClickException(trouble_in_words(settings, fault)) from fault
    finally:
        database.close()


def _actor(_context: click.Context, _option: click.Parameter, told: str | None) -> str | None:
    """Who somebody says they are; a name of blanks is none."""
    if told is not None and not one_line(told).strip():
        raise click.BadParameter("say who you are")
    return one_line(told).strip() if told is not None else None


@click.group()
def tickets() -> None:
    """Tickets: list them, show one, hear what was spoken, send one on."""


@tickets.command("list")
@click.option("--state", type=STATES, help="Only those in this state.")
@click.option("--topic", help="Only those about this topic.")
@click.option("--priority", type=PRIORITIES, help="Only those that press so much.")
@click.option("--overdue", is_flag=True, help="Only open ones whose time is past.")
def listing(state: str | None, topic: str | None, priority: str | None, *, overdue: bool) -> None:
    """List tickets, those due first in front (at most 200). Times are UTC."""
    with at_the_desk() as desk:
        now = desk.clock.now()
        sought = Sought(
            TicketState(state) if state else None,
            topic,
            Priority(priority) if priority else None,
            now if overdue else None,
        )
        with desk.database.reading(desk.deadline()) as connection:
            found = desk.store.listed(connection, sought)
            untaken = tuple(one.number for one in found if is_untaken(one))
            paged = PageStore().last_of(connection, untaken)
            waits = PageStore().waiting_among(connection, untaken)
    click.echo(HEADING)
    for ticket in found:
        click.echo(row_of(ticket, now, paged.get(ticket.number), waits.get(ticket.number)))
    _tell_of_spool(desk.settings, desk.deadline())
    if len(found) == LISTED_AT_MOST:
        click.echo(f"There may be more than these {LISTED_AT_MOST}: narrow the list by --state, --topic ...")


@tickets.command()
@click.argument("number")
@click.option(
    "--reveal", is_flag=True, help="Telephone numbers in full; it stays with the ticket that you saw them."
)
@click.option("--actor", callback=_actor, help="Who you are; needed for --reveal.")
def show(number: str, actor: str | None, *, reveal: bool) -> None:
    """Show everything about ticket NUMBER (with or without blanks), every move with time and actor."""
    if reveal and actor is None:
        raise click.UsageError("--reveal needs --actor: say who you are, it stays with the ticket")
    with at_the_desk() as desk:
        if reveal and actor is not None:
            found = desk.look(number, actor, "the numbers were shown")
        else:
            found = desk.file_of(number)
        pages = desk.pages_of(found.ticket.number)
        key = desk.settings.secret_key
        spoken = message_lines(found, desk.database, key, desk.deadline())
    for line in (*lines_of(found, str if reveal else mask_number, spoken), *map(page_line, pages)):
        click.echo(line)


@tickets.command()
@click.argument("number")
@click.option("--which", type=click.IntRange(min=1), help="Which of several, as `show` numbers them.")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="The WAV file to write; a new one."
)
@click.option("--actor", required=True, callback=_actor, help="Who you are; stays with the ticket.")
def recording(number: str, which: int | None, out: Path, actor: str) -> None:
    """Write what a caller of ticket NUMBER spoke to a file: as it is kept here, else from the carrier."""
    if out.exists():
        raise click.ClickException(f"{out} is there already")
    with at_the_desk() as desk:
        sid = _chosen(desk.file_of(number).recordings, which).sid
        wav = _kept(desk, sid) or _fetched(desk, sid)
        desk.look(number, actor, f"recording {sid} was fetched")
    _write(out, wav)
    click.echo(f"{out}: {len(wav)} bytes")


@tickets.command()
@click.argument("number")
@click.argument("state", type=STATES)
@click.option("--note", default="", help="Why; stays with the move.")
@click.option("--actor", required=True, callback=_actor, help="Who you are; stays with the move.")
def move(number: str, state: str, note: str, actor: str) -> None:
    """Send ticket NUMBER on to STATE, if a legal move leads there."""
    with at_the_desk() as desk:
        asked = AskedMove(digits_of(number), TicketState(state), actor, one_line(note), desk.clock.now())
        promises = Promises(
            desk.store, desk.database, NumberSeries(desk.settings.secret_key, desk.clock).draw
        )
        outcome = promises.move(asked, desk.deadline())
    match outcome:
        case Moved(done):
            click.echo(f"{in_groups(done.ticket)}: {done.was} -> {done.to}")
        case NotLegal(now, legal):
            ways = ", ".join(legal) if legal else "nowhere any more"
            raise click.ClickException(f"it is {now}; from there it can go to: {ways}")
        case StateChanged(now):
            raise click.ClickException(f"somebody else moved it just now; it is {now}")
        case AnotherIsOpen(topic):
            raise click.ClickException(f"its customer has another open ticket about {topic}")
        case NoSuchTicket():
            _no_ticket(number)
        case _:
            assert_never(outcome)


def _tell_of_spool(settings: Settings, deadline: Deadline) -> None:
    """What waits on this machine has no number yet, and is owed all the same."""
    if not (settings.spool_dir / FILE).exists():
        return
    try:
        with closing(Spool(settings.spool_dir)) as spool:
            counts = spool.counts(deadline)
    except SpoolBroken as fault:
        click.echo(f"The spool cannot be read: {fault}", err=True)
        return
    if counts.waiting or counts.aside:
        click.echo(f"In the spool, without a number yet: {counts.waiting} waiting, {counts.aside} set aside")


def _chosen(kept: tuple[KeptRecording, ...], which: int | None) -> KeptRecording:
    if not kept:
        raise click.ClickException("it has no recording")
    if which is None and len(kept) > 1:
        raise click.ClickException(f"it has {len(kept)} recordings: say --which, as `show` numbers them")
    place = which or 1
    if place > len(kept):
        raise click.ClickException(f"it has no recording {place}, but {len(kept)}")
    return kept[place - 1]


def _kept(desk: Desk, sid: str) -> bytes | None:
    """The WAV file as a worker has kept it; None if it has not, or under another key."""
    try:
        parts = MessageStore(desk.database).sound(sid, desk.deadline())
        return MessageSeal(desk.settings.secret_key).open_sound(sid, parts)
    except Broken:
        return None


def _fetched(desk: Desk, sid: str) -> bytes:
    """The WAV file, from the carrier alone."""
    if not RECORDING.fullmatch(sid):
        raise click.ClickException(f"{one_line(sid)} is no name of a recording")
    carrier = carrier_recordings(desk.settings, desk.clock)
    if carrier is None:
        raise click.ClickException("set TWILIO_ACCOUNT_SID: it names whose recordings they are")
    with closing(carrier):
        match carrier.fetch(sid):
            case Audio(wav):
                return wav
            case NoAudio(reason):
                raise click.ClickException(f"{sid} cannot be had: {one_line(reason)}")


def _write(out: Path, wav: bytes) -> None:
    """A new file that nobody else may read: it is somebody's voice."""
    try:
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(wav)
    except OSError as fault:
        raise click.ClickException(f"{out} cannot be written: {fault.strerror}") from fault


def _no_ticket(number: str) -> NoReturn:
    raise click.ClickException(f"there is no ticket {one_line(number)}")


def digits_of(number: str) -> str:
    """People write `123 456 789` and `123-456-789`."""
    return number.replace(" ", "").replace("-", "")
