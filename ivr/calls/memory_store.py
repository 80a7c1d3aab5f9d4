"""Calls kept in this process alone: for the telephone in the terminal, and for tests."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from foundation.clock import Clock, Deadline
from ivr.calls.claims import (
    LEASE_SECONDS,
    Aim,
    Behind,
    Beside,
    Busy,
    Claim,
    Claimed,
    Found,
    Free,
    HangUpNext,
    Looks,
    Lost,
    Present,
    Remembered,
    Row,
    Speaking,
    Stored,
)
from ivr.calls.status import CallStatus
from speech import mailbox_keys as mail

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
    """Keeps the same contract as Redis; a fault cannot happen, and nothing outlives the process.

    `mail`: what lies beside the calls, by the names of `speech.mailbox_keys`; nothing of it lapses.
    """

    def __init__(self, clock: Clock, *, lease: float = LEASE_SECONDS) -> None:
        self._clock = clock
        self._lease = lease
        self._lock = threading.Lock()
        self._calls: dict[str, _Entry] = {}
        self.mail: dict[str, bytes] = {}

    def doubted(self) -> bool:
        return False

    def claim(self, claim: Claim, deadline: Deadline) -> Found:
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
            if (unsaid := self._unsaid(entry, claim)) is not None:
                return unsaid
            entry.owner, entry.claimed = claim.owner, turn
            entry.lease_until = self._clock.monotonic() + self._lease
            return Claimed(turn, entry.newest, self._beside(entry, claim))

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
            self._listen(row)
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

    def _unsaid(self, entry: _Entry, claim: Claim) -> Present | Speaking | None:
        """Why the turn is not claimed though it could be: nothing was said yet."""
        if entry.newest is None or not _looks(entry, claim) or self._said(claim) is not None:
            return None
        if claim.patient and mail.speaking_key(claim.call, claim.turn) in self.mail:
            return Speaking(entry.newest)
        return Present(entry.newest) if claim.looks is Looks.ONLY else None

    def _beside(self, entry: _Entry, claim: Claim) -> Beside:
        said = self._said(claim) if _looks(entry, claim) else None
        return Beside(self.mail.get(mail.SERVICE), self.mail.get(mail.open_key(claim.call)), said)

    def _said(self, claim: Claim) -> bytes | None:
        return self.mail.get(mail.heard_key(claim.call, claim.turn))

    def _listen(self, row: Row) -> None:
        key = mail.request_key(row.call)
        if row.listen is None:
            self.mail.pop(key, None)
        else:
            self.mail[key] = row.listen

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


def _looks(entry: _Entry, claim: Claim) -> bool:
    return claim.looks is not Looks.NEVER and entry.newest is not None and claim.turn == entry.turn + 1


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
