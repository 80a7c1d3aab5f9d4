"""Numbers that are said, by PocketSphinx's model: one hearing tells every rival of every digit.

PocketSphinx's own search keeps the best number alone, and hears everything again for each rival: two seconds
of a core for ten digits, and three readings known. Here the likelihoods of the model are told once, and a
search of our own goes through them (`places`). Lengths, the check digit and how far the nearest other number
is behind are then a matter of small tables.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import islice
from math import exp
from types import MappingProxyType

import numpy as np

from speech.digits import numerals
from speech.recognizer import NOTHING_YET, Course, SoFar, ranked
from speech.requests import BYTES_A_SAMPLE, DIGITS, MOST_DIGITS, RATE, Alternative, ListenRequest
from speech.sphinx.any_sounds import AnySpeech
from speech.sphinx.dictionary import Phones
from speech.sphinx.joined import handed_on, joined
from speech.sphinx.likeliest import likeliest
from speech.sphinx.model import Figures
from speech.sphinx.net import NEVER, Net
from speech.sphinx.phrases import Known, PhraseHearing, offers
from speech.sphinx.places import Places
from speech.sphinx.utterance import Follower, Utterance
from speech.sphinx.word_chains import Word, chains

MOST_RIVALS = 5  # numbers that are told of
PARTIAL_AFTER = RATE * BYTES_A_SAMPLE // 5  # bytes: nothing can be said in less
SHORTEST_DIGIT = 20  # frames: a pause before all digits can have been said is not looked at
# What a digit is given before it is heard, as log likelihood: from 400 clips of four people, printed by
# `python -m bench.hearing.fit`, with those of each half of them. "oh", "double" and the like, which are said
# less often than they are heard, were chosen.
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
        "treble": -60.0,
    }
)
# What a telephone makes of a word: it cuts the hiss off an "s", and what is left is most like an "f".
ON_THE_LINE: Mapping[str, tuple[Phones, ...]] = MappingProxyType({"six": (("F", "IH", "K", "S"),)})
# How sure: a number is believed from half on. That is reached when the next number is 36 behind; how far it
# is itself behind the best number of any check digit counts half against it.
BELIEVED = 0.5
DISTANCE = 52.0
# So sure is a number however close its rivals are, if the sound is one: it may be asked about.
LEAST = 0.1
# So far ahead of any shorter number, in log likelihood, one is as long as was asked for: of 72 that people
# said whole 23 were not believed, and 22 of these were ahead by 47 or more; of 144 of which the last digits
# were to come none that seemed whole was ahead by more than 37.
LONGER = 42.0
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


@dataclass(frozen=True, slots=True)
class Heard:
    """What may have been said, the likeliest first; and its places, with those of the hearings before it."""

    found: tuple[Found, ...]
    places: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """An utterance that may be a number, or one of some phrases beside it, and who follows it."""

    utterance: Utterance
    numbers: Places
    speech: AnySpeech
    beside: PhraseHearing


class NumberHearing:
    """The chains of all numerals. `given`: log likelihood that a word has before it is heard."""

    def __init__(self, known: Known, given: Mapping[str, float] = GIVEN) -> None:
        said = numerals("en")
        self._names = {digit: word for word, digit in reversed([*said.digits.items()])}
        self._given = {word: given.get(word, 0.0) for word in self._names.values()}
        words = [
            Word((phones,), int(said.digits.get(word, -1)), given.get(word, 0.0), said.times.get(word, 1))
            for word in (*said.digits, *said.times)
            for phones in (*known.ways(word), *ON_THE_LINE.get(word, ()))
        ]
        numbers = chains(known.model, words)
        self._of_numbers = numbers.scored
        self._of_speech = np.union1d(numbers.scored, known.model.plain_states())
        self._net = lru_cache(maxsize=MOST_DIGITS)(partial(Net, numbers))
        self._offered = offers(known, self._of_speech)

    def decoder(self, request: ListenRequest) -> NumberDecoder:
        """ValueError if the lengths make no sense: 1 <= shortest <= longest <= `MOST_DIGITS`."""
        if not 1 <= request.shortest <= request.longest <= MOST_DIGITS:
            lengths = f"{request.shortest} to {request.longest}"
            raise ValueError(f"a number has 1 to {MOST_DIGITS} digits, not {lengths}")
        return NumberDecoder(self, request)

    def said(self, longest: int, phrases: tuple[str, ...] = (), own: int = 0) -> Said:
        """A new utterance in which a number of up to so many digits may be said, or one of these phrases."""
        offered, net = self._offered(phrases, own), self._net(longest)
        numbers, speech, beside = Places(net, DIGITS), AnySpeech(), offered.heard()
        followers = (
            Follower(numbers, offered.columns(self._of_numbers)),
            Follower(speech, offered.columns(self._of_speech)),
            *beside.followers,
        )
        return Said(Utterance(offered.mixtures, followers), numbers, speech, beside)

    def hear(self, said: Said, request: ListenRequest) -> Heard:
        """Numbers, by this hearing and those before it, and phrases beside them.

        Whether the sound is a number at all is told by this hearing alone, by its own likeliest one.
        """
        said.utterance.look()
        lengths = [said.numbers.of_length(length) for length in said.numbers.lengths(request.shortest)]
        together = joined(lengths, request.before)
        alone = _first(self._of_lengths(lengths, request.check))
        numbers = self._of_lengths(together, request.check, request.refused)
        first, fit = _first(numbers), self._fit(alone, said) if alone else 0.0
        ahead = alone.likely - first.likely if alone and first else 0.0
        found = [replace(one, likely=one.likely + ahead, fit=fit) for one in numbers] + _phrases(said)
        places = handed_on(together) if fit >= BELIEVED else ()
        return Heard(tuple(sorted(found, key=lambda one: -one.likely)), places)

    def so_far(self, said: Said, request: ListenRequest) -> SoFar:
        """The likeliest if more may follow.

        Any length is allowed (of a whole number alone it would always tell a whole one), and only a number
        that would be believed is told for its check digit.
        """
        said.utterance.look()
        found, lengths = _phrases(said), said.numbers.lengths(1)
        for length, likely in lengths.items():
            if found and max(one.likely for one in found) >= likely:
                break
            check = request.check if length >= request.shortest else None
            places = said.numbers.of_length(length)
            checked = self._of_places(places, check)
            is_sure = check is None or max(sureness(checked), default=0.0) >= BELIEVED
            found += checked if is_sure else self._of_places(places, None)
        first = _first(found)
        return SoFar(first.words, _is_long(lengths, request.longest)) if first else NOTHING_YET

    def _of_lengths(
        self, lengths: Iterable[Figures], check: str | None, refused: Collection[str] = ()
    ) -> list[Found]:
        return [one for places in lengths for one in self._of_places(places, check, refused)]

    def _of_places(self, places: Figures, check: str | None, refused: Collection[str] = ()) -> list[Found]:
        """How well they fit is not told."""
        top = float(places.max())
        behind = [tuple((top - place).tolist()) for place in places]
        return [
            Found(" ".join(self._names[digit] for digit in digits), top - owed, owed, 1.0)
            for digits, owed in islice(likeliest(behind, check, refused), MOST_RIVALS)
        ]

    def _fit(self, one: Found, said: Said) -> float:
        """0 to 1: whether the sound is a number at all, of which this is the likeliest."""
        given = sum(self._given[word] for word in one.words.split())
        likely = (one.likely - given - said.speech.likely) / said.utterance.frames
        return 1 / (1 + exp(min((FIT - likely) / SHARPNESS, NO_FIT)))


class NumberDecoder:
    """The sound of one utterance that may be a number."""

    def __init__(self, hearing: NumberHearing, request: ListenRequest) -> None:
        self._hearing = hearing
        self._request = request
        self._said = hearing.said(request.longest, request.phrases, request.own)
        self._fed = 0
        self._partial = NOTHING_YET
        self._places: tuple[bytes, ...] = ()
        self._next_partial = PARTIAL_AFTER
        self._spoken = self._looked_at = 0
        self._course = Course()

    def feed(self, sound: bytes) -> None:
        self._course.fed(sound)
        self._fed += len(sound)
        self._said.utterance.feed(sound)

    def partial(self) -> SoFar:
        """What was said so far: told anew in each pause, and when there is half as much again."""
        self._said.utterance.listen()
        spoken = self._said.utterance.spoken
        is_pause = spoken == self._spoken > max(self._looked_at, self._request.longest * SHORTEST_DIGIT)
        self._spoken = spoken
        if is_pause or self._fed >= self._next_partial:
            self._looked_at = spoken
            self._next_partial = max(PARTIAL_AFTER, self._fed * 3 // 2)
            self._partial = self._hearing.so_far(self._said, self._request)
        return self._partial

    def finish(self) -> tuple[Alternative, ...]:
        self._course.finish()
        heard = self._hearing.hear(self._said, self._request)
        found = heard.found
        if found and found[0].words in self._request.phrases:
            return self._said.beside.alternatives(self._said.utterance)
        self._places = heard.places
        told = zip(found, sureness(found), strict=True)
        return ranked(
            Alternative(one.words, one.fit * max(part, LEAST * _near(found[0].likely - one.likely)))
            for one, part in told
            if one.words not in self._request.phrases
        )

    def places(self) -> tuple[bytes, ...]:
        return self._places


def _phrases(said: Said) -> list[Found]:
    """Phrases as rivals of a number; how well they fit is told by who hears phrases."""
    return [Found(phrase, likely, 0.0, 0.0) for phrase, likely in said.beside.likely(said.utterance).items()]


def sureness(found: Sequence[Found]) -> list[float]:
    """How far the first is before the second; the others are less than that by how far they are behind."""
    if not found:
        return []
    behind = [found[0].likely - one.likely for one in found]
    ahead = (behind[1] if len(behind) > 1 else NO_FIT * DISTANCE) - found[0].owed / 2
    first = 1 - exp(min(0.0, -ahead / DISTANCE))
    return [first * _near(each) for each in behind]


def _is_long(lengths: Mapping[int, float], longest: int) -> bool:
    """Whether a number of so many digits is clearly likelier than any that is shorter."""
    shorter = (likely for length, likely in lengths.items() if length < longest)
    return longest in lengths and bool(lengths[longest] >= max(shorter, default=NEVER) + LONGER)


def _near(behind: float) -> float:
    """1 for what is not behind at all, and less and less."""
    return exp(-behind / DISTANCE)


def _first(found: Iterable[Found]) -> Found | None:
    return max(found, key=lambda one: one.likely, default=None)
