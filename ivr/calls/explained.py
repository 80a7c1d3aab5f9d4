"""One turn of a call in words that JSON can carry: for people who want to see why the call went as it did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from callbacks.tickets import Ticket
from ivr.calls.codec import TOLD
from ivr.calls.stand_in import KEYS, KeysHeard, stand_in
from ivr.calls.story import Story, TurnRow
from ivr.flow.events import NodeEntered
from ivr.menus.model import MenuBook

Plain = dict[str, object]
Books = Mapping[str, MenuBook | None]


def explained(call: str, row: TurnRow, story: Story, books: Books) -> Plain:
    """The turn. `level`, `language` and `book` are null where the state cannot be read.

    `books` by version: those that can be had. The keys heard stay masked as in the journal.
    """
    told = _closing(row)
    state = row.after
    return {
        "turn": row.turn,
        "at": row.at.isoformat(),
        "path": _path(call, row),
        "source": row.source,
        "heard": row.heard,
        "outcome": row.outcome,
        "nodes": [event["node"] for event in row.events if event["event"] == NodeEntered.__name__],
        "node": row.node,
        "prompts": list(told.get("prompts", ())),
        "waits": told.get("waits", "end" if row.over else KEYS),
        "level": state.level.name.lower() if state else None,
        "language": state.language if state else None,
        "book": state.book if state else None,
        "events": [event for event in row.events if event["event"] != TOLD],
        "tickets": list(_tickets(call, row, story)),
        "stand_in": _stand_in(row, told, story, books),
    }


def _closing(row: TurnRow) -> Mapping[str, Any]:
    """What was said and is waited for; empty in rows that are older than this event."""
    return next((event for event in row.events if event["event"] == TOLD), {})


def _path(call: str, row: TurnRow) -> str:
    """Where the carrier asked for this turn; nobody asks for the one in which the end is heard."""
    if row.over:
        return ""
    return f"/voice/calls/{call}/turns/{row.turn}" if row.turn else "/voice/answer"


def _tickets(call: str, row: TurnRow, story: Story) -> Iterator[Plain]:
    for number, joined in row.promised().items():
        ticket = story.tickets.get(number)
        if ticket is not None:
            yield _ticket(ticket, joined=ticket.call != call if joined is None else joined)


def _ticket(ticket: Ticket, *, joined: bool) -> Plain:
    return {
        "number": ticket.number,
        "topic": ticket.topic,
        "state": ticket.state.value,
        "priority": ticket.priority.value,
        "due": ticket.due.isoformat(),
        "joined": joined,
    }


def _stand_in(row: TurnRow, told: Mapping[str, Any], story: Story, books: Books) -> str | None:
    if row.source != KEYS:
        return None
    return stand_in(
        KeysHeard(
            heard=row.heard,
            outcome=row.outcome,
            prompts=told.get("prompts", ()),
            proof=told.get("proof", ""),
            events=row.events,
            book=books.get(row.before.book) if row.before else None,
            before=row.before,
            after=row.after,
            tickets=frozenset(story.tickets),
        )
    )
