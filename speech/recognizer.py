"""What every recogniser can do; the same contract test holds them all."""

from __future__ import annotations

from typing import Protocol

from speech.requests import Alternative, ListenRequest


class RecognizerFault(Exception):
    """A model that is missing, broken, or made for another rate: in plain words."""


class Decoder(Protocol):
    """Hears one utterance: made for it, fed, finished, thrown away."""

    def feed(self, sound: bytes) -> None:
        """Sound as `speech.requests` says: 8 kHz, 16-bit, one channel; in pieces of any even length."""
        ...

    def partial(self) -> str:
        """The words so far, perhaps none."""
        ...

    def finish(self) -> tuple[Alternative, ...]:
        """What was said, the likeliest first, each once; none for silence and for what fits nothing."""
        ...


class Recognizer(Protocol):
    """A model in memory. Not for two threads at once; may be forked after it is loaded."""

    name: str
    language: str

    def knows(self, word: str) -> bool:
        """Whether it can hear this word at all."""
        ...

    def decoder(self, request: ListenRequest) -> Decoder:
        """A new one for this turn. Words that it does not know are left out of what can be heard."""
        ...
