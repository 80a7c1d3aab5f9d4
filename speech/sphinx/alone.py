"""How likely sound is each of some phrases, said once and alone: the best way forwards through each."""

from __future__ import annotations

import numpy as np

from speech.sphinx.marks import Marks
from speech.sphinx.model import STATES, Figures
from speech.sphinx.net import NEVER
from speech.sphinx.word_chains import PAUSE, Chains


class Phrases:
    """The chains of some phrases as rows: a pause before all of them, and one behind each.

    `size`: rows that sound is told for. `first`: those that it may begin with; `ends`, 2 x endings: those
    that it may end with. `before`, 2 x `size`: the rows that each comes from. `means`, `sounds`: of each
    ending what it means, and how many sounds it has. `leads_to`: what each row means, -1 for the pause
    before all.
    """

    def __init__(self, chains: Chains) -> None:
        self._chains = chains
        words, pauses = len(chains.stays), 1 + len(chains.endings)
        self.size = words + STATES * pauses
        lead, *tails = np.arange(words, self.size).reshape(-1, STATES)
        self.means = [one.word.means for one in chains.endings]
        self.sounds = [sum(map(len, one.word.phones)) for one in chains.endings]
        behind = np.repeat(np.array(self.means, np.intp), STATES)
        self.leads_to = np.concatenate([chains.means, np.full(STATES, -1), behind])
        self.first = np.array([lead[0], *chains.starts[PAUSE]])
        self.ends = np.array([[one.state for one in chains.endings], [tail[-1] for tail in tails]], np.intp)
        stays, goes = (np.array(one, np.float32) for one in (chains.pause.stays, chains.pause.goes))
        self.stays = np.concatenate([chains.stays, np.tile(stays, pauses)])
        self.goes = np.concatenate([chains.goes, np.tile(goes, pauses), [NEVER]]).astype(np.float32)
        self.before = np.full((2, self.size), self.size)
        self.before[:, :words] = np.where(chains.before < words, chains.before, self.size)
        self.before[0, chains.starts[PAUSE]] = lead[-1]
        self.before[0, words:] = np.arange(words - 1, self.size - 1)
        self.before[0, lead[0]] = self.size
        self.before[0, [tail[0] for tail in tails]] = self.ends[0]

    def heard(self, likelihoods: Figures) -> Figures:
        """Frames x `size`, from frames x the states that the chains have scored."""
        pauses = self._chains.pauses_heard(likelihoods)
        return np.concatenate([self._chains.heard(likelihoods), np.tile(pauses, 1 + len(self.means))], 1)


class Alone:
    """One utterance, in which one of them may be said."""

    def __init__(self, phrases: Phrases) -> None:
        self._phrases = phrases
        self._rows = np.full(phrases.size + 1, NEVER, np.float32)
        self._marks = Marks(self._rows)
        self._frames = 0
        self.heard = np.zeros((0, 0), np.float32)  # all that was followed

    def follow(self, heard: Figures, same: int) -> None:
        """All frames so far x the states that the chains have scored; the first ones are as they were."""
        if same < self._frames:
            self._frames, self._rows = self._marks.back_to(same)
        for frame, likely in enumerate(self._phrases.heard(heard[self._frames :]), self._frames):
            self._marks.keep(frame, len(heard), self._rows)
            self._step(frame, likely)
        self._frames, self.heard = len(heard), heard

    def likely(self) -> dict[int, float]:
        """How likely the whole sound is each phrase that it may be, by what the phrase means."""
        found: dict[int, float] = {}
        ended = (self._rows[self._phrases.ends] + self._phrases.goes[self._phrases.ends]).max(0)
        for means, likely in zip(self._phrases.means, ended.tolist(), strict=True):
            if likely > NEVER / 2:
                found[means] = max(likely, found.get(means, likely))
        return found

    def on_the_way(self) -> tuple[int, float]:
        """What the likeliest phrase means that the sound may be the beginning of, and how likely that is."""
        best = int(self._rows[:-1].argmax())
        return int(self._phrases.leads_to[best]), float(self._rows[best])

    def _step(self, frame: int, likely: Figures) -> None:
        """One frame further."""
        going, states = self._rows + self._phrases.goes, self._rows[:-1]
        coming = np.maximum(going.take(self._phrases.before[0]), going.take(self._phrases.before[1]))
        if frame == 0:
            coming[self._phrases.first] = 0
        states += self._phrases.stays
        np.maximum(states, coming, out=states)
        states += likely
