"""A recogniser without a model, for tests and rehearsals: what it hears is written into the sound.

The text stands in the sound as mu-law bytes between two marks, over and over: a telephone line carries it
unchanged, and a gate that cuts the beginning off leaves enough.
"""

from __future__ import annotations

from collections.abc import Iterable

from speech import mulaw
from speech.amounts import amount_in
from speech.digits import digits_in, numerals
from speech.grammar import spoken_words
from speech.recognizer import Course, SoFar, ranked
from speech.requests import RATE, Alternative, Kind, ListenRequest

BEGIN, END = b"\x02", b"\x03"  # never part of a text in UTF-8


def sound_of(*said: str | Alternative, seconds: float = 1.0) -> bytes:
    """16-bit sound in which these words are heard, the likeliest first; a text alone is heard surely."""
    lines = (one if isinstance(one, Alternative) else Alternative(one, 1.0) for one in said)
    text = "\n".join(f"{one.sure} {one.words}" for one in lines).encode()
    once = BEGIN + text + END
    samples = int(seconds * RATE)
    return mulaw.to_samples((once * (samples // len(once) + 1))[:samples])


class ScriptedRecognizer:
    """Hears what `sound_of` wrote. `unknown`: words that it does not know."""

    pays_for_silence = False

    def __init__(self, language: str = "en", unknown: Iterable[str] = (), name: str = "scripted") -> None:
        self.name = name
        self.language = language
        self._unknown = frozenset(unknown)

    def knows(self, word: str) -> bool:
        return bool(word) and word not in self._unknown

    def decoder(self, request: ListenRequest) -> ScriptedDecoder:
        return ScriptedDecoder(self, request)


class ScriptedDecoder:
    """Reads the text out of the sound, and keeps what the request allows."""

    def __init__(self, recognizer: ScriptedRecognizer, request: ListenRequest) -> None:
        self._recognizer = recognizer
        self._request = request
        self._phrases = {spoken_words(phrase) for phrase in request.phrases}
        self._sound = bytearray()
        self._course = Course()

    def feed(self, sound: bytes) -> None:
        self._course.fed(sound)
        self._sound += sound

    def partial(self) -> SoFar:
        return SoFar(next((one.words for one in self._written()), ""))

    def finish(self) -> tuple[Alternative, ...]:
        self._course.finish()
        return self._written()

    def places(self) -> tuple[bytes, ...]:
        return ()

    def _written(self) -> tuple[Alternative, ...]:
        _, _, after = mulaw.from_samples(bytes(self._sound)).partition(BEGIN)
        text, mark, _ = after.partition(END)
        if not mark:
            return ()
        lines = (line.partition(" ") for line in text.decode().splitlines())
        return ranked(Alternative(words, float(sure)) for sure, _, words in lines if self._allows(words))

    def _allows(self, words: str) -> bool:
        said = spoken_words(words)
        if not said or not all(map(self._recognizer.knows, said)):
            return False
        return self._request.kind is Kind.OPEN or said in self._phrases or self._is_number(words)

    def _is_number(self, words: str) -> bool:
        language, longest, own = self._request.language, self._request.longest, self._request.numerals
        said = numerals(language, own)
        if self._request.amount and amount_in(words, language):
            return True
        numeric = all(word in said.digits or word in said.times for word in words.split())
        return numeric and 0 < len(digits_in(words, language, own)) <= longest
