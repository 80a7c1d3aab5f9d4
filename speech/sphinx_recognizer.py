"""PocketSphinx: English with the model that its package carries; keeps the length and check of a number.

It holds a whole utterance and decodes it at its end, so that any number of utterances shares one decoder;
`partial` decodes what is there anew each time it has grown by half, which costs at most three times as much.
Its lattice is no use with a small grammar (the best path through it is worse than the one that the search
found): other readings are found by hearing once more without those found before.

How sure it is has two parts: how far the others are behind, and how well the sound fits at all. A phrase is
held against a garbage model, any sounds of the language in any order: what was said as it was allowed to be
is little below that, anything else far. A number is rarely said so clearly, and has its length, its check
digit and its read-back: there every frame is held against the best of all the model's states.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, log
from pathlib import Path
from types import MappingProxyType

import pocketsphinx

from speech import grammar
from speech.digits import digits_in, numerals
from speech.grammar import Graph, Words
from speech.recognizer import Course, RecognizerFault, ranked
from speech.requests import BYTES_A_SAMPLE, RATE, Alternative, Kind, ListenRequest
from speech.telephone_sound import for_the_model, samples_of, tight

# The mean cepstrum of telephone sound with its upper band filled (four people, single digits).
TELEPHONE_MEAN = "51.89,-1.59,0.16,8.21,-0.15,-4.64,-10.16,-4.38,-3.80,-3.55,-1.16,-3.23,-2.30"
SCALE = 1024  # PocketSphinx hands out exp(log likelihood / 1024)
SMOOTH = 20.0  # frames tell less than their number: its own measure for posteriors
READINGS = 3  # of one utterance; each is heard anew
CLEAR = 120.0  # likelihoods apart: what follows is no rival, and is cut off anyhow
# A number whose rival is so close is a guess in six of ten: it must not be believed without a distance.
DISTANCE = 50.0
# Where sound and words part, in log likelihood a frame, and how sharply. A phrase, below any sounds in any
# order: from the book's phrases and short words that nobody offers ("hello", "a shop") in three voices, and
# from four people who say digits that are offered or not.
BELOW_GARBAGE, SLOPE = -1.75, 3.4
# A number, below the best state of each frame.
FIT, SHARPNESS = -7.0, 0.2
NO_FIT = 50.0
PARTIAL_AFTER = RATE * BYTES_A_SAMPLE // 5  # bytes: nothing can be said in less
GRAMMAR = "turn"
# The sounds of English as PocketSphinx writes them.
SOUNDS = (
    "AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH"
)
# How far behind the best a way through the graph may be and still be followed. What PocketSphinx takes
# (1e-48, 7e-29, 1e-48) loses the right number, or its rival, and then a wrong one seems sure.
BEAM, WORD_BEAM, SOUND_BEAM = 1e-80, 1e-56, 1e-80
# What a digit is given before it is heard, as log likelihood. A telephone cuts the hiss off "six", and what
# is left is most like "eight"; "oh" is said less often than it is heard. From 200 clips of four people:
# `make bench-hearing` measures each half of them with what the other half gave.
GIVEN = {
    "one": -30.0,
    "two": -21.0,
    "three": 5.0,
    "five": -6.0,
    "six": 82.0,
    "seven": 10.0,
    "nine": -38.0,
    "oh": -45.0,
    "double": -40.0,
    "triple": -40.0,
}


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to hear the sound; its log likelihood, with what was given and without; frames of 10 ms."""

    words: Words
    likely: float
    heard: float
    frames: int

    def fits_as_number(self) -> float:
        """0 to 1: whether this is what was said at all."""
        return logistic((self.heard / self.frames - FIT) / SHARPNESS)

    def fits_as_phrase(self, garbage: float) -> float:
        """0 to 1, by the log likelihood of any sounds in any order."""
        return logistic(((self.heard - garbage) / self.frames - BELOW_GARBAGE) * SLOPE)


def logistic(x: float) -> float:
    """The logistic function."""
    return 1 / (1 + exp(min(-x, NO_FIT)))


@dataclass(frozen=True, slots=True)
class Asked:
    """What may be said, and what each word is given before it is heard."""

    kind: Kind
    graph: Graph
    given: Mapping[str, float]


class SphinxRecognizer:
    """The model in memory, about 30 MB.

    `folder`: another English model of the same layout. `given`: word of a number -> log likelihood
    that it has before it is heard.
    """

    def __init__(
        self,
        folder: Path | None = None,
        name: str = "pocketsphinx",
        given: Mapping[str, float] = MappingProxyType(GIVEN),
    ) -> None:
        self.name = name
        self.language = "en"
        self._given = given
        root = folder or Path(pocketsphinx.get_model_path("en-us"))
        try:
            self._decoder = pocketsphinx.Decoder(
                hmm=str(root / "en-us"),
                dict=str(root / "cmudict-en-us.dict"),
                lm=None,
                cmn="live",
                cmninit=TELEPHONE_MEAN,
                remove_noise=False,
                bestpath=False,
                compallsen=True,
                lw=1.0,
                wlen=0.02,
                beam=BEAM,
                wbeam=WORD_BEAM,
                pbeam=SOUND_BEAM,
                loglevel="FATAL",
            )
        except (RuntimeError, ValueError) as fault:
            raise RecognizerFault(f"there is no English model of PocketSphinx in {root}") from fault
        sounds = {f"+{sound}+": sound for sound in SOUNDS.split()}
        for word, sound in sounds.items():
            self._decoder.add_word(word, sound, update=False)
        self._any_sounds = Asked(Kind.CHOICE, grammar.any_of(tuple(sounds)), {})

    def knows(self, word: str) -> bool:
        plain = grammar.spoken_words(word) == (word,)
        return plain and self._decoder.lookup_word(word) is not None

    def decoder(self, request: ListenRequest) -> SphinxDecoder:
        phrases = grammar.known_phrases(request.phrases, self.knows)
        graph = grammar.of_phrases(list(phrases)) if phrases else grammar.together()
        if request.kind is not Kind.NUMBER:
            asked = Asked(request.kind, graph, {})
            return SphinxDecoder(asked, asked, phrases, self.readings, self.garbage)
        said = grammar.known_numerals(numerals(self.language), self.knows)
        whole = grammar.of_number(said, request.shortest, request.longest, request.check)
        # So far it may have any length: a grammar of the whole number would always tell of a whole one.
        begun = grammar.of_number(said, 1, request.longest)
        return SphinxDecoder(
            Asked(request.kind, grammar.together(graph, whole), self._given),
            Asked(request.kind, grammar.together(graph, begun), self._given),
            phrases,
            self.readings,
            self.garbage,
        )

    def readings(self, sound: bytes, asked: Asked) -> Iterator[Reading]:
        """The likeliest way to hear this sound, then the next one, as long as somebody asks."""
        fit = for_the_model(tight(samples_of(sound)))
        while fit and asked.graph.arcs and (found := self._hear(fit, asked)):
            yield found
            asked = replace(asked, graph=grammar.without(asked.graph, found.words))

    def garbage(self, sound: bytes) -> float:
        """The log likelihood of this sound as any sounds in any order: no words are closer to it."""
        found = self._hear(for_the_model(tight(samples_of(sound))), self._any_sounds)
        return found.likely if found else 0.0

    def _hear(self, sound: bytes, asked: Asked) -> Reading | None:
        arcs = [
            (arc.start, arc.end, exp(asked.given.get(arc.word, 0.0)), *filter(None, (arc.word,)))
            for arc in asked.graph.arcs
        ]
        self._decoder.add_fsg(GRAMMAR, self._decoder.create_fsg(GRAMMAR, 0, 1, arcs))
        self._decoder.activate_search(GRAMMAR)
        self._decoder.reinit_feat()  # or it would hear the end of the sound before, and its mean
        self._decoder.start_utt()
        self._decoder.process_raw(sound)
        self._decoder.end_utt()
        found = self._decoder.hyp()
        if found is None or not found.hypstr:
            return None
        words = tuple(found.hypstr.split())
        likely = log(found.score) * SCALE
        given = sum(asked.given.get(word, 0.0) for word in words)
        return Reading(words, likely, likely - given, self._decoder.n_frames())


class SphinxDecoder:
    """The sound of one utterance, and what may be said in it."""

    def __init__(
        self,
        asked: Asked,
        so_far: Asked,
        phrases: dict[Words, str],
        readings: Callable[[bytes, Asked], Iterator[Reading]],
        garbage: Callable[[bytes], float],
    ) -> None:
        self._asked = asked
        self._so_far = so_far
        self._phrases = phrases
        self._readings = readings
        self._garbage = garbage
        self._sound = bytearray()
        self._partial = ""
        self._next_partial = PARTIAL_AFTER
        self._course = Course()

    def feed(self, sound: bytes) -> None:
        self._course.fed(sound)
        self._sound += sound

    def partial(self) -> str:
        if len(self._sound) >= self._next_partial:
            self._next_partial = len(self._sound) * 3 // 2
            found = next(self._readings(bytes(self._sound), self._so_far), None)
            self._partial = self._phrase(found.words) if found else ""
        return self._partial

    def finish(self) -> tuple[Alternative, ...]:
        self._course.finish()
        found = self._rivals()
        sure = shares(found) if self._asked.kind is not Kind.NUMBER else distances(found)
        fits = self._fits(found)
        return ranked(
            Alternative(self._phrase(one.words), fit * part)
            for one, fit, part in zip(found, fits, sure, strict=True)
        )

    def _fits(self, found: Sequence[Reading]) -> list[float]:
        if not any(one.words in self._phrases for one in found):
            return [one.fits_as_number() for one in found]
        garbage = self._garbage(bytes(self._sound))
        return [
            one.fits_as_phrase(garbage) if one.words in self._phrases else one.fits_as_number()
            for one in found
        ]

    def _rivals(self) -> list[Reading]:
        """Readings that mean different things: "oh" for "zero" is none."""
        found: dict[str, Reading] = {}
        for one, _ in zip(self._readings(bytes(self._sound), self._asked), range(READINGS), strict=False):
            found.setdefault(digits_in(" ".join(one.words), "en") or self._phrase(one.words), one)
            if one.likely < max(each.likely for each in found.values()) - CLEAR:
                break
        return sorted(found.values(), key=lambda one: -one.likely)

    def _phrase(self, words: Words) -> str:
        return self._phrases.get(words, " ".join(words))


def shares(found: Sequence[Reading]) -> list[float]:
    """Of the likelihood of all of them, each one's part."""
    parts = [exp((one.likely - found[0].likely) / SMOOTH) for one in found]
    return [part / sum(parts) for part in parts]


def distances(found: Sequence[Reading]) -> list[float]:
    """How far the first is before the second; the others are less than that by how far they are behind."""
    behind = [one.likely - found[0].likely for one in found]
    first = 1 - exp((behind[1] if len(behind) > 1 else -CLEAR) / DISTANCE)
    return [first * exp(each / DISTANCE) for each in behind]
