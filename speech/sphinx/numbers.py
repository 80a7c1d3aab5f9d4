"""Numbers that are said, by PocketSphinx's model: one hearing tells every rival of every digit.

PocketSphinx's own search keeps the best number alone, and hears everything again for each rival: two seconds
of a core for ten digits, and three readings known. Here the likelihoods of the model are told once, and a
search of our own goes through them (`places`). Lengths, the check digit and how far the nearest other number
is behind are then a matter of small tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from math import exp
from types import MappingProxyType

import numpy as np

from speech import grammar
from speech.digits import numerals
from speech.recognizer import Course, Decoder, ranked
from speech.requests import BYTES_A_SAMPLE, RATE, Alternative, ListenRequest
from speech.sphinx.cepstra import features
from speech.sphinx.likeliest import likeliest
from speech.sphinx.model import Figures, SphinxModel
from speech.sphinx.places import Search
from speech.sphinx.telephone_sound import samples_of, tight
from speech.sphinx.word_chains import Chains, Word, chains

Phones = tuple[str, ...]

MEANINGS = 10
MOST_DIGITS = 20  # a longer number is said in parts
MOST_RIVALS = 5  # numbers that are told of
LONGEST_PHRASE = 5 * RATE  # samples without pauses: nobody takes longer for a phrase beside a number
PARTIAL_AFTER = RATE * BYTES_A_SAMPLE // 5  # bytes: nothing can be said in less
SHORTEST_DIGIT = RATE // 5  # samples: a pause before all digits can have been said is not looked at
# Log likelihood that a frame of a pause costs: without it a pause takes the soft ends of words for its own.
PAUSE = 1.5
# What a digit is given before it is heard, as log likelihood: from 400 clips of four people, printed by
# `python -m bench.hearing.fit`, with those of each half of them. "oh" and "double", which are said less often
# than they are heard, were chosen.
GIVEN: Mapping[str, float] = MappingProxyType(
    {
        "zero": -1.0,
        "one": -2.0,
        "two": -10.0,
        "three": 8.0,
        "four": 2.0,
        "five": -10.0,
        "six": 10.0,
        "seven": 10.0,
        "eight": -5.0,
        "nine": -3.0,
        "oh": -40.0,
        "double": -40.0,
        "triple": -60.0,
    }
)
# What a telephone makes of a word: it cuts the hiss off an "s", and what is left is most like an "f".
ON_THE_LINE: Mapping[str, tuple[Phones, ...]] = MappingProxyType({"six": (("F", "IH", "K", "S"),)})
# How sure: a number is believed from half on. That is reached when the next number is 36 behind; how far it
# is itself behind the best number of any check digit counts half against it.
BELIEVED = 0.5
DISTANCE = 52.0
# Where sound and words part, in log likelihood a frame below any speech, and how sharply: numbers of people
# and of flite are above -4.4, sentences that nobody offered below -4.9.
FIT, SHARPNESS = -4.8, 0.1
NO_FIT = 50.0


@dataclass(frozen=True, slots=True)
class Found:
    """What may have been said: its log likelihood, how far behind the best without check digits; its fit."""

    words: str
    likely: float
    owed: float
    fit: float


class NumberHearing:
    """The model in memory, and the chains of all numerals.

    `pronounced`: the ways to say a word, in phones; none for one that is not known. `given`: log likelihood
    that a word has before it is heard.
    """

    def __init__(
        self,
        model: SphinxModel,
        pronounced: Callable[[str], tuple[Phones, ...]],
        given: Mapping[str, float] = GIVEN,
    ) -> None:
        self._model = model
        self._pronounced = pronounced
        said = numerals("en")
        self._names = {digit: word for word, digit in reversed([*said.digits.items()])}
        self._given = {digit: given.get(word, 0.0) for digit, word in self._names.items()}
        words = [
            Word((phones,), int(said.digits.get(word, -1)), given.get(word, 0.0), said.times.get(word, 1))
            for word in (*said.digits, *said.times)
            for phones in (*pronounced(word), *ON_THE_LINE.get(word, ()))
        ]
        self._numerals = chains(model, words)
        self._plain = model.plain_states()
        self._phrases = lru_cache(maxsize=64)(self._chains_of)

    def decoder(self, request: ListenRequest, beside: Decoder) -> NumberDecoder:
        """`beside` hears the phrases, should one of them be likelier than any number.

        ValueError if the lengths make no sense: 1 <= shortest <= longest <= `MOST_DIGITS`.
        """
        if not 1 <= request.shortest <= request.longest <= MOST_DIGITS:
            lengths = f"{request.shortest} to {request.longest}"
            raise ValueError(f"a number has 1 to {MOST_DIGITS} digits, not {lengths}")
        return NumberDecoder(self, request, beside)

    def hear(self, sound: bytes, request: ListenRequest, *, so_far: bool = False) -> tuple[Found, ...]:
        """Numbers, and phrases beside them: the likeliest first.

        `so_far`: more may follow, so any length is allowed (of a whole number alone it would always tell a
        whole one), and only a number that would be believed is told for its check digit; no fit is told.
        """
        samples = tight(samples_of(sound))
        heard = features(samples)
        if not len(heard):
            return ()
        found = list(self._numbers(heard, request, so_far))
        if len(samples) <= LONGEST_PHRASE and request.phrases:
            found += self._said(heard, request.phrases)
        return tuple(sorted(found, key=lambda one: -one.likely))

    def places(self, likely: Figures, shortest: int, longest: int) -> tuple[Figures, ...]:
        """For each likely length places x digits: how likely the whole sound is with that digit there.

        `likely`: frames x the states that the numerals need, as `likelihoods` tells them.
        """
        states, pauses = _ready(self._numerals, likely)
        lengths = Search(self._numerals, longest, MEANINGS).lengths(states, pauses, shortest)
        return tuple(lengths.values())

    def likelihoods(self, heard: Figures, *, so_far: bool = True) -> tuple[Figures, float]:
        """Of the states that the numerals need, frame by frame; not `so_far`: of any speech, in all."""
        needed = self._numerals.scored
        wanted = needed if so_far else np.union1d(needed, self._plain)
        likely = self._model.likelihoods(heard, wanted)
        return likely[:, np.searchsorted(wanted, needed)], float(likely.max(1).sum())

    def _numbers(self, heard: Figures, request: ListenRequest, so_far: bool) -> Iterator[Found]:  # noqa: FBT001  # ours alone
        likely, best = self.likelihoods(heard, so_far=so_far)
        for places in self.places(likely, 1 if so_far else request.shortest, request.longest):
            whole = len(places) >= request.shortest
            found = self._of_places(places, request.check if whole else None, best, len(heard))
            if so_far and whole and sureness(found)[:1] < [BELIEVED]:
                found = self._of_places(places, None, best, len(heard))
            yield from found

    def _of_places(self, places: Figures, check: str | None, best: float, frames: int) -> list[Found]:
        top = float(places.max())
        behind = [tuple((top - place).tolist()) for place in places]
        found = []
        for digits, owed in islice(likeliest(behind, check), MOST_RIVALS):
            given = sum(self._given[digit] for digit in digits)
            words = " ".join(self._names[digit] for digit in digits)
            found.append(Found(words, top - owed, owed, _fit(top - owed - given - best, frames)))
        return found

    def _said(self, heard: Figures, phrases: tuple[str, ...]) -> Iterator[Found]:
        """Phrases as rivals of a number; how well they fit is told by who hears phrases."""
        known = grammar.known_phrases(phrases, lambda word: bool(self._pronounced(word)))
        if not known:
            return
        one = self._phrases(tuple(known))
        states, pauses = _ready(one, self._model.likelihoods(heard, one.scored))
        for places in Search(one, 1, len(known)).lengths(states, pauses, 1).values():
            for phrase, likely in zip(known.values(), places[0].tolist(), strict=True):
                yield Found(phrase, likely, 0.0, 0.0)

    def _chains_of(self, phrases: tuple[grammar.Words, ...]) -> Chains:
        words = [
            Word(tuple(self._pronounced(word)[0] for word in phrase), number)
            for number, phrase in enumerate(phrases)
        ]
        return chains(self._model, words, alone=True)


class NumberDecoder:
    """The sound of one utterance that may be a number."""

    def __init__(self, hearing: NumberHearing, request: ListenRequest, beside: Decoder) -> None:
        self._hearing = hearing
        self._beside = beside
        self._request = request
        self._sound = bytearray()
        self._partial = ""
        self._next_partial = PARTIAL_AFTER
        self._spoken = self._looked_at = 0
        self._course = Course()

    def feed(self, sound: bytes) -> None:
        self._course.fed(sound)
        self._sound += sound

    def partial(self) -> str:
        """What was said so far: looked at anew in each pause, and when there is half as much again."""
        spoken = len(tight(samples_of(bytes(self._sound))))
        is_pause = spoken == self._spoken > max(self._looked_at, self._request.longest * SHORTEST_DIGIT)
        self._spoken = spoken
        if is_pause or len(self._sound) >= self._next_partial:
            self._looked_at = spoken
            self._next_partial = max(PARTIAL_AFTER, len(self._sound) * 3 // 2)
            found = self._hearing.hear(bytes(self._sound), self._request, so_far=True)
            self._partial = found[0].words if found else ""
        return self._partial

    def finish(self) -> tuple[Alternative, ...]:
        self._course.finish()
        found = self._hearing.hear(bytes(self._sound), self._request)
        if found and found[0].words in self._request.phrases:
            self._beside.feed(bytes(self._sound))
            return self._beside.finish()
        told = zip(found, sureness(found), strict=True)
        return ranked(
            Alternative(one.words, one.fit * part)
            for one, part in told
            if one.words not in self._request.phrases
        )


def sureness(found: Sequence[Found]) -> list[float]:
    """How far the first is before the second; the others are less than that by how far they are behind."""
    if not found:
        return []
    behind = [found[0].likely - one.likely for one in found]
    ahead = (behind[1] if len(behind) > 1 else NO_FIT * DISTANCE) - found[0].owed / 2
    first = 1 - exp(min(0.0, -ahead / DISTANCE))
    return [first * exp(-each / DISTANCE) for each in behind]


def _ready(one: Chains, likely: Figures) -> tuple[Figures, Figures]:
    """Frames x states of the chains, and frames x states of a pause, from what the chains need scored."""
    return one.heard(likely), likely[:, one.pauses] - np.float32(PAUSE)


def _fit(likely: float, frames: int) -> float:
    """0 to 1: whether this is what was said at all."""
    return 1 / (1 + exp(min((FIT - likely / frames) / SHARPNESS, NO_FIT)))
