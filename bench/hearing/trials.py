"""A caller says a number, hears it read back, and says it again where it was not understood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from bench.hearing.ears import Ear
from bench.hearing.question import Question

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
    """

    ends: Counter[End]
    tries: int = 0
    believed: int = 0
    wrongly_believed: int = 0
    in_doubt: int = 0
    wrong_in_doubt: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.ends + other.ends,
            self.tries + other.tries,
            self.believed + other.believed,
            self.wrongly_believed + other.wrongly_believed,
            self.in_doubt + other.in_doubt,
            self.wrong_in_doubt + other.wrong_in_doubt,
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

    A second one behind a no is in doubt. An answer that was not understood is given once more.
    """
    tally, asked_about = Tally(Counter()), ""
    while question.is_open and (number := question.read_back):
        wrong = number != digits
        if number != asked_about:
            tally += Tally(Counter(), 0, believed, believed and wrong, not believed, not believed and wrong)
            asked_about, believed = number, False
        question.hear(says(not wrong))
    return tally
