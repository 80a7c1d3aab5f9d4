"""The clock of one call: time as the caller lives it, which may run faster than the clock on the wall."""

import asyncio
import math
import time
from datetime import datetime, timedelta


class CallClock:
    """Virtual time since the call began. `speed` 1 is real time; with infinity no wait takes any time.

    Every wait counts in full, whatever the speed: a time-out of five seconds is five seconds on this clock.
    Requests to the customer's web server cannot be hurried, and count as long as they really take; where
    waits take no time they count nothing, so that the same call always has the same moments.
    """

    def __init__(self, start: datetime, speed: float = 1.0) -> None:
        if not speed > 0:
            raise ValueError("the speed of an exchange is a number above 0, or inf")
        self.start = start
        self.speed = speed
        self.elapsed = 0.0
        self._waits: set[asyncio.Event] = set()

    @property
    def instant(self) -> bool:
        """Whether waits take no time at all."""
        return math.isinf(self.speed)

    def now(self) -> datetime:
        """The virtual moment."""
        return self.start + timedelta(seconds=self.elapsed)

    def change_speed(self, speed: float) -> None:
        """Go on at another speed. A wait in progress is disturbed, so that the rest of it is waited anew."""
        if not speed > 0:
            raise ValueError("the speed of an exchange is a number above 0, or inf")
        self.speed = speed
        for wake in self._waits:
            wake.set()

    def count(self, seconds: float) -> None:
        """Add seconds of the call that nobody has to wait for."""
        self.elapsed += seconds

    def count_real(self, seconds: float) -> None:
        """Add seconds that really passed elsewhere (a request)."""
        if not self.instant:
            self.elapsed += seconds

    async def wait(self, seconds: float, wake: asyncio.Event) -> bool:
        """Let `seconds` of this clock pass. False: less has passed: `wake` was set, or the speed changed."""
        if self.instant or seconds <= 0:
            await asyncio.sleep(0)
            self.elapsed += max(seconds, 0.0)
            return True
        began, speed = time.monotonic(), self.speed
        self._waits.add(wake)
        try:
            await asyncio.wait_for(wake.wait(), seconds / speed)
        except TimeoutError:
            self.elapsed += seconds
            return True
        finally:
            self._waits.discard(wake)
        self.elapsed += min(seconds, (time.monotonic() - began) * speed)
        return False
