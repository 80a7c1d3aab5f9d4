"""Where a way through sound can be taken up again, when what came later turns out otherwise."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from speech.sphinx.cepstra import AROUND

EVERY = 32  # frames; between two marks they are gone through once more

State = npt.NDArray[np.float32]


class Marks:
    """States at some frames: every `EVERY`th, and the first of those that were unsure at the last look."""

    def __init__(self, first: State) -> None:
        self._kept: list[tuple[int, State]] = [(0, first.copy())]

    def keep(self, frame: int, frames: int, state: State) -> None:
        """What is true before this frame of so many, where that is of use: the last ones may still change."""
        if frame and (frame % EVERY == 0 or frame == frames - AROUND):
            self._kept.append((frame, state.copy()))

    def back_to(self, frame: int) -> tuple[int, State]:
        """The last mark that is not behind this frame; those behind it are forgotten."""
        while self._kept[-1][0] > frame:
            self._kept.pop()
        at, state = self._kept[-1]
        if at % EVERY:
            self._kept.pop()
        return at, state.copy()
