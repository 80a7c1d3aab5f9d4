"""How likely sound is any sounds of English in any order: no words of the language are closer to it.

What was said as it was allowed to be is little below that, anything else far. (Field's name: a garbage or
filler model, here a loop over all phones without neighbours.)
"""

from __future__ import annotations

import numpy as np

from speech.sphinx.marks import Marks
from speech.sphinx.model import SILENCE, STATES, Figures, Numbers, SphinxModel
from speech.sphinx.net import NEVER
from speech.sphinx.rows import Rows

# As PocketSphinx writes them.
SOUNDS = (
    "AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH"
)


class Loop:
    """Its states, three a phone, one phone after another: `states` as the model numbers them."""

    def __init__(self, model: SphinxModel) -> None:
        phones = [model.plain(name) for name in (*SOUNDS.split(), SILENCE)]
        self.states: Numbers = np.array([state for one in phones for state in one.states])
        self.size = len(self.states)
        self.stays = np.array([one.stays for one in phones], np.float32)
        self.goes = np.array([one.goes for one in phones], np.float32)


class AnySounds:
    """One utterance, gone through as it goes on."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        # The last figure is how likely all so far is with a phone at its end.
        self._rows = np.full(loop.size + 1, NEVER, np.float32)
        self._rows[-1] = 0
        self._marks = Marks(self._rows)
        self._ends = Rows()

    @property
    def likely(self) -> float:
        """Of all that was followed."""
        return float(self._rows[-1])

    @property
    def ends(self) -> Figures:
        """Of all up to each frame."""
        return self._ends.all

    @property
    def on_the_way(self) -> float:
        """The same, wherever in a phone the sound has come to."""
        return float(self._rows.max())

    def follow(self, heard: Figures, same: int) -> None:
        """All frames so far x `Loop.size`; the first ones are the same as they were."""
        if same < len(self._ends):
            begin, self._rows = self._marks.back_to(same)
            self._ends.cut(begin)
        for frame in range(len(self._ends), len(heard)):
            self._marks.keep(frame, len(heard), self._rows)
            self._step(heard[frame].reshape(-1, STATES))
            self._ends.add(self._rows[-1:])

    def _step(self, likely: Figures) -> None:
        """One frame further."""
        loop, states = self._loop, self._rows[:-1].reshape(-1, STATES)
        going = states + loop.goes
        states += loop.stays
        np.maximum(states[:, 1:], going[:, :-1], out=states[:, 1:])
        np.maximum(states[:, 0], self._rows[-1], out=states[:, 0])
        states += likely
        self._rows[-1] = (states[:, -1] + loop.goes[:, -1]).max()


class AnySpeech:
    """How likely the sound of one utterance is as any speech: of each frame the likeliest state."""

    def __init__(self) -> None:
        self._best = Rows()

    @property
    def likely(self) -> float:
        """Of all that was followed."""
        return float(self._best.all.sum())

    def follow(self, heard: Figures, same: int) -> None:
        """All frames so far x any states; the first ones are the same as they were."""
        self._best.cut(same)
        self._best.add(heard[same:].max(1))
