"""A clock that is ahead: nobody waits ten minutes in a test."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from foundation.clock import SystemClock


@dataclass(frozen=True)
class Later:
    """It goes on as the real one does."""

    ahead: timedelta

    def now(self) -> datetime:
        return SystemClock().now() + self.ahead

    def monotonic(self) -> float:
        return SystemClock().monotonic()
