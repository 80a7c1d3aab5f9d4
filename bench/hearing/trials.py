"""A caller says a number, hears it read back, and says it again where it was not understood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from bench.hearing.ears import Ear

Says = Callable[[bool], bytes]  # yes or no, in some voice


class End(Enum):
    """How a number ended, as a caller would tell it."""

    AT_ONCE = "right at once"
    LATER = "right after asking again"
    GIVEN_UP = "given up"
    WRONG = "wrongly accepted"


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the numbers; `read_back` and `wrong_read_back` count tries."""

    ends: Counter[End]
    tries: int = 0
    read_back: int = 0
    wrong_read_back: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.ends + other.ends,
            self.tries + other.tries,
            self.read_back + other.read_back,
            self.wrong_read_back + other.wrong_read_back,
        )


def number(ear: Ear, digits: str, tries: Sequence[bytes], says: Says) -> Tally:
    """One number: each try is other recordings of the same digits, each read-back is answered truthfully.

    After the last try the keys are all that is left.
    """
    tally = Tally(Counter())
    for attempt, sound in enumerate(tries):
        understood = ear.number(sound, len(digits))
        wrong = bool(understood) and understood != digits
        tally += Tally(Counter(), 1, bool(understood), wrong)
        if understood and ear.agrees(says(not wrong)):
            end = End.WRONG if wrong else End.LATER if attempt else End.AT_ONCE
            return tally + Tally(Counter({end: 1}))
    return tally + Tally(Counter({End.GIVEN_UP: 1}))
