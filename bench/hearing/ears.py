"""Our whole way from the sound of a stream to a decision: when somebody speaks, what was said, what it means.

It is the way of a decoder process (`speech/hearing.py`), without the socket and the mailbox.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bench.hearing.bare import OF
from bench.hearing.sounds import quiet
from ivr.matching.decide import decide
from ivr.matching.numbers import Complete, Numerals, Wanted, choose
from ivr.matching.verdicts import Accepted, Doubted, Sayable, Thresholds, Verdict
from ivr.menus.loader import load
from speech import mulaw
from speech.decoder_words import Event, Spoken
from speech.hearing import Hearing
from speech.recognizer import Recognizer
from speech.requests import RATE, Alternative, Kind, ListenRequest
from speech.vad import GateAndJudge, Judges

LIBRARY = Path(__file__).resolve().parents[2] / "ivr" / "menus" / "library"
CHECK = "damm"  # the check digit of our ticket numbers
PIECE = RATE // 10  # bytes of mu-law that are handed on at once
BEFORE = quiet(0.3)  # nothing is heard in the first quarter of a second of a turn
AFTER = quiet(1.5)  # until the longest patience is over
KNOWN = Numerals(digits=dict(OF), times={"double": 2, "triple": 3})


class Ear:
    """Hears numbers, phrases, and yes or no, and decides as a call does."""

    def __init__(self, recognizer: Recognizer) -> None:
        self.name = recognizer.name
        self._recognizer = recognizer
        self._judges = Judges(1)
        spoken = load(LIBRARY).wordings["en"].spoken
        self._doors = (*spoken.person, *spoken.stop_my_money, *spoken.back, *spoken.again)
        yes = [Sayable(words, "1", "yes") for words in spoken.yes]
        self._answers = (*yes, *(Sayable(words, "2", "no") for words in spoken.no))

    def digit(self, sound: bytes) -> str:
        """A single digit, the doors of the line beside it: one digit cannot carry a check."""
        asked = ListenRequest("bench", 1, "en", Kind.NUMBER, (), 1, 1)
        found = choose(self.hear(sound, asked), KNOWN, Wanted(1, 1))
        return found.digits if isinstance(found, Complete) else ""

    def number(self, sound: bytes, length: int) -> str:
        """A number with its check digit; "" if it is asked for again."""
        asked = ListenRequest("bench", 1, "en", Kind.NUMBER, self._doors, length, length, CHECK)
        found = choose(self.hear(sound, asked), KNOWN, Wanted(length, length, CHECK))
        if not isinstance(found, Complete) or found.sure < Thresholds().confirm:
            return ""
        return found.digits

    def phrase(self, sound: bytes, sayables: Sequence[Sayable]) -> Verdict:
        phrases = tuple(one.words for one in sayables)
        return decide(self.hear(sound, ListenRequest("bench", 1, "en", Kind.CHOICE, phrases)), sayables)

    def agrees(self, sound: bytes) -> bool:
        """Whether a yes is believed here; what is doubted is asked again, and is none."""
        verdict = self.phrase(sound, self._answers)
        return isinstance(verdict, Accepted) and verdict.choice == "yes"

    def hear(self, sound: bytes, asked: ListenRequest) -> tuple[Alternative, ...]:
        """What is proposed for this turn while nobody and then somebody speaks; sound in 16 bits."""
        told: list[Event] = []
        hearing = Hearing({"en": self._recognizer}, GateAndJudge(self._judges), told.append)
        hearing.listen(1, asked, 0)
        line = mulaw.from_samples(BEFORE + sound + AFTER)
        for start in range(0, len(line), PIECE):
            hearing.sound(start, line[start : start + PIECE])
        hearing.close()
        spoken = (one.heard.alternatives for one in told if isinstance(one, Spoken))
        return next((one for one in spoken if one), ())


def acted_on(verdict: Verdict, choice: str) -> str:
    """`right`, `asked`, `wrong` or `missed`: what comes of one phrase."""
    match verdict:
        case Accepted():
            return "right" if verdict.choice == choice else "wrong"
        case Doubted():
            return "asked" if verdict.choice == choice else "wrong question"
        case _:
            return "missed"
