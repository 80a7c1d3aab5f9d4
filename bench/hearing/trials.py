"""A caller says a number, hears it read back, and says it again where it was not understood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from bench.hearing.ears import Ear
from bench.hearing.question import Question

BY_VOICE = 2  # times that a read-back is answered aloud; then by the key that the question has named by then
Says = Callable[[bool], bytes]  # yes or no, in some voice


class End(Enum):
    """How a number ended, as a caller would tell it."""

    AT_ONCE = "right at once"
    LATER = "right after asking again"
    GIVEN_UP = "given up"
    WRONG = "wrongly accepted"


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the numbers. `tries`: times that one was said. `believed`: numbers read back for sure,
    `in_doubt`: numbers that the caller was asked about all the same; and how many of each were wrong.
    `keyed`: read-backs that a key answered, since yes or no was not understood.
    """

    ends: Counter[End]
    tries: int = 0
    believed: int = 0
    wrongly_believed: int = 0
    in_doubt: int = 0
    wrong_in_doubt: int = 0
    keyed: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.ends + other.ends,
            self.tries + other.tries,
            self.believed + other.believed,
            self.wrongly_believed + other.wrongly_believed,
            self.in_doubt + other.in_doubt,
            self.wrong_in_doubt + other.wrong_in_doubt,
            self.keyed + other.keyed,
        )


def number(ear: Ear, digits: str, tries: Sequence[bytes], says: Says) -> Tally:
    """One number: each try is other recordings of the same digits, each read-back is answered truthfully.

    After the last try, and where the call says so, the keys are all that is left.
    """
    tally, question = Tally(Counter()), ear.asked(len(digits))
    for attempt, sound in enumerate(tries):
        if not question.is_open:
            break
        believed = question.hear(sound)
        tally += Tally(Counter(), 1) + _answered(question, digits, says, believed=believed)
        if question.learned:
            right = End.LATER if attempt else End.AT_ONCE
            return tally + Tally(Counter({right if question.learned == digits else End.WRONG: 1}))
    return tally + Tally(Counter({End.GIVEN_UP: 1}))


def _answered(question: Question, digits: str, says: Says, *, believed: bool) -> Tally:
    """Each number that is read back is answered, until it is asked for again or the question is over.

    A second one behind a no is in doubt.
    """
    tally, asked_about, answers = Tally(Counter()), "", 0
    while question.is_open and (number := question.read_back):
        wrong = number != digits
        if number != asked_about:
            tally += Tally(Counter(), 0, believed, believed and wrong, not believed, not believed and wrong)
            asked_about, believed, answers = number, False, 0
        if answers < BY_VOICE:
            question.hear(says(not wrong))
        else:
            question.press(yes=not wrong)
            tally += Tally(Counter(), keyed=1)
        answers += 1
    return tally
