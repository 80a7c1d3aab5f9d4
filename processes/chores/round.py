"""The loop of a worker: whatever chore is due is done; one that fails is tried again and stops no other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from foundation.clock import Clock, Deadline
from foundation.logs import about, logger
from foundation.metrics import CHORES
from processes.chores.chore import Chore, Pulse

FIRST_PAUSE = 1.0  # seconds until a chore that has failed is tried again; doubled with each further fault
DOUBLED_AT_MOST = 12  # times; the chore's own period ends the doubling long before

Wait = Callable[[float], bool]  # waits so many seconds; True at once when the worker is to end


@dataclass(slots=True)
class _Turn:
    """When a chore is due next, by the monotonic clock, and how often in a row it has failed."""

    chore: Chore
    due: float
    faults: int = 0


class Round:
    """Does the chores one after the other, in one thread: those due first in front, else as they are listed.

    By the monotonic clock: a wall clock that jumps neither starves a chore nor drives it.
    """

    def __init__(self, chores: Sequence[Chore], pulse: Pulse, clock: Clock, wait: Wait) -> None:
        self._pulse = pulse
        self._clock = clock
        self._wait = wait
        self._turns = [_Turn(chore, clock.monotonic()) for chore in chores]
        pulse.take_in(chores)

    def run(self) -> None:
        """Until the worker is to end; the chore at hand is finished."""
        while not self._wait(self._idle_seconds()):
            self._do(self._next())

    def _next(self) -> _Turn:
        return min(self._turns, key=lambda turn: turn.due)

    def _idle_seconds(self) -> float:
        return max(0.0, self._next().due - self._clock.monotonic())

    def _do(self, turn: _Turn) -> None:
        chore = turn.chore
        began = self._clock.monotonic()
        with about(chore=chore.name):
            fault = self._fault_of(turn)
        CHORES.labels(chore.name, "failed" if fault else "done").observe(self._clock.monotonic() - began)
        turn.faults = turn.faults + 1 if fault else 0
        pause = chore.every if fault is None else _pause_after(turn.faults, chore.every)
        turn.due = self._clock.monotonic() + pause

    def _fault_of(self, turn: _Turn) -> Exception | None:
        chore, log = turn.chore, logger("worker")
        deadline = Deadline.after(chore.limit, self._clock)
        try:
            done = chore.do(deadline)
        except Exception as fault:  # noqa: BLE001  # whatever it was, the other chores are done all the same
            # Its traceback once: a store that is away for an hour must not fill the log.
            say = log.warning if turn.faults else log.exception
            say("a chore failed", fault=type(fault).__name__, in_a_row=turn.faults + 1)
            return fault
        self._pulse.done(chore)
        if deadline.passed():
            log.warning("a chore took longer than its limit", limit=chore.limit)
        if done:
            log.info("a chore was done", count=done)
        return None


def _pause_after(faults: int, every: float) -> float:
    """Soon again, then less and less often, and never more rarely than when all is well."""
    doubled: float = FIRST_PAUSE * 2 ** min(faults - 1, DOUBLED_AT_MOST)
    return min(every, doubled)
