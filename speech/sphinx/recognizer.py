"""PocketSphinx: English with the model that its package carries; numbers by a search of our own.

It holds a whole utterance and decodes it at its end, so that any number of utterances shares one decoder;
`partial` decodes what is there anew each time it has grown by half, which costs at most three times as much.
Its lattice is no use with a small grammar (the best path through it is worse than the one that the search
found): other readings are found by hearing once more without those found before.

How sure it is has two parts: how far the others are behind, and how well the sound fits at all. A phrase is
held against a garbage model, any sounds of the language in any order: what was said as it was allowed to be
is little below that, anything else far.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from math import exp, log
from pathlib import Path

import pocketsphinx

from speech import grammar
from speech.grammar import Graph, Words
from speech.recognizer import NOTHING_YET, Course, Decoder, RecognizerFault, SoFar, ranked
from speech.requests import Alternative, Kind, ListenRequest
from speech.sphinx.model import SphinxModel
from speech.sphinx.numbers import GIVEN, PARTIAL_AFTER, NumberHearing, Phones
from speech.sphinx.telephone_sound import for_the_model, samples_of, tight

# The mean cepstrum of telephone sound with its upper band filled (four people, single digits).
TELEPHONE_MEAN = "51.89,-1.59,0.16,8.21,-0.15,-4.64,-10.16,-4.38,-3.80,-3.55,-1.16,-3.23,-2.30"
SCALE = 1024  # PocketSphinx hands out exp(log likelihood / 1024)
SMOOTH = 20.0  # frames tell less than their number: its own measure for posteriors
READINGS = 3  # of one utterance; each is heard anew
CLEAR = 120.0  # likelihoods apart: what follows is no rival, and is cut off anyhow
# Where sound and words part, in log likelihood a frame below any sounds in any order, and how sharply: from
# the book's phrases and short words that nobody offers ("hello", "a shop") in three voices, and from four
# people who say digits that are offered or not.
BELOW_GARBAGE, SLOPE = -1.75, 3.4
NO_FIT = 50.0
GRAMMAR = "turn"
MOST_WAYS = 5  # to say a word
# The sounds of English as PocketSphinx writes them.
SOUNDS = (
    "AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH"
)
# How far behind the best a way through the graph may be and still be followed. What PocketSphinx takes
# (1e-48, 7e-29, 1e-48) loses what was said, or its rival, and then something wrong seems sure.
BEAM, WORD_BEAM, SOUND_BEAM = 1e-80, 1e-56, 1e-80


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to hear the sound, its log likelihood, and its frames of 10 ms."""

    words: Words
    likely: float
    frames: int

    def fit(self, garbage: float) -> float:
        """0 to 1: whether this is what was said at all, by the log likelihood of any sounds in any order."""
        apart = ((self.likely - garbage) / self.frames - BELOW_GARBAGE) * SLOPE
        return 1 / (1 + exp(min(-apart, NO_FIT)))


class SphinxRecognizer:
    """The model in memory, about 45 MB.

    `folder`: another English model of the same layout. `given`: word of a number -> log likelihood
    that it has before it is heard.
    """

    # Pauses are cut short before anything is decoded, and a phrase is surer with some silence at its end.
    pays_for_silence = False
    a_caller = 0.2

    def __init__(
        self,
        folder: Path | None = None,
        name: str = "pocketsphinx",
        given: Mapping[str, float] = GIVEN,
    ) -> None:
        self.name = name
        self.language = "en"
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
        self._any_sounds = grammar.any_of(tuple(sounds))
        self.numbers = NumberHearing(SphinxModel(root / "en-us"), self._pronounced, given)

    def knows(self, word: str) -> bool:
        plain = grammar.spoken_words(word) == (word,)
        return plain and self._decoder.lookup_word(word) is not None

    def decoder(self, request: ListenRequest) -> Decoder:
        phrases = grammar.known_phrases(request.phrases, self.knows)
        decoder = SphinxDecoder(grammar.of_phrases(list(phrases)), phrases, self.readings, self.garbage)
        return self.numbers.decoder(request, decoder) if request.kind is Kind.NUMBER else decoder

    def readings(self, sound: bytes, graph: Graph) -> Iterator[Reading]:
        """The likeliest way to hear this sound, then the next one, as long as somebody asks."""
        fit = for_the_model(tight(samples_of(sound)))
        while fit and graph.arcs and (found := self._hear(fit, graph)):
            yield found
            graph = grammar.without(graph, found.words)

    def garbage(self, sound: bytes) -> float:
        """The log likelihood of this sound as any sounds in any order: no words are closer to it."""
        found = self._hear(for_the_model(tight(samples_of(sound))), self._any_sounds)
        return found.likely if found else 0.0

    def _hear(self, sound: bytes, graph: Graph) -> Reading | None:
        arcs = [(arc.start, arc.end, 1.0, *filter(None, (arc.word,))) for arc in graph.arcs]
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
        return Reading(words, log(found.score) * SCALE, self._decoder.n_frames())

    def _pronounced(self, word: str) -> tuple[Phones, ...]:
        """All ways to say a word that the dictionary has; none for one that it has not."""
        if not self.knows(word):
            return ()
        ways = (word, *(f"{word}({number})" for number in range(2, MOST_WAYS + 1)))
        told = map(self._decoder.lookup_word, ways)
        return tuple(tuple(one.split()) for one in takewhile(bool, told))


class SphinxDecoder:
    """The sound of one utterance, and the phrases that may be said in it."""

    def __init__(
        self,
        graph: Graph,
        phrases: dict[Words, str],
        readings: Callable[[bytes, Graph], Iterator[Reading]],
        garbage: Callable[[bytes], float],
    ) -> None:
        self._graph = graph
        self._phrases = phrases
        self._readings = readings
        self._garbage = garbage
        self._sound = bytearray()
        self._partial = NOTHING_YET
        self._next_partial = PARTIAL_AFTER
        self._course = Course()

    def feed(self, sound: bytes) -> None:
        self._course.fed(sound)
        self._sound += sound

    def partial(self) -> SoFar:
        if len(self._sound) >= self._next_partial:
            self._next_partial = len(self._sound) * 3 // 2
            found = next(self._readings(bytes(self._sound), self._graph), None)
            self._partial = SoFar(self._phrases[found.words]) if found else NOTHING_YET
        return self._partial

    def finish(self) -> tuple[Alternative, ...]:
        self._course.finish()
        found = self._rivals()
        garbage = self._garbage(bytes(self._sound)) if found else 0.0
        return ranked(
            Alternative(self._phrases[one.words], one.fit(garbage) * part)
            for one, part in zip(found, shares(found), strict=True)
        )

    def places(self) -> tuple[bytes, ...]:
        return ()

    def _rivals(self) -> list[Reading]:
        """The likeliest first."""
        found: list[Reading] = []
        for one, _ in zip(self._readings(bytes(self._sound), self._graph), range(READINGS), strict=False):
            found.append(one)
            if one.likely < max(each.likely for each in found) - CLEAR:
                break
        return sorted(found, key=lambda one: -one.likely)


def shares(found: Sequence[Reading]) -> list[float]:
    """Of the likelihood of all of them, each one's part."""
    parts = [exp((one.likely - found[0].likely) / SMOOTH) for one in found]
    return [part / sum(parts) for part in parts]
