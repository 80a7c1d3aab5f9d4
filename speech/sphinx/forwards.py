"""The best way from the beginning of the sound to every end of every word, gone on with at each look."""

from __future__ import annotations

import numpy as np

from speech.sphinx.marks import Marks
from speech.sphinx.model import Figures
from speech.sphinx.net import SIDES, THIRD, TO_PAUSE, Net
from speech.sphinx.rows import Rows


class Forwards:
    """For one utterance. `ways`: frames x ends x places x counts, 4 kB a frame for ten digits."""

    def __init__(self, net: Net) -> None:
        self._net = net
        self._bounds = slice(net.words + TO_PAUSE, net.words + TO_PAUSE + SIDES)
        self._ways = Rows(len(net.endings), net.longest, net.counts)
        self._rows = net.none(net.longest)
        self._rows[net.words + TO_PAUSE, 0, 0] = 0
        self._marks = Marks(self._rows)

    @property
    def ways(self) -> Figures:
        return self._ways.all

    @property
    def totals(self) -> Figures:
        """How likely the whole sound is for each number of words, whether it ends in one or in a pause."""
        net = self._net
        paused = self._rows[net.words + THIRD] + net.goes[net.words + THIRD]
        found: Figures = np.maximum(self._rows[net.words + TO_PAUSE, :, 0], paused[:, 0])
        return found

    def follow(self, heard: Figures, same: int) -> None:
        """All frames so far, frames x `Net.size`; the first ones are the same as they were."""
        if same < len(self._ways):
            begin, self._rows = self._marks.back_to(same)
            self._ways.cut(begin)
        for frame in range(len(self._ways), len(heard)):
            self._marks.keep(frame, len(heard), self._rows)
            self._step(self._rows, frame, heard[frame])

    def _step(self, rows: Figures, frame: int, likely: Figures) -> None:
        """One frame further."""
        net, states = self._net, rows[: self._net.size]
        going = rows + net.goes
        coming = going.take(net.before, 0)
        np.maximum(coming[net.joined], going.take(net.before_too, 0), out=coming[net.joined])
        if frame == 0:
            coming[net.after_pause, 0, 0] = 0
        states += net.stays
        np.maximum(states, coming, out=states)
        states += likely[:, None, None]
        ended = rows[net.ends, :-1] + net.costs
        self._ways.add(ended[None])
        net.bound(ended, rows[self._bounds])
