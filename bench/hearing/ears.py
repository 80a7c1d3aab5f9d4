"""Our whole way from the sound of a stream to a decision: who speaks, what was said, what it means."""

from __future__ import annotations

from collections.abc import Sequence

from bench.hearing.line import Line
from bench.hearing.sounds import quiet
from foundation.settings import LIBRARY
from ivr.matching.decide import decide
from ivr.matching.numbers import Complete, Wanted, choose, numerals
from ivr.matching.verdicts import Accepted, Sayable, Thresholds, Verdict
from ivr.menus.loader import load
from speech.requests import Alternative, Kind, ListenRequest

CHECK = "damm"  # the check digit of our ticket numbers
BEFORE = quiet(0.3)  # nothing is heard in the first quarter of a second of a turn
AFTER = quiet(1.5)  # until the longest patience is over


class Ear:
    """Hears numbers, phrases, and yes or no through a speech process, and decides as a call does."""

    def __init__(self, name: str, language: str, line: Line) -> None:
        self.name = name
        self._language = language
        self._line = line
        wording = load(LIBRARY).wordings["en"]
        spoken = wording.spoken
        self._known = numerals(wording)
        self._doors = (*spoken.person, *spoken.stop_my_money, *spoken.back, *spoken.again)
        yes = [Sayable(words, "1", "yes") for words in spoken.yes]
        self._answers = (*yes, *(Sayable(words, "2", "no") for words in spoken.no))

    def digit(self, sound: bytes) -> str:
        """A single digit, which cannot carry a check."""
        asked = ListenRequest("", 1, self._language, Kind.NUMBER, (), 1, 1)
        found = choose(self._hear(sound, asked), self._known, Wanted(1, 1))
        return found.digits if isinstance(found, Complete) else ""

    def number(self, sound: bytes, length: int) -> str:
        """A number with its check digit, the doors of the line beside it; "" if it is asked for again."""
        asked = ListenRequest("", 1, self._language, Kind.NUMBER, self._doors, length, length, CHECK)
        found = choose(self._hear(sound, asked), self._known, Wanted(length, length, CHECK))
        if not isinstance(found, Complete) or found.sure < Thresholds().confirm:
            return ""
        return found.digits

    def phrase(self, sound: bytes, sayables: Sequence[Sayable]) -> Verdict:
        """One of these, with the decision of a call."""
        phrases = tuple(one.words for one in sayables)
        asked = ListenRequest("", 1, self._language, Kind.CHOICE, phrases)
        return decide(self._hear(sound, asked), sayables)

    def agrees(self, sound: bytes) -> bool:
        """Whether a yes is believed here; what is doubted is asked again, and is none."""
        verdict = self.phrase(sound, self._answers)
        return isinstance(verdict, Accepted) and verdict.choice == "yes"

    def _hear(self, sound: bytes, asked: ListenRequest) -> tuple[Alternative, ...]:
        """What is proposed while nobody and then somebody speaks."""
        heard = self._line.say(asked, BEFORE + sound + AFTER)
        return heard.alternatives if heard is not None else ()
