"""Our whole way from the sound of a stream to a decision: who speaks, what was said, what it means."""

from __future__ import annotations

from collections.abc import Sequence

from bench.hearing.line import Line
from bench.hearing.phrases import own
from bench.hearing.question import AFTER, BEFORE, Question
from foundation.settings import LIBRARY
from ivr.matching.decide import decide
from ivr.matching.numbers import Complete, Wanted, choose, numerals
from ivr.matching.verdicts import Rejected, Sayable, Verdict
from ivr.menus.loader import load
from speech.pace import is_too_long
from speech.requests import Alternative, Kind, ListenRequest


class Ear:
    """Hears digits, numbers and phrases through a speech process, and decides as a call does."""

    def __init__(self, name: str, language: str, line: Line) -> None:
        self.name = name
        self._language = language
        self._line = line
        wording = load(LIBRARY).wordings["en"]
        self._known = numerals(wording)

    def digit(self, sound: bytes) -> str:
        """A single digit, which cannot carry a check."""
        asked = ListenRequest("", 1, self._language, Kind.NUMBER, (), 1, 1)
        found = choose(self._hear(sound, asked), self._known, Wanted(1, 1))
        return found.digits if isinstance(found, Complete) else ""

    def asked(self, length: int) -> Question:
        """A call in which a number with its check digit is asked for, the doors of the line beside it."""
        return Question.asked(self._line, self._language, length)

    def phrase(self, sound: bytes, sayables: Sequence[Sayable]) -> Verdict:
        """One of these, with the decision of a call."""
        phrases = tuple(one.words for one in sayables)
        asked = ListenRequest("", 1, self._language, Kind.CHOICE, phrases, own=own(sayables))
        heard = self._line.say(asked, BEFORE + sound + AFTER)
        if heard is None:
            return Rejected("", 0.0)
        return decide(
            heard.alternatives,
            sayables,
            fits=lambda words: not is_too_long(heard.seconds, words, self._language),
        )

    def _hear(self, sound: bytes, asked: ListenRequest) -> tuple[Alternative, ...]:
        """What is proposed while nobody and then somebody speaks."""
        heard = self._line.say(asked, BEFORE + sound + AFTER)
        return heard.alternatives if heard is not None else ()
