"""A ticket as lines for a terminal: numbers masked unless they are asked for, and nothing that moves it."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from callbacks.paging.next_page import Outcome, Paged
from callbacks.paging.store import Page
from callbacks.records import TicketFile
from callbacks.tickets import Move, Ticket, in_groups, is_untaken
from foundation.redaction import mask_number, one_line
from processes.commands.message_lines import NOBODY

ROW = "{:<11}  {:<16}  {:<8}  {:<20}  {:<16}  {}"
HEADING = ROW.format("NUMBER", "STATE", "PRIORITY", "TOPIC", "DUE", "TO CALL")

NOTHING_SPOKEN: Mapping[str, str] = {}
Written = Callable[[str], str]  # how a telephone number is written: masked, or in full


def row_of(ticket: Ticket, now: datetime, paged: Page | None = None, waits: datetime | None = None) -> str:
    """One line of a list, numbers masked; `!` after the time marks what is overdue.

    An urgent one that nobody has moved says since when it `waits`, and who was paged last.
    """
    due = _moment(ticket.due) + (" !" if ticket.is_overdue(now) else "")
    number, to_call = in_groups(ticket.number), _phone(ticket.number_to_call, mask_number)
    row = ROW.format(number, ticket.state, ticket.priority, ticket.topic, due, to_call)
    return f"{row}  {_waits(paged, waits)}" if is_untaken(ticket) else row


def page_line(page: Page) -> str:
    """Who was paged, and what came of it."""
    one = page.paged
    return f"Paged {_moment(one.at)}: {_by(one)}, {one.outcome or 'under way'}"


def _waits(paged: Page | None, since: datetime | None) -> str:
    one = paged.paged if paged else None
    if since is None:
        return f"acknowledged by {one_line(one.name)}" if one else "acknowledged"
    if one is None or one.outcome is Outcome.ACKNOWLEDGED:
        return f"waits since {_moment(since)}"
    return f"waits since {_moment(since)}, paged {one.at:%H:%M} {_by(one)}, {one.outcome or 'under way'}"


def _by(one: Paged) -> str:
    return f"{one_line(one.name)} by {one.by}"


def lines_of(
    found: TicketFile, written: Written = mask_number, spoken: Mapping[str, str] = NOTHING_SPOKEN
) -> Iterator[str]:
    """Everything about a ticket; `spoken`: a line for each message, by its name. Times are UTC."""
    yield from _heading(found.ticket, written)
    for addition in found.additions:
        to_call = _phone(addition.number_to_call, written)
        yield f"Added {_moment(addition.at)} by call {addition.call}, to call {to_call}"
        yield from _answers(addition.answers, written)
    for place, recording in enumerate(found.recordings, 1):
        length = "length not known yet" if recording.seconds is None else f"{recording.seconds} s"
        yield f"Recording {place} {recording.sid}, {length}, of call {recording.call}"
        yield f"    {spoken.get(recording.sid, NOBODY)}"
    for related in found.related:
        yield f"Perhaps related: {in_groups(related)} (same calling number, which proves nothing)"
    yield "Moves"
    yield from map(_step, found.moves)


def _heading(ticket: Ticket, written: Written) -> Iterator[str]:
    left = "  (the caller hung up)" if ticket.partial else ""
    to_call, calling = (_phone(one, written) for one in (ticket.number_to_call, ticket.calling_number))
    yield f"Ticket {in_groups(ticket.number)}  {ticket.state}{left}"
    yield f"  topic      {ticket.topic}, {ticket.priority}"
    yield f"  due        {_moment(ticket.due)}, promised {_moment(ticket.at)}"
    yield f"  customer   {ticket.customer or 'not known'}, {ticket.level.name.lower()}"
    yield f"  to call    {to_call}, called from {calling}"
    yield f"  call       {ticket.call}, {ticket.channel}, language {ticket.language}"
    yield from _answers(ticket.answers, written)


def _step(move: Move) -> str:
    way = f"{move.to}," if move.was == move.to else f"{move.was or '-'} -> {move.to} "
    note = f": {one_line(move.note)}" if move.note else ""
    return f"  {_moment(move.at)}  {way} by {one_line(move.actor)}{note}"


def _answers(answers: tuple[tuple[str, str], ...], written: Written) -> Iterator[str]:
    # What a caller said or typed goes to a terminal: no line end and no control character of theirs with it.
    for name, value in answers:
        shown = written(value) if value.startswith("+") else value
        yield f"    {one_line(name)}: {one_line(shown)}"


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def _phone(number: str | None, written: Written) -> str:
    return one_line(written(number)) if number else "-"
