"""Between tickets and the rows that keep them."""

from typing import Any

from callbacks.tickets import (
    Addition,
    KeptRecording,
    Move,
    Priority,
    Ticket,
    TicketDraft,
    TicketState,
    birth,
)
from foundation.schema import Row
from identity.levels import Level

LONGEST_ACTOR, LONGEST_NOTE = 120, 500  # characters, as in the table

Written = dict[str, object]
Read = Row[Any]


def write_ticket(draft: TicketDraft, number: str) -> Written:
    """A ticket that is born `promised`. It is kept while it is open: no end yet."""
    return {
        "number": number,
        "state": TicketState.PROMISED,
        "topic": draft.topic,
        "priority": draft.priority,
        "language": draft.language,
        "channel": draft.channel,
        "level": int(draft.level),
        "customer": draft.customer,
        "proven": draft.is_proven,
        "calling_number": draft.calling_number,
        "number_to_call": draft.number_to_call,
        "answers": _pairs(draft.answers),
        "due": draft.due,
        "at": draft.at,
        "call": draft.call,
        "partial": draft.partial,
    }


def write_birth(draft: TicketDraft, number: str) -> list[Written]:
    """The moves that a ticket has behind it when it is written."""
    states = birth(draft.priority)
    note = "the caller hung up unsolved" if draft.partial else ""
    before = (None, *states[:-1])
    moves = zip(before, states, strict=True)
    return [write_move(Move(number, was, to, draft.at, f"call {draft.call}", note)) for was, to in moves]


def write_move(move: Move) -> Written:
    """A move; what is too long for the table is cut."""
    return {
        "ticket": move.ticket,
        "was": move.was,
        "to": move.to,
        "at": move.at,
        "actor": move.actor[:LONGEST_ACTOR],
        "note": move.note[:LONGEST_NOTE],
    }


def write_addition(addition: Addition) -> Written:
    """What a call added."""
    return {
        "ticket": addition.ticket,
        "call": addition.call,
        "at": addition.at,
        "answers": _pairs(addition.answers),
        "number_to_call": addition.number_to_call,
    }


def read_ticket(row: Read) -> Ticket:
    """The ticket of a row of `tickets`."""
    return Ticket(
        number=row.number,
        state=TicketState(row.state),
        topic=row.topic,
        priority=Priority(row.priority),
        language=row.language,
        channel=row.channel,
        level=Level(row.level),
        customer=row.customer,
        calling_number=row.calling_number,
        number_to_call=row.number_to_call,
        answers=_as_pairs(row.answers),
        due=row.due,
        at=row.at,
        call=row.call,
        partial=row.partial,
    )


def read_move(row: Read) -> Move:
    """The move of a row of `ticket_moves`."""
    was = None if row.was is None else TicketState(row.was)
    return Move(row.ticket, was, TicketState(row.to), row.at, row.actor, row.note)


def read_addition(row: Read) -> Addition:
    """The addition of a row of `ticket_additions`."""
    return Addition(row.ticket, row.call, row.at, _as_pairs(row.answers), row.number_to_call)


def read_recording(row: Read) -> KeptRecording:
    """The spoken message of a row of `ticket_recordings`."""
    return KeptRecording(row.sid, row.ticket, row.call, row.seconds, row.at)


def _pairs(answers: tuple[tuple[str, str], ...]) -> list[list[str]]:
    return [list(pair) for pair in answers]


def _as_pairs(written: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in written)
