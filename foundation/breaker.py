"""Whether something that failed is left alone for a moment, so that not everybody waits for it once more."""

import threading

from foundation.clock import Clock

FAULTS_IN_A_ROW = 3
SKIP_SECONDS = 1.0  # then one tries again; one more fault and it is skipped again
DOUBT_SECONDS = 60.0  # after a fault of Redis the journal may know more than it


class Breaker:
    """Counts faults in a row, for all threads of a process; after so many nobody asks for a second."""

    def __init__(self, clock: Clock, faults: int = FAULTS_IN_A_ROW) -> None:
        self._clock = clock
        self._bears = faults
        self._lock = threading.Lock()
        self._faults = 0
        self._answered_at = float("-inf")
        self._skipped_until = float("-inf")
        self._doubted_until = float("-inf")

    def skips(self) -> bool:
        """Whether it is not to be asked now. Whoever hears no when the second is over tries for all."""
        if self._faults < self._bears:
            return False
        with self._lock:
            now = self._clock.monotonic()
            if now < self._skipped_until:
                return True
            self._skipped_until = now + SKIP_SECONDS
            return False

    def doubts(self) -> bool:
        """Whether it failed not long ago."""
        return self._clock.monotonic() < self._doubted_until

    def failed(self, begun: float = float("inf")) -> None:
        """It did not answer, or refused; no fault if somebody was answered since `begun`."""
        with self._lock:
            if self._answered_at > begun:
                return
            now = self._clock.monotonic()
            self._faults += 1
            self._doubted_until = now + DOUBT_SECONDS
            if self._faults >= self._bears:
                self._skipped_until = now + SKIP_SECONDS

    def answered(self) -> None:
        """It did what it was asked."""
        self._answered_at = self._clock.monotonic()
        if self._faults:
            with self._lock:
                self._faults = 0
