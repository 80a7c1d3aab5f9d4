"""One utterance that may be a number, while it goes on: what was worked out for it is kept.

At each look its pauses are chosen anew, as the loudness of the line is known better; from the first frame
that is another one everything behind it is worked out again. Mostly that is what has come since, and the last
frames of the look before, whose changes were not known yet.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from speech.requests import DIGITS, RATE
from speech.sphinx.alone import Alone, Phrases
from speech.sphinx.cepstra import AROUND, CEPSTRA, around_mean, with_changes
from speech.sphinx.mixtures import Mixtures
from speech.sphinx.model import Figures, SphinxModel
from speech.sphinx.net import Net
from speech.sphinx.places import Places
from speech.sphinx.rows import Rows
from speech.sphinx.telephone_sound import FRAME, Tight
from speech.sphinx.word_chains import Chains

LONGEST_PHRASE = 5 * RATE // FRAME  # frames without pauses: nobody takes longer for a phrase beside a number


class Wanted:
    """What numbers and the phrases beside them want to know of each frame; made once for these phrases.

    `numerals`: their chains. `phrases`: what the chains of phrases mean, each phrase by its number.
    """

    def __init__(
        self, model: SphinxModel, numerals: Chains, phrases: Mapping[int, str], said: Chains
    ) -> None:
        speech = np.union1d(numerals.scored, model.plain_states())
        scored = np.union1d(speech, said.scored)
        self.phrases, self.said = phrases, Phrases(said)
        self.mixtures = Mixtures(model, scored)
        self.speech, self.of_numerals, self.of_phrases = (
            np.searchsorted(scored, one) for one in (speech, numerals.scored, said.scored)
        )


class Utterance:
    """Its sound, and how likely that is what, as far as it was looked at: 11 kB for 10 ms of ten digits."""

    def __init__(self, wanted: Wanted, net: Net) -> None:
        self._wanted, self._net = wanted, net
        self._tight = Tight()
        self._cepstra, self._best = Rows(CEPSTRA), Rows()
        self._of_numerals, self._of_phrases = Rows(net.size), Rows(wanted.said.size)
        self._alone = Alone(wanted.said)
        self._same = 0  # frames that were followed and are as they were
        self.numbers = Places(net, DIGITS)

    def feed(self, sound: bytes) -> None:
        """More of it, not looked at yet."""
        self._tight.feed(sound)

    def listen(self) -> None:
        """Work out what is new, but for the last frames, which change with those that follow."""
        is_other = self._choose()
        self._follow(max(0, self.frames - AROUND), is_other=is_other)

    def look(self) -> None:
        """Work out all."""
        is_other = self._choose()
        self._follow(self.frames, is_other=is_other)

    @property
    def spoken(self) -> int:
        """Frames without pauses."""
        return len(self._tight)

    @property
    def frames(self) -> int:
        """Those of the model."""
        return len(self._cepstra)

    @property
    def best(self) -> float:
        """How likely the sound is as any speech."""
        return float(self._best.all.sum())

    def phrases(self) -> dict[str, float]:
        """How likely it is each phrase that it may be; none if it is too long for one."""
        if self.spoken > LONGEST_PHRASE:
            return {}
        return {self._wanted.phrases[number]: likely for number, likely in self._alone.likely().items()}

    def _choose(self) -> bool:
        """Take what is no pause; whether that is something else than before."""
        before = len(self._tight)
        kept = self._tight.look()
        if kept == before == len(self._tight):
            return False
        plain = max(0, kept - 1)  # each frame of the model is made of two of ours
        self._cepstra.cut(plain)
        self._cepstra.add(around_mean(self._tight.since(plain)))
        self._same = min(self._same, max(0, plain - AROUND))
        return True

    def _follow(self, frames: int, *, is_other: bool) -> None:
        """Go through so many, but for those that are the same."""
        if frames <= self._same and not is_other:
            return
        wanted, same = self._wanted, self._same
        since = max(0, same - AROUND)
        told = with_changes(self._cepstra.all[since:])[same - since : frames - since]
        likely = wanted.mixtures.likelihoods(told)
        _replace(self._best, same, likely[:, wanted.speech].max(1))
        _replace(self._of_numerals, same, self._net.heard(likely[:, wanted.of_numerals]))
        self.numbers.follow(self._of_numerals.all, same)
        if wanted.phrases and same < LONGEST_PHRASE:
            short = likely[: LONGEST_PHRASE - same, wanted.of_phrases]
            _replace(self._of_phrases, same, wanted.said.heard(short))
            self._alone.follow(self._of_phrases.all, same)
        self._same = frames


def _replace(rows: Rows, same: int, new: Figures) -> None:
    """What stands behind the first ones."""
    rows.cut(same)
    rows.add(new)
