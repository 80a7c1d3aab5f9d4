"""What every recogniser can do; the same contract test holds them all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from speech.requests import BYTES_A_SAMPLE, Alternative, ListenRequest

MOST_ALTERNATIVES = 10
UNKNOWN = "[unk]"  # words that nobody offered, whichever they were


class RecognizerFault(Exception):
    """A model that is missing, broken or made for another rate, or a decoder used wrongly: in plain words."""


@dataclass(frozen=True, slots=True)
class SoFar:
    """What was said of an utterance that may go on; `words`: perhaps none.

    `is_long`: the sound holds as many digits as were asked for, whichever they are, and surely not fewer.
    """

    words: str = ""
    is_long: bool = False


NOTHING_YET = SoFar()


class Decoder(Protocol):
    """Hears one utterance: made for it, fed, finished, thrown away."""

    def feed(self, sound: bytes) -> None:
        """Sound as `speech.requests` says: 8 kHz, 16-bit, one channel; in pieces of any even length.

        RecognizerFault for half a sample, and after `finish`.
        """
        ...

    def partial(self) -> SoFar:
        """What was said so far."""
        ...

    def finish(self) -> tuple[Alternative, ...]:
        """What was said, the likeliest first, each once; none for silence and for what fits nothing.

        RecognizerFault if it was finished before.
        """
        ...

    def places(self) -> tuple[bytes, ...]:
        """After `finish`: those of a number, as `speech.requests.Heard` has them, or none."""
        ...


class Recognizer(Protocol):
    """A model in memory. Not for two threads at once; may be forked after it is loaded.

    `pays_for_silence`: it costs as much as words; what is behind them is decoded only if more of them follow.
    """

    name: str
    language: str
    pays_for_silence: bool

    def knows(self, word: str) -> bool:
        """Whether it can hear this word at all."""
        ...

    def decoder(self, request: ListenRequest) -> Decoder:
        """A new one for this turn. A phrase with a word that it does not know cannot be heard."""
        ...


class Course:
    """That one decoder is fed whole samples, and finished once."""

    def __init__(self) -> None:
        self.finished = False

    def fed(self, sound: bytes) -> None:
        if self.finished:
            raise RecognizerFault("this utterance is finished: another one needs a new decoder")
        if len(sound) % BYTES_A_SAMPLE:
            raise RecognizerFault(f"{len(sound)} bytes end in half a sample: sound is 16 bits a sample")

    def finish(self) -> None:
        if self.finished:
            raise RecognizerFault("this utterance is finished already: its words were given once")
        self.finished = True


def ranked(found: Iterable[Alternative]) -> tuple[Alternative, ...]:
    """The surest first, each of its words once, at most `MOST_ALTERNATIVES`."""
    once: dict[str, Alternative] = {}
    for one in sorted(found, key=lambda one: -one.sure):
        once.setdefault(one.words, one)
    return tuple(once.values())[:MOST_ALTERNATIVES]
