"""Phrases that are said, by PocketSphinx's model: one hearing tells how likely each of them is.

PocketSphinx's own search keeps the best phrase alone: it has to hear the sound anew for each rival, and
once more as any sounds. Here the likelihoods of the model are told once, while somebody speaks, and a search
of our own follows every phrase (`alone`) and any sounds in any order (`any_sounds`). So how far the rivals
are behind, and whether the sound is a phrase at all, is known without hearing it again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product
from math import exp

import numpy as np

from speech import grammar
from speech.recognizer import MOST_ALTERNATIVES, NOTHING_YET, UNKNOWN, Course, SoFar, ranked
from speech.requests import BYTES_A_SAMPLE, RATE, Alternative
from speech.sphinx.alone import Alone, Phrases
from speech.sphinx.any_sounds import AnySounds, Loop
from speech.sphinx.dictionary import Phones
from speech.sphinx.inside import inside
from speech.sphinx.mixtures import Mixtures
from speech.sphinx.model import Numbers, SphinxModel
from speech.sphinx.utterance import FRAMES_A_SECOND, Follower, Utterance
from speech.sphinx.word_chains import Word, chains

LONGEST_PHRASE = 5 * FRAMES_A_SECOND  # without pauses: nobody takes longer for a phrase
MOST_WAYS = 8  # to say a phrase, of all those of its words
MOST_OFFERED = 32  # sets of phrases that are kept ready, 2 to 3 MB each
LOOKS = RATE * BYTES_A_SAMPLE // 10  # bytes: so much sound is gone through at a time
# How much less often each phrase is meant that may be said everywhere ("back" where yes or no is asked): a
# seventh, as log likelihood of the same measure.
RARER = 40.0
SMOOTH = 20.0  # frames tell less than their number: PocketSphinx's own measure for posteriors
# Where sound and words part, in log likelihood a frame below any sounds in any order, and how sharply.
BELOW_ANY, SLOPE = -1.7, 2.77
NO_FIT = 50.0
# The same for a phrase with other words around it, a frame of its own.
BELOW_ANY_INSIDE = -0.5
HALF = 0.5  # from so good a fit on something is a phrase, or the beginning of one


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the language: its sounds, its words, and any sounds.

    `ways`: word -> all ways to say it; none for one that is not known.
    """

    model: SphinxModel
    ways: Callable[[str], tuple[Phones, ...]]
    loop: Loop


class Offered:
    """Phrases that may be said at a question, ready to be heard: made once for all who are asked it.

    `own`: as `speech.requests.ListenRequest` has it. `also`: further states of the model that are wanted of
    each frame; `columns` tells where they stand.
    """

    def __init__(
        self,
        known: Known,
        phrases: Sequence[str],
        own: int = 0,
        also: Numbers | None = None,
    ) -> None:
        model, loop = known.model, known.loop
        heard = grammar.known_phrases(phrases, lambda word: bool(known.ways(word)))
        said = chains(model, _words(list(heard), known), alone=True)
        wanted = [said.scored, loop.states, *([] if also is None else [also])]
        self._scored = np.unique(np.concatenate(wanted))
        self.names = tuple(heard.values())
        self.rarer = frozenset(phrases[own:] if own else ())
        self.mixtures = Mixtures(model, self._scored)
        self.phrases, self._of_phrases = Phrases(said), self.columns(said.scored)
        self._loop, self._of_sounds = loop, self.columns(loop.states)

    def columns(self, states: Numbers) -> Numbers:
        """Where these states of the model stand among the likelihoods of a frame."""
        found: Numbers = np.searchsorted(self._scored, states)
        return found

    def heard(self) -> PhraseHearing:
        """A new utterance in which one of them may be said."""
        alone, any_sounds = Alone(self.phrases), AnySounds(self._loop)
        followers = (
            Follower(alone, self._of_phrases, most=LONGEST_PHRASE),
            Follower(any_sounds, self._of_sounds, most=LONGEST_PHRASE),
        )
        return PhraseHearing(self, alone, any_sounds, followers if self.names else ())


class PhraseHearing:
    """Which phrase one utterance is, as far as `followers` went through it."""

    def __init__(
        self, offered: Offered, alone: Alone, any_sounds: AnySounds, followers: tuple[Follower, ...]
    ) -> None:
        self._offered = offered
        self._alone = alone
        self._any_sounds = any_sounds
        self.followers = followers

    def likely(self, said: Utterance) -> dict[str, float]:
        """How likely the whole sound is each phrase that it may be; none if it is too long for one."""
        if said.spoken > LONGEST_PHRASE:
            return {}
        return {self._offered.names[number]: likely for number, likely in self._alone.likely().items()}

    def on_the_way(self, said: Utterance) -> str:
        """The phrase that the sound may be the beginning of; none where it is nothing of the kind.

        A short beginning may be that of anything; with each tenth of a second it shows better.
        """
        number, likely = self._alone.on_the_way()
        if number < 0 or not said.followed or said.spoken > LONGEST_PHRASE:
            return ""
        doubtful = fit(likely, self._any_sounds.on_the_way, said.followed) < HALF
        return "" if doubtful else self._offered.names[number]

    def alternatives(self, said: Utterance) -> tuple[Alternative, ...]:
        """What was said, the surest first: its share of the likelihood of all, and whether it fits at all."""
        likely = self.likely(said)
        meant = {one: each - (RARER if one in self._offered.rarer else 0.0) for one, each in likely.items()}
        found = sorted(meant, key=lambda one: -meant[one])[:MOST_ALTERNATIVES]
        parts = shares([meant[one] for one in found])
        return ranked(
            Alternative(one, part * fit(likely[one], self._any_sounds.likely, said.followed))
            for one, part in zip(found, parts, strict=True)
        )

    def around(self) -> tuple[Alternative, ...]:
        """The phrase that was perhaps said with other words around it, which nobody offered.

        The one with the most that speaks for it: of "my account" and "my account was hacked" the longer one.
        """
        heard, any_sounds = self._alone.heard, self._any_sounds.ends
        if not self.followers or not len(heard):
            return ()
        found = inside(self._offered.phrases, heard, any_sounds)
        speaks = [(far - BELOW_ANY_INSIDE * frames, frames, number) for number, far, frames in found]
        most, frames, number = max(speaks, default=(0.0, 1, 0))
        if most <= 0:
            return ()
        phrase = self._offered.names[number]
        return (Alternative(f"{UNKNOWN} {phrase} {UNKNOWN}", _sure(most / frames)),)


class PhraseDecoder:
    """The sound of one utterance in which a phrase may be said."""

    def __init__(self, offered: Offered) -> None:
        self._hearing = offered.heard()
        self._said = Utterance(offered.mixtures, self._hearing.followers)
        self._new = 0
        self._course = Course()

    def feed(self, sound: bytes) -> None:
        self._course.fed(sound)
        self._said.feed(sound)
        self._new += len(sound)
        if self._new >= LOOKS:
            self._new = 0
            self._said.listen()

    def partial(self) -> SoFar:
        found = self._hearing.on_the_way(self._said)
        return SoFar(found) if found else NOTHING_YET

    def finish(self) -> tuple[Alternative, ...]:
        self._course.finish()
        self._said.look()
        whole = self._hearing.alternatives(self._said)
        if whole and sum(one.sure for one in whole) >= HALF:
            return whole
        return ranked([*self._hearing.around(), *whole])

    def places(self) -> tuple[bytes, ...]:
        return ()


def offers(known: Known, also: Numbers | None = None) -> Callable[[tuple[str, ...], int], Offered]:
    """Makes phrases ready, and keeps those that were asked for last."""
    return lru_cache(maxsize=MOST_OFFERED)(lambda phrases, own: Offered(known, phrases, own, also))


def fit(likely: float, any_sounds: float, frames: int) -> float:
    """0 to 1: whether a phrase is what was said at all, by how likely the sound is as any sounds."""
    return _sure((likely - any_sounds) / frames - BELOW_ANY)


def _sure(apart: float) -> float:
    return 1 / (1 + exp(min(-apart * SLOPE, NO_FIT)))


def shares(likely: Sequence[float]) -> list[float]:
    """Of the likelihood of all of them, each one's part."""
    parts = [exp((one - max(likely)) / SMOOTH) for one in likely]
    return [part / sum(parts) for part in parts]


def _words(phrases: Sequence[grammar.Words], known: Known) -> list[Word]:
    """Every way to say each phrase, which means its number."""
    return [
        Word(way, number)
        for number, phrase in enumerate(phrases)
        for way in islice(product(*map(known.ways, phrase)), MOST_WAYS)
    ]
