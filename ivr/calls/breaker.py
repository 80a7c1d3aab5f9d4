"""Whether a store that failed is left alone for a moment."""

from __future__ import annotations

import threading

from foundation.clock import Clock

FAULTS_IN_A_ROW = 3
SKIP_SECONDS = 1.0  # then one caller tries again; one more fault and it is skipped again
DOUBT_SECONDS = 60.0  # after a fault the journal may know more than the store


class Breaker:
    """Counts faults in a row, for all threads of a process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._faults = 0
        self._skipped_until = float("-inf")
        self._doubted_until = float("-inf")

    def skips(self) -> bool:
        """Whether the store is not to be asked now."""
        return self._clock.monotonic() < self._skipped_until

    def doubts(self) -> bool:
        """Whether the store failed not long ago."""
        return self._clock.monotonic() < self._doubted_until

    def failed(self) -> None:
        """The store did not answer, or refused."""
        with self._lock:
            now = self._clock.monotonic()
            self._faults += 1
            self._doubted_until = now + DOUBT_SECONDS
            if self._faults >= FAULTS_IN_A_ROW:
                self._skipped_until = now + SKIP_SECONDS

    def answered(self) -> None:
        """The store did what it was asked."""
        if self._faults:
            with self._lock:
                self._faults = 0
