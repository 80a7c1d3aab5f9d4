"""What the caller says, laid on a line of time, so that whoever listens gets the sound of its moment.

Sound takes its time: where the calls of an exchange wait for nothing, it still lasts as long as it lasts.
"""

import math
import time
from array import array
from collections import deque
from dataclasses import dataclass, field

from exchange.calls.clock import CallClock
from exchange.media.mulaw import SILENCE, encoded

SAMPLES_A_SECOND = 8_000
FRAME = 0.02  # seconds, as the carrier cuts it
FRAME_SAMPLES = 160
# Live sound comes in pieces, some a little late: after a silence it begins by so much later, in seconds.
LIVE_MARGIN = 0.06
# What comes faster than it was spoken is taken so far ahead, in seconds; the rest is lost.
LIVE_AHEAD = 5.0
# What was said so long ago is forgotten, in seconds.
_FORGOTTEN = 5.0
_SILENT_FRAME = bytes([SILENCE]) * FRAME_SAMPLES


@dataclass(frozen=True, slots=True)
class _Sound:
    start: int  # in samples since the call began
    samples: "array[int]" = field(repr=False)

    @property
    def end(self) -> int:
        return self.start + len(self.samples)


class Mouth:
    """The caller's mouth. `listeners`: how many streams carry away what is said."""

    def __init__(self, clock: CallClock) -> None:
        self._clock = clock
        self._now = 0.0
        self._looked = time.monotonic()
        self._sounds: deque[_Sound] = deque()
        self.listeners = 0

    def now(self) -> float:
        """Seconds of sound since the call began."""
        looked = time.monotonic()
        self._now += (looked - self._looked) * self.speed
        self._looked = looked
        return self._now

    @property
    def speed(self) -> float:
        """How much faster than life sound passes."""
        return 1.0 if math.isinf(self._clock.speed) else self._clock.speed

    @property
    def until(self) -> float:
        """When the last that is to be said ends; the past if the mouth is shut."""
        return self._sounds[-1].end / SAMPLES_A_SECOND if self._sounds else 0.0

    def speak(self, samples: "array[int]", after: float = 0.0) -> None:
        """Say this, `after` so many seconds, or when everything said before is over."""
        now = self.now()
        start = max(now + after, self.until)
        self._sounds.append(_Sound(round(start * SAMPLES_A_SECOND), samples))
        while self._sounds[0].end < (now - _FORGOTTEN) * SAMPLES_A_SECOND:
            self._sounds.popleft()

    def speak_live(self, samples: "array[int]") -> None:
        """Say the next piece of what a microphone hears at this moment."""
        ahead = self.until - self.now()
        if ahead < LIVE_AHEAD:
            self.speak(samples, LIVE_MARGIN if ahead < 0 else 0.0)

    def frame(self, at: float) -> bytes:
        """What is said in the 20 ms from `at` on, as mu-law: 160 bytes, also of silence."""
        start = round(at * SAMPLES_A_SECOND)
        end = start + FRAME_SAMPLES
        said = [one for one in self._sounds if one.start < end and one.end > start]
        if not said:
            return _SILENT_FRAME
        frame = array("h", bytes(2 * FRAME_SAMPLES))
        for one in said:
            first, last = max(one.start, start), min(one.end, end)
            frame[first - start : last - start] = one.samples[first - one.start : last - one.start]
        return encoded(frame)


def is_silent(frame: bytes) -> bool:
    """Whether nothing at all is said in a frame."""
    return frame == _SILENT_FRAME
