"""The caller's line: what reaches the carrier from the handset, in order, each thing at its moment."""

import asyncio
import math
from bisect import insort
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from exchange.calls.clock import CallClock
from exchange.media.mouth import Mouth
from exchange.sound import NoSound, samples_of

KEYS = "0123456789*#"
# More than anybody presses in one breath; what comes above it is dropped as a jammed keypad would.
MAX_WAITING = 1_000


@dataclass(frozen=True, slots=True)
class Key:
    """One key was pressed."""

    key: str


@dataclass(frozen=True, slots=True)
class Speech:
    """The caller speaks for so many seconds; `audio` is a WAV file of it, if one was handed in.

    `words`: what is said, as far as the exchange knows it, and `sure`, how sure the carrier's own recogniser
    is of it. `live`: a microphone's sound, which has gone out already.
    """

    seconds: float
    audio: bytes | None = field(default=None, repr=False)
    words: str = ""
    sure: float = 0.0
    live: bool = False


@dataclass(frozen=True, slots=True)
class HangUp:
    """The caller puts the handset down."""


@dataclass(frozen=True, slots=True)
class Silence:
    """A person lets us know that nothing will come: only of use where waits take no time."""


Heard = Key | Speech | HangUp | Silence


class CallerHungUp(Exception):
    """The caller has left the line."""


@dataclass(frozen=True, slots=True)
class Moved:
    """Whoever runs the account leads the call elsewhere: to a URL, or into a document handed in with it."""

    url: str = ""
    method: Literal["GET", "POST"] = "POST"
    document: bytes | None = field(default=None, repr=False)


class CallMoved(Exception):
    """What the call was doing is over; it goes on where it was led."""

    def __init__(self, moved: Moved) -> None:
        super().__init__(moved.url)
        self.moved = moved


class Line:
    """Holds what the caller does until the carrier listens for it."""

    def __init__(self, clock: CallClock) -> None:
        self._clock = clock
        self._waiting: list[tuple[float, int, Heard]] = []
        self._count = 0
        self._arrived = asyncio.Event()
        self.gone = asyncio.Event()
        self.mouth = Mouth(clock)
        self._moved: Moved | None = None
        # Set while the call is being led elsewhere.
        self.moving = asyncio.Event()
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
            if isinstance(heard, Speech) and heard.audio is not None and not heard.live:
                self._say(heard.audio, after)
        self._arrived.set()

    def _say(self, audio: bytes, after: float) -> None:
        # A test may hand in a sound of any shape; what is no sound is not heard.
        with suppress(NoSound):
            self.mouth.speak(samples_of(audio), after)

    def hang_up(self) -> None:
        """The caller leaves, at once, whatever else is waiting."""
        self.gone.set()
        self._arrived.set()

    def move(self, moved: Moved) -> None:
        """The call is led elsewhere, at once."""
        self._moved = moved
        self.moving.set()
        self._arrived.set()

    def check(self) -> None:
        """Raises CallMoved if the call is led elsewhere, CallerHungUp if nobody is there any more."""
        if self.gone.is_set():
            raise CallerHungUp
        if self._moved is not None:
            moved, self._moved = self._moved, None
            self.moving.clear()
            raise CallMoved(moved)

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
        if self.idle and not self.moving.is_set():
            self._arrived.clear()
            try:
                await asyncio.wait_for(self._arrived.wait(), limit)
            except TimeoutError:
                return

    async def answer_to_words(self, patience: float) -> bool:
        """Where waits take no time: let whoever listens have it, for sound lasts as long as it lasts.

        Returns when the call is led elsewhere, or `patience` real seconds after the caller's last word; at
        once, and False, where nobody has spoken for so long, or nobody listens.
        """
        until = (self.mouth.until - self.mouth.now()) / self.mouth.speed + patience
        if not (self._clock.instant and self.mouth.listeners and self.mouth.until and until > 0):
            return False
        leaving = [asyncio.create_task(event.wait()) for event in (self.moving, self.gone)]
        await asyncio.wait(leaving, timeout=until, return_when=asyncio.FIRST_COMPLETED)
        for one in leaving:
            one.cancel()
        return True

    async def hear(self, within: float) -> Key | Speech | Silence | None:
        """The next thing the caller does within so many virtual seconds, or None when they have passed.

        Raises CallerHungUp when the caller leaves, or the line lasts no longer; CallMoved when the call is
        led elsewhere.
        """
        deadline = min(self._clock.elapsed + within, self.lasts_until)
        while True:
            self.check()
            self._arrived.clear()
            due = self._waiting[0][0] if self._waiting else deadline
            undisturbed = await self._clock.wait(min(due, deadline) - self._clock.elapsed, self._arrived)
            if not undisturbed:
                continue
            self.check()
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
