"""What the journal tells of one call, turn by turn, with the tickets it speaks of as they stand now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from callbacks.store import TicketStore
from callbacks.tickets import Ticket
from foundation.clock import Clock, Deadline
from foundation.database import Database
from foundation.logs import logger
from ivr.calls.codec import Unreadable, decode
from ivr.calls.schema import turns
from ivr.calls.sealing import Broken, Seal
from ivr.flow.events import Promised
from ivr.flow.state import CallState

TURNS_AT_MOST = 300  # in one answer; a call has 200, and some of farewell
# Processes write their rows apart from one another: a turn that is missing may come this much later.
LATE = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class TurnRow:
    """One settled turn. `before` and `after`: the states around it, None where none is readable."""

    turn: int
    at: datetime
    source: str
    heard: str
    outcome: str
    node: str
    events: Sequence[Mapping[str, Any]]
    over: bool
    before: CallState | None
    after: CallState | None

    def promised(self) -> dict[str, bool | None]:
        """The tickets of this turn: whether each was joined, None where no event says so (at the end)."""
        told: dict[str, bool | None] = {
            event["ticket"]: event["joined"] for event in self.events if event["event"] == Promised.__name__
        }
        if self.before is None or self.after is None:
            return told
        known = {filed.ticket for filed in self.before.filed} | told.keys()
        return told | {
            filed.ticket: None for filed in self.after.filed if filed.ticket and filed.ticket not in known
        }


@dataclass(frozen=True, slots=True)
class Story:
    """Turns in order; `tickets` by number: those promised, and those whose number was typed."""

    turns: tuple[TurnRow, ...]
    tickets: Mapping[str, Ticket]


class Stories:
    """Reads the stories of calls; changes nothing."""

    def __init__(self, database: Database, seal: Seal, tickets: TicketStore) -> None:
        self._database = database
        self._seal = seal
        self._tickets = tickets

    @property
    def clock(self) -> Clock:
        """The clock by which turns are late."""
        return self._database.clock

    def of(self, call: str, after: int, deadline: Deadline) -> Story:
        """The settled turns with a number above `after`; none for an unknown call. Or DatabaseUnavailable.

        A turn behind a gap is held back for two seconds, so that nobody who asks on from it misses one.
        """
        with self._database.reading(deadline) as connection:
            found = self._rows(connection, call, after)
            told = self._without_gap(found, after)
            numbers = sorted({number for row in told for number in _numbers(row)})
            tickets = [self._tickets.find(connection, number) for number in numbers]
        return Story(told, {ticket.number: ticket for ticket in tickets if ticket is not None})

    def _rows(self, connection: Connection, call: str, after: int) -> list[TurnRow]:
        settled = select(turns).where(turns.c.call == call, turns.c.state.is_not(None))
        earlier = settled.where(turns.c.turn <= after).order_by(turns.c.turn.desc()).limit(1)
        later = settled.where(turns.c.turn > after).order_by(turns.c.turn).limit(TURNS_AT_MOST)
        previous = connection.execute(earlier).first()
        state = self._state(call, previous) if previous else None
        rows = []
        for row in connection.execute(later):
            before, state = state, self._state(call, row)
            events = tuple(row.events or ())
            rows.append(
                TurnRow(
                    *(row.turn, row.at, row.source, row.heard or "", row.outcome or "", row.node or ""),
                    *(events, row.over, before, state),
                )
            )
        return rows

    def _without_gap(self, rows: Sequence[TurnRow], after: int) -> tuple[TurnRow, ...]:
        now, expected, told = self.clock.now(), max(after, -1) + 1, []
        for row in rows:
            if row.turn != expected and now - row.at < LATE:
                break
            told.append(row)
            expected = row.turn + 1
        return tuple(told)

    def _state(self, call: str, row: Any) -> CallState | None:  # noqa: ANN401  # a row of `turns`
        try:
            return decode(self._seal.open(row.state, f"{call}/{row.turn}/state")).state
        except (Broken, Unreadable) as fault:
            logger("calls").warning("state not told", call=call, turn=row.turn, fault=type(fault).__name__)
            return None


def _numbers(row: TurnRow) -> set[str]:
    """Numbers of tickets that this turn names: promised ones, and one that may have been typed."""
    typed = {row.after.place.entry} if row.after and row.after.place.entry else set()
    return row.promised().keys() | typed
