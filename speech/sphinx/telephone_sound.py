"""Sound of a telephone with its pauses cut short: 60 ms stay around what is said.

A model takes long pauses for the ends of words. What the line does not carry at all is made up for in the
cepstra.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from speech.requests import BYTES_A_SAMPLE, RATE
from speech.sphinx.rows import Rows

MARGIN = 6  # frames of 10 ms that are kept around speech
FRAME = RATE // 100
ABOVE_FLOOR = 2.5  # times the level of the quietest tenth: speech, and the weak sounds at its ends
QUIETEST = 12.0  # 16-bit steps: below that a line is silent whatever else is on it

Samples = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.intp]


def samples_of(sound: bytes) -> Samples:
    """16-bit sound as numbers of the same size."""
    return np.frombuffer(sound, "<i2").astype(np.float32)


def tight(samples: Samples) -> Samples:
    """What is louder than the line, with `MARGIN` around each stretch; nothing if nothing is."""
    frames = _frames(samples)
    kept: Samples = frames[loud(levels(frames))].reshape(-1)
    return kept


def levels(frames: Samples) -> Samples:
    """Of each frame, in 16-bit steps."""
    found: Samples = np.sqrt(np.mean(frames * frames, axis=1))
    return found


def loud(heights: Samples) -> Numbers:
    """The numbers of the frames that `tight` keeps, of frames with these levels."""
    if not len(heights):
        return np.zeros(0, np.intp)
    floor = max(float(np.quantile(heights, 0.1)) * ABOVE_FLOOR, QUIETEST)
    near = np.convolve(heights > floor, np.ones(2 * MARGIN + 1), "same") > 0
    return np.flatnonzero(near[: len(heights)])


class Tight:
    """What `tight` keeps of an utterance that goes on, chosen anew at each look."""

    def __init__(self) -> None:
        self._rest = b""
        self._frames = Rows(FRAME)
        self._levels = Rows()
        self._kept = np.zeros(0, np.intp)

    def __len__(self) -> int:
        """Frames that were kept at the last look."""
        return len(self._kept)

    def feed(self, sound: bytes) -> None:
        sound = self._rest + sound
        frames = _frames(samples_of(sound))
        self._rest = sound[frames.size * BYTES_A_SAMPLE :]
        self._frames.add(frames)
        self._levels.add(levels(frames))

    def look(self) -> int:
        """How many of the kept frames are the same as at the look before, from the first one on."""
        before, self._kept = self._kept, loud(self._levels.all)
        both = min(len(before), len(self._kept))
        others = np.flatnonzero(before[:both] != self._kept[:both])
        return int(others[0]) if len(others) else both

    def since(self, frame: int) -> Samples:
        """The samples of the kept frames from this one on."""
        found: Samples = self._frames.all[self._kept[frame:]].reshape(-1)
        return found


def _frames(samples: Samples) -> Samples:
    return samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
