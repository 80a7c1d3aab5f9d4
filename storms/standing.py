"""What stands in SQL of the promises of a storm: tickets, who came to them, and the messages in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from callbacks.tickets import TicketState
from tests.end_to_end.running import Hotline

TICKETS = "SELECT number, call, topic, state, number_to_call FROM tickets"
CAME = "SELECT ticket, call FROM ticket_calls"
MESSAGES = "SELECT sid, ticket FROM ticket_recordings"


@dataclass(frozen=True, slots=True)
class Row:
    """A ticket: `by` is the call that made it, `calls` those that came to it and have not taken it back."""

    number: str
    by: str
    topic: str
    state: str
    to_call: str | None
    calls: frozenset[str]

    @property
    def cancelled(self) -> bool:
        """Whether nobody will deal with it."""
        return self.state == TicketState.CANCELLED


@dataclass(frozen=True, slots=True)
class Standing:
    """All tickets, and in which of them each message lies."""

    rows: tuple[Row, ...]
    messages: Mapping[str, str]


def standing(hotline: Hotline) -> Standing:
    """What SQL says now."""
    calls: dict[str, set[str]] = {}
    for ticket, call in hotline.rows(CAME):
        calls.setdefault(str(ticket), set()).add(str(call))
    rows = tuple(
        Row(
            str(number),
            str(by),
            str(topic),
            str(state),
            None if to_call is None else str(to_call),
            frozenset(calls.get(str(number), ())),
        )
        for number, by, topic, state, to_call in hotline.rows(TICKETS)
    )
    return Standing(rows, {str(sid): str(ticket) for sid, ticket in hotline.rows(MESSAGES)})
