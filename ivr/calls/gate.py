"""Counts the calls that begin in this process and knows who is refused; nothing is asked for it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from foundation.clock import Clock
from foundation.metrics import NEW_CALLS
from ivr.calls.admission import MINUTE, OF_A_NUMBER_SECONDS, Arrival, Bucket, Limits, Met, met

NUMBERS_COUNTED = 10_000  # the one that called longest ago is forgotten: two megabytes a process


@dataclass(frozen=True, slots=True)
class Seen:
    """What was read in the background: the marks of blocked numbers, and how many calls are in progress.

    `reading`: a number that grows with each reading.
    """

    blocked: frozenset[str] = frozenset()
    in_progress: int = 0
    reading: int = 0


class Gate:
    """Meets each call, for any thread. `mark`: what a number is known by here; it is never kept in plain."""

    def __init__(
        self, limits: Limits, mark: Callable[[str], str], seen: Callable[[], Seen], clock: Clock
    ) -> None:
        self._limits = limits
        self._mark = mark
        self._seen = seen
        self._clock = clock
        self._lock = threading.Lock()
        self._of_all = Bucket(float(limits.a_minute), clock.monotonic())
        self._of_numbers: OrderedDict[str, Bucket] = OrderedDict()
        self._since, self._reading = 0, -1

    def meet(self, number: str | None) -> Met:
        """How a call of this number (E.164; None if it shows none) is met. One that is taken counts."""
        mark = self._mark(number) if number else None
        seen = self._seen()
        with self._lock:
            how = self._met(mark, seen)
        NEW_CALLS.labels(how.value).inc()
        return how

    def _met(self, mark: str | None, seen: Seen) -> Met:
        now, limits = self._clock.monotonic(), self._limits
        if seen.reading != self._reading:
            self._since, self._reading = 0, seen.reading
        of_all = self._of_all.refilled(limits.a_minute, MINUTE, now)
        of_number = self._of_number(mark, now)
        # Those that were taken since the last reading are in progress too, most likely.
        in_progress = seen.in_progress + self._since
        how = met(Arrival(mark in seen.blocked, in_progress, of_all, of_number), limits)
        if how is Met.TAKEN:
            self._since += 1
            self._of_all = of_all.without_one()
            self._count(mark, of_number)
        return how

    def _of_number(self, mark: str | None, now: float) -> Bucket | None:
        size = self._limits.of_a_number
        if mark is None or not size:
            return None
        known = self._of_numbers.get(mark)
        return known.refilled(size, OF_A_NUMBER_SECONDS, now) if known else Bucket(float(size), now)

    def _count(self, mark: str | None, of_number: Bucket | None) -> None:
        if mark is None or of_number is None:
            return
        self._of_numbers[mark] = of_number.without_one()
        self._of_numbers.move_to_end(mark)
        if len(self._of_numbers) > NUMBERS_COUNTED:
            self._of_numbers.popitem(last=False)
