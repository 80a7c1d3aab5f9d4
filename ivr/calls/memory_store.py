"""Calls kept in this process alone: for the telephone in the terminal, and for tests."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from foundation.clock import Clock, Deadline
from ivr.calls.claims import (
    LEASE_SECONDS,
    Aim,
    Behind,
    Busy,
    Claim,
    Claimed,
    Free,
    HangUpNext,
    Lost,
    Present,
    Remembered,
    Row,
    Stored,
)
from ivr.calls.status import CallStatus

CALLS_AT_MOST = 10_000  # the oldest is forgotten


@dataclass(slots=True)
class _Entry:
    """One call: its newest settled turn, and the claim on the next one."""

    newest: Remembered | None = None
    ended: bool = False
    owner: str = ""
    claimed: int = -1
    lease_until: float = float("-inf")

    @property
    def turn(self) -> int:
        return self.newest.turn if self.newest else -1

    def free(self) -> None:
        self.owner, self.claimed, self.lease_until = "", -1, float("-inf")


class MemoryCallStore:
    """Keeps the same contract as Redis; a fault cannot happen, and nothing outlives the process."""

    def __init__(self, clock: Clock, *, lease: float = LEASE_SECONDS) -> None:
        self._clock = clock
        self._lease = lease
        self._lock = threading.Lock()
        self._calls: dict[str, _Entry] = {}

    def doubted(self) -> bool:
        return False

    def claim(self, claim: Claim, deadline: Deadline) -> Claimed | Present | Busy | Behind:
        del deadline
        with self._lock:
            entry = self._entry(claim.call)
            _planted(entry, claim.seed)
            if claim.aim is Aim.END:
                entry.ended = True
            turn = entry.turn + 1 if claim.aim is Aim.END else claim.turn
            if entry.newest is not None and (entry.newest.over or entry.turn >= turn):
                return Present(entry.newest)
            if self._busy(entry) and entry.owner != claim.owner:
                return Busy()
            if _unknown(entry, claim, turn):
                return Behind(entry.newest)
            entry.owner, entry.claimed = claim.owner, turn
            entry.lease_until = self._clock.monotonic() + self._lease
            return Claimed(turn, entry.newest)

    def look(self, call: str, turn: int, deadline: Deadline) -> Present | Busy | Free:
        del deadline
        with self._lock:
            entry = self._entry(call)
            if entry.newest is not None and (entry.newest.over or entry.turn >= turn):
                return Present(entry.newest)
            return Busy() if self._busy(entry) else Free()

    def settle(self, row: Row, owner: str, deadline: Deadline) -> Stored | HangUpNext | Lost:
        del deadline
        with self._lock:
            entry = self._entry(row.call)
            if (entry.owner, entry.claimed) != (owner, row.turn):
                return Lost()
            entry.newest = row.remembered
            if entry.ended and not row.remembered.over:
                entry.claimed, entry.lease_until = row.turn + 1, self._clock.monotonic() + self._lease
                return HangUpNext()
            entry.free()
            return Stored()

    def release(self, call: str, turn: int, owner: str, deadline: Deadline) -> None:
        del deadline
        with self._lock:
            entry = self._entry(call)
            if (entry.owner, entry.claimed) == (owner, turn):
                entry.free()

    def _entry(self, call: str) -> _Entry:
        if call not in self._calls and len(self._calls) >= CALLS_AT_MOST:
            del self._calls[next(iter(self._calls))]
        return self._calls.setdefault(call, _Entry())

    def _busy(self, entry: _Entry) -> bool:
        return bool(entry.owner) and self._clock.monotonic() < entry.lease_until


def _planted(entry: _Entry, seed: Remembered | None) -> None:
    if seed is not None and seed.turn > entry.turn:
        entry.newest = seed
        if entry.claimed <= seed.turn:
            entry.free()


def _unknown(entry: _Entry, claim: Claim, turn: int) -> bool:
    if claim.aim is Aim.END:
        return entry.newest is None
    return claim.aim is Aim.TURN and turn > entry.turn + 1


class MemoryJournal(MemoryCallStore):
    """The journal of a telephone that keeps no calls: its rows can be looked at until the process ends."""

    def __init__(self, clock: Clock, *, lease: float = LEASE_SECONDS) -> None:
        super().__init__(clock, lease=lease)
        self.rows: dict[tuple[str, int], Row] = {}
        self.news: list[CallStatus] = []

    def keep(self, row: Row, deadline: Deadline) -> None:
        del deadline
        self.rows.setdefault((row.call, row.turn), row)

    def keep_now(self, row: Row, deadline: Deadline) -> Remembered:
        self.keep(row, deadline)
        return self.rows[row.call, row.turn].remembered

    def newest(self, call: str, deadline: Deadline) -> Remembered | None:
        del deadline
        turns = [turn for known, turn in self.rows if known == call]
        return self.rows[call, max(turns)].remembered if turns else None

    def note(self, status: CallStatus, deadline: Deadline) -> None:
        del deadline
        self.news.append(status)
