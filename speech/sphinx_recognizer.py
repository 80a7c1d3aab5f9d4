"""PocketSphinx: English with the model that its package carries; keeps the length and check of a number.

It holds a whole utterance and decodes it at its end (a second takes 0.02 to 0.05 s on one core), so that
any number of utterances shares one decoder; `partial` decodes what is there anew each time it has grown by a
quarter, which costs at most five times as much.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from math import exp, log
from pathlib import Path

import numpy as np
import pocketsphinx
import soxr

from speech import grammar
from speech.digits import numerals
from speech.grammar import Graph, Words
from speech.recognizer import Course, RecognizerFault, ranked
from speech.requests import BYTES_A_SAMPLE, RATE, Alternative, Kind, ListenRequest

MODEL_RATE = 16_000
# The mean cepstrum of speech from a telephone line: what the model begins with, until it has heard some.
TELEPHONE_MEAN = "33.71,18.37,-33.23,30.12,-19.69,-3.99,6.37,-22.40,14.76,-12.13,-2.55,6.00,-12.72"
SCALE = 1024  # PocketSphinx hands out exp(log likelihood / 1024)
SMOOTH = 20  # frames tell less than their number: its own measure for posteriors
READINGS = 100  # of the lattice; many say the same words
PARTIAL_AFTER = RATE * BYTES_A_SAMPLE // 5  # bytes: nothing can be said in less
GRAMMAR = "turn"


class SphinxRecognizer:
    """The model in memory, about 30 MB. `folder`: another English model of the same layout."""

    def __init__(self, folder: Path | None = None, name: str = "pocketsphinx") -> None:
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
                loglevel="FATAL",
            )
        except (RuntimeError, ValueError) as fault:
            raise RecognizerFault(f"there is no English model of PocketSphinx in {root}") from fault

    def knows(self, word: str) -> bool:
        plain = grammar.spoken_words(word) == (word,)
        return plain and self._decoder.lookup_word(word) is not None

    def decoder(self, request: ListenRequest) -> SphinxDecoder:
        phrases = grammar.known_phrases(request.phrases, self.knows)
        graphs = [grammar.of_phrases(list(phrases))] if phrases else []
        if request.kind is Kind.NUMBER:
            said = grammar.known_numerals(numerals(self.language), self.knows)
            graphs.append(grammar.of_number(said, request.shortest, request.longest, request.check))
        return SphinxDecoder(self, grammar.together(*graphs), phrases)

    def hear(self, sound: bytes, graph: Graph) -> list[tuple[Words, float]]:
        """Words and log likelihood of the readings of this sound, the likeliest first; none for none."""
        if not graph.arcs or not sound:
            return []
        self._listen_for(graph)
        self._decoder.set_cmn(TELEPHONE_MEAN)
        self._decoder.start_utt()
        self._decoder.process_raw(wide(sound), full_utt=False)
        self._decoder.end_utt()
        if self._decoder.hyp() is None:
            return []
        readings = islice(self._decoder.nbest(), READINGS)
        return [(tuple(one.hypstr.split()), log(one.score) * SCALE) for one in readings if one and one.hypstr]

    def _listen_for(self, graph: Graph) -> None:
        arcs = [
            (arc.start, arc.end, 1.0, arc.word) if arc.word else (arc.start, arc.end, 1.0)
            for arc in graph.arcs
        ]
        self._decoder.add_fsg(GRAMMAR, self._decoder.create_fsg(GRAMMAR, 0, 1, arcs))
        self._decoder.activate_search(GRAMMAR)


class SphinxDecoder:
    """The sound of one utterance, and what may be said in it."""

    def __init__(self, recognizer: SphinxRecognizer, graph: Graph, phrases: dict[Words, str]) -> None:
        self._recognizer = recognizer
        self._graph = graph
        self._phrases = phrases
        self._sound = bytearray()
        self._partial = ""
        self._next_partial = PARTIAL_AFTER
        self._course = Course()

    def feed(self, sound: bytes) -> None:
        self._course.fed(sound)
        self._sound += sound

    def partial(self) -> str:
        if len(self._sound) >= self._next_partial:
            self._next_partial = len(self._sound) * 5 // 4
            found = self._recognizer.hear(bytes(self._sound), self._graph)
            self._partial = self._phrase(found[0][0]) if found else ""
        return self._partial

    def finish(self) -> tuple[Alternative, ...]:
        self._course.finish()
        return ranked(self._alternatives(self._recognizer.hear(bytes(self._sound), self._graph)))

    def _alternatives(self, readings: list[tuple[Words, float]]) -> Iterable[Alternative]:
        shares: dict[Words, float] = {}
        for words, likely in readings:
            shares[words] = shares.get(words, 0.0) + exp((likely - readings[0][1]) / SMOOTH)
        whole = sum(shares.values())
        return (Alternative(self._phrase(words), share / whole) for words, share in shares.items())

    def _phrase(self, words: Words) -> str:
        return self._phrases.get(words, " ".join(words))


def wide(sound: bytes) -> bytes:
    """8 kHz as the 16 kHz that the model was made for."""
    samples = np.frombuffer(sound, "<i2").astype(np.float32)
    heard: bytes = np.clip(soxr.resample(samples, RATE, MODEL_RATE), -32_768, 32_767).astype("<i2").tobytes()
    return heard
