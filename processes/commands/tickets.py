"""`hotline tickets`: what we owe, seen and sent on by hand, for people who have no console yet."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

import click

from callbacks.outcomes import AnotherIsOpen, Moved, NoSuchTicket, NotLegal, StateChanged
from callbacks.records import AskedMove, Sought, TicketFile
from callbacks.store import LISTED_AT_MOST, TicketStore
from callbacks.tickets import Priority, Ticket, TicketState, in_groups
from foundation.clock import Clock, Deadline, SystemClock
from foundation.database import Database, DatabaseUnavailable
from foundation.redaction import mask_number, one_line
from processes.commands.configured import settings_or_end

PATIENCE = 10.0  # seconds for SQL; whoever types a command can wait longer than a caller
STATES = click.Choice([state.value for state in TicketState])
PRIORITIES = click.Choice([priority.value for priority in Priority])
ROW = "{:<11}  {:<16}  {:<8}  {:<20}  {:<16}  {}"


@dataclass(frozen=True, slots=True)
class _Desk:
    database: Database
    store: TicketStore
    clock: Clock

    def deadline(self) -> Deadline:
        return Deadline.after(PATIENCE, self.clock)


@contextmanager
def _desk() -> Iterator[_Desk]:
    settings = settings_or_end()
    clock = SystemClock()
    database = Database(settings.database_url, clock, threads=1, limit=PATIENCE)
    try:
        yield _Desk(database, TicketStore(), clock)
    except DatabaseUnavailable as fault:
        raise click.ClickException(f"the database does not answer: {fault}") from fault
    finally:
        database.close()


@click.group()
def tickets() -> None:
    """Tickets: list them, show one, send one on."""


@tickets.command("list")
@click.option("--state", type=STATES, help="Only those in this state.")
@click.option("--topic", help="Only those about this topic.")
@click.option("--priority", type=PRIORITIES, help="Only those that press so much.")
@click.option("--overdue", is_flag=True, help="Only open ones whose time is past.")
def listing(state: str | None, topic: str | None, priority: str | None, *, overdue: bool) -> None:
    """List tickets, those due first in front (at most 200). Times are UTC."""
    with _desk() as desk:
        now = desk.clock.now()
        sought = Sought(
            TicketState(state) if state else None,
            topic,
            Priority(priority) if priority else None,
            now if overdue else None,
        )
        with desk.database.reading(desk.deadline()) as connection:
            found = desk.store.listed(connection, sought)
    click.echo(ROW.format("NUMBER", "STATE", "PRIORITY", "TOPIC", "DUE", "TO CALL"))
    for ticket in found:
        click.echo(_line(ticket, now))
    if len(found) == LISTED_AT_MOST:
        click.echo(f"There may be more than these {LISTED_AT_MOST}: narrow the list by --state, --topic ...")


@tickets.command()
@click.argument("number")
def show(number: str) -> None:
    """Show everything about ticket NUMBER (with or without blanks), every move with time and actor."""
    with _desk() as desk:
        with desk.database.reading(desk.deadline()) as connection:
            found = desk.store.file_of(connection, _digits(number))
        if found is None:
            raise click.ClickException(f"there is no ticket {one_line(number)}")
    for line in _lines(found):
        click.echo(line)


@tickets.command()
@click.argument("number")
@click.argument("state", type=STATES)
@click.option("--note", default="", help="Why; stays with the move.")
@click.option("--actor", required=True, help="Who you are; stays with the move.")
def move(number: str, state: str, note: str, actor: str) -> None:
    """Send ticket NUMBER on to STATE, if a legal move leads there."""
    with _desk() as desk:
        to = TicketState(state)
        asked = AskedMove(_digits(number), to, one_line(actor), one_line(note), desk.clock.now())
        with desk.database.writing(desk.deadline()) as connection:
            outcome = desk.store.move(connection, asked)
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
            raise click.ClickException(f"there is no ticket {one_line(number)}")
        case _:
            assert_never(outcome)


def _digits(number: str) -> str:
    """People write `123 456 789` and `123-456-789`."""
    return number.replace(" ", "").replace("-", "")


def _line(ticket: Ticket, now: datetime) -> str:
    due = _moment(ticket.due) + (" !" if ticket.is_overdue(now) else "")
    number = in_groups(ticket.number)
    return ROW.format(number, ticket.state, ticket.priority, ticket.topic, due, _phone(ticket.number_to_call))


def _lines(found: TicketFile) -> Iterator[str]:
    ticket = found.ticket
    yield f"Ticket {in_groups(ticket.number)}  {ticket.state}" + (
        "  (the caller hung up)" if ticket.partial else ""
    )
    yield f"  topic      {ticket.topic}, {ticket.priority}"
    yield f"  due        {_moment(ticket.due)}, promised {_moment(ticket.at)}"
    yield f"  customer   {ticket.customer or 'not known'}, {ticket.level.name.lower()}"
    yield f"  to call    {_phone(ticket.number_to_call)}, called from {_phone(ticket.calling_number)}"
    yield f"  call       {ticket.call}, {ticket.channel}, language {ticket.language}"
    yield from _answers(ticket.answers)
    for addition in found.additions:
        to_call = _phone(addition.number_to_call)
        yield f"Added {_moment(addition.at)} by call {addition.call}, to call {to_call}"
        yield from _answers(addition.answers)
    for recording in found.recordings:
        length = "length not known yet" if recording.seconds is None else f"{recording.seconds} s"
        yield f"Recording {recording.sid}, {length}, of call {recording.call}"
    for related in found.related:
        yield f"Perhaps related: {in_groups(related)} (same calling number, which proves nothing)"
    yield "Moves"
    for step in found.moves:
        note = f": {one_line(step.note)}" if step.note else ""
        yield f"  {_moment(step.at)}  {step.was or '-'} -> {step.to}  by {one_line(step.actor)}{note}"


def _answers(answers: tuple[tuple[str, str], ...]) -> Iterator[str]:
    # What a caller said or typed goes to a terminal: no line end and no control character of theirs with it.
    for name, value in answers:
        shown = mask_number(value) if value.startswith("+") else one_line(value)
        yield f"    {one_line(name)}: {shown}"


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def _phone(number: str | None) -> str:
    return mask_number(number) if number else "-"
