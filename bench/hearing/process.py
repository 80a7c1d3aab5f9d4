"""The speech process that hears for the measurement, as the hotline starts it: with one decoder.

It is started as `python -m bench.hearing.process REDIS PORT ENGINE`, where ENGINE says which recogniser, as
JSON: so that one may have what other speakers gave, which no operator can ask for.
"""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
from msgspec import Struct

from bench import crew
from speech.recognizer import Recognizer
from speech.sphinx.recognizer import SphinxRecognizer
from speech.vosk_recognizer import VoskRecognizer


class Engine(Struct, frozen=True):
    """What hears a language: Vosk with the folder of its `model`, else PocketSphinx with what is `given`."""

    language: str
    model: str = ""
    given: tuple[tuple[str, float], ...] = ()

    @property
    def name(self) -> str:
        return "vosk" if self.model else "pocketsphinx"

    def recognizer(self) -> Recognizer:
        """It, loaded."""
        if self.model:
            return VoskRecognizer(Path(self.model), self.language, tried=True)
        return SphinxRecognizer(given=dict(self.given))

    @property
    def written(self) -> str:
        return msgspec.json.encode(self).decode()


def main() -> None:
    redis_url, port, written = sys.argv[1:]
    engine = msgspec.json.decode(written, type=Engine)
    place = crew.Place(redis_url, int(port), decoders=1, capacity=1)
    crew.run(place, {engine.language: engine.recognizer()}, lambda: lambda _call, _turn: None)


if __name__ == "__main__":
    main()
