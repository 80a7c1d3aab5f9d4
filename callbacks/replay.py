"""Making the promises that wait in the spool, each once under its key, as soon as SQL takes them."""

from dataclasses import dataclass, replace
from enum import Enum
from typing import assert_never

from callbacks.promises import Promises
from callbacks.records import NumberToCall, SpokenMessage, TakenBack
from callbacks.spooled import Spoolable, SpoolSeal, Unreadable
from callbacks.tickets import TicketDraft
from foundation.clock import Deadline
from foundation.database import DatabaseUnavailable, KeyReused
from foundation.fault_points import DISARMED, FaultPoints
from foundation.logs import logger
from foundation.metrics import SPOOL_ASIDE, SPOOL_WAITING
from foundation.spool import Counts, Entry, Spool, State

ONE_SECONDS = 2.0  # for one promise, or what is left if that is less
PLAYED_BEFORE = "played-before"  # behind the key of a turn that came to something else when played again


class NoSuchTicket(Exception):
    """The ticket that was to be changed is not there: restored from a backup of before, or deleted."""


class _Came(Enum):
    """What one promise has come to."""

    TO_SQL = "it stands there"
    TOO_EARLY = "it waits"
    TO_NOTHING = "it can never be made"


@dataclass(frozen=True, slots=True)
class Replay:
    """Takes what waits out of the spool, the oldest first."""

    spool: Spool
    seal: SpoolSeal
    promises: Promises
    fault_points: FaultPoints = DISARMED

    def do(self, deadline: Deadline) -> int:
        """How many were made. Raises SpoolBroken.

        A slot is freed when its promise stands in SQL, never before: who dies in between leaves it to be made
        again under its key, which does nothing. What can never be made is set aside and blocks no other.
        What SQL cannot take waits, and with it whatever its call left after it.
        """
        made, waiting = 0, set[str]()
        for entry in self.spool.waiting(deadline):
            if deadline.passed():
                break
            match self._tried(entry, waiting, deadline):
                case _Came.TO_SQL:
                    self.fault_points.reach("after_replay_before_free")
                    self.spool.free(entry, deadline)
                    made += 1
                case _Came.TO_NOTHING:
                    self.spool.set_aside(entry, deadline)
                case _Came.TOO_EARLY:
                    pass
        self._tell(waiting, self.spool.counts(deadline))
        return made

    def put_back(self, deadline: Deadline) -> int:
        """What was set aside is to be tried again; how many."""
        aside = self.spool.waiting(deadline, State.ASIDE)
        for entry in aside:
            self.spool.put_back(entry, deadline)
        return len(aside)

    def _tried(self, entry: Entry, waiting: set[str], deadline: Deadline) -> _Came:
        """What came of one; `waiting` are the calls of which an older one waits."""
        until = Deadline.after(deadline.allow(ONE_SECONDS), deadline.clock)
        key = ""
        try:
            asked = self._read(entry)
            key = asked.key
            if asked.call in waiting:
                return _Came.TOO_EARLY
            try:
                self._do(asked, until)
            except DatabaseUnavailable:
                # Not the end of the round: it may be this one alone that SQL cannot take. Where SQL is gone,
                # the others are told so at once.
                waiting.add(asked.call)
                return _Came.TOO_EARLY
        except Exception:  # noqa: BLE001  # whatever it is, the others must not wait behind it
            logger("tickets").exception("a promise in the spool is set aside", slot=entry.slot, key=key)
            return _Came.TO_NOTHING
        logger("tickets").info("made from the spool", key=key)
        return _Came.TO_SQL

    def _read(self, entry: Entry) -> Spoolable:
        if entry.body is None:
            raise Unreadable("its bytes have changed")
        return self.seal.open(entry.body)

    def _do(self, asked: Spoolable, until: Deadline) -> None:
        match asked:
            case TicketDraft():
                self._open(asked, until)
            case SpokenMessage():
                self.promises.keep_recording(asked, until)
            case NumberToCall():
                if not self.promises.set_number(asked, until):
                    raise NoSuchTicket
            case TakenBack():
                # The ticket of it is older, and so was made before; without one it needs a person.
                self.promises.take_back(asked, until)
            case _:
                assert_never(asked)

    def _open(self, draft: TicketDraft, until: Deadline) -> None:
        try:
            self.promises.open_ticket(draft, until)
        except KeyReused:
            # Its owner died with it in the spool, and whoever took the turn over heard something else (an end
            # of the call), which stands under this key. Both are owed; about one topic they are joined.
            self.promises.open_ticket(replace(draft, key=f"{draft.key}/{PLAYED_BEFORE}"), until)

    def _tell(self, waiting: set[str], counts: Counts) -> None:
        SPOOL_WAITING.set(counts.waiting)
        SPOOL_ASIDE.set(counts.aside)
        if waiting:
            logger("tickets").warning("the spool waits for sql", waiting=counts.waiting)
        if counts.aside:
            logger("tickets").error("promises in the spool need a person", aside=counts.aside)
