"""The caller's line: what reaches the carrier from the handset, in order, each thing at its moment."""

import asyncio
import math
from bisect import insort
from dataclasses import dataclass, field

from exchange.calls.clock import CallClock

KEYS = "0123456789*#"
# More than anybody presses in one breath; what comes above it is dropped as a jammed keypad would.
MAX_WAITING = 1_000


@dataclass(frozen=True, slots=True)
class Key:
    """One key was pressed."""

    key: str


@dataclass(frozen=True, slots=True)
class Speech:
    """The caller speaks for so many seconds; `audio` is a WAV file of it, if one was handed in."""

    seconds: float
    audio: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class HangUp:
    """The caller puts the handset down."""


@dataclass(frozen=True, slots=True)
class Silence:
    """A person lets us know that nothing will come: only of use where waits take no time."""


Heard = Key | Speech | HangUp | Silence


class CallerHungUp(Exception):
    """The caller has left the line."""


class Line:
    """Holds what the caller does until the carrier listens for it."""

    def __init__(self, clock: CallClock) -> None:
        self._clock = clock
        self._waiting: list[tuple[float, int, Heard]] = []
        self._count = 0
        self._arrived = asyncio.Event()
        self.gone = asyncio.Event()
        # The moment at which the carrier ends the call, whatever is being said.
        self.lasts_until = math.inf

    @property
    def idle(self) -> bool:
        """Nothing has been done by the caller that the carrier has not heard."""
        return not self._waiting and not self.gone.is_set()

    @property
    def timed_out(self) -> bool:
        """The line has lasted as long as it may."""
        return self._clock.elapsed >= self.lasts_until

    def put(self, heard: Heard, after: float = 0.0) -> None:
        """The caller does something, now or `after` so many seconds of virtual time."""
        if len(self._waiting) < MAX_WAITING:
            self._count += 1
            insort(self._waiting, (self._clock.elapsed + after, self._count, heard))
        self._arrived.set()

    def hang_up(self) -> None:
        """The caller leaves, at once, whatever else is waiting."""
        self.gone.set()
        self._arrived.set()

    def drop_keys(self) -> str:
        """Forget the keys that nobody listened to, and return them."""
        now = self._clock.elapsed
        lost = [one.key for at, _, one in self._waiting if isinstance(one, Key) and at <= now]
        self._waiting = [
            entry for entry in self._waiting if not (isinstance(entry[2], Key) and entry[0] <= now)
        ]
        return "".join(lost)

    async def arrival(self, limit: float) -> None:
        """Return once the caller has done something, or after `limit` seconds on the wall's clock."""
        if self.idle:
            self._arrived.clear()
            try:
                await asyncio.wait_for(self._arrived.wait(), limit)
            except TimeoutError:
                return

    async def hear(self, within: float) -> Key | Speech | Silence | None:
        """The next thing the caller does within so many virtual seconds, or None when they have passed.

        Raises CallerHungUp when the caller leaves, or the line lasts no longer.
        """
        deadline = min(self._clock.elapsed + within, self.lasts_until)
        while True:
            if self.gone.is_set():
                raise CallerHungUp
            self._arrived.clear()
            due = self._waiting[0][0] if self._waiting else deadline
            undisturbed = await self._clock.wait(min(due, deadline) - self._clock.elapsed, self._arrived)
            if not undisturbed:
                continue
            if self.gone.is_set():
                raise CallerHungUp
            if not (self._waiting and self._waiting[0][0] <= deadline):
                if self.timed_out:
                    self.gone.set()
                    raise CallerHungUp
                return None
            heard = self._waiting.pop(0)[2]
            if isinstance(heard, HangUp):
                self.gone.set()
                raise CallerHungUp
            return heard
