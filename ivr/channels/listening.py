"""How a document lets its caller be heard, and by which way a turn is asked for again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

WAITS_AT_MOST = 8  # for a voice in the middle of a word, one turn; each is a second or the time-out of keys


@dataclass(frozen=True, slots=True)
class Listening:
    """Which streams end (`stop`) and begin (`start`) with a document, by their names; "" = none.

    `expires`: until when the token of the new one is taken, seconds since 1970. `hosted`: the carrier itself
    is asked to hear the question.
    """

    stop: str = ""
    start: str = ""
    expires: int = 0
    hosted: bool = False


NOBODY = Listening()


class Awaited(Protocol):
    """How keys are awaited beside a voice: as in `ivr.flow.instructions.Collect`."""

    @property
    def count(self) -> int | None: ...

    @property
    def finish(self) -> str: ...

    @property
    def seconds(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Way:
    """How a turn is asked for: `moved` = because something was said; after so many waits for a voice."""

    moved: bool = False
    waited: int = 0

    @property
    def patient(self) -> bool:
        """Whether a caller in the middle of a word is waited for once more."""
        return self.waited < WAITS_AT_MOST

    @property
    def once_more(self) -> Way:
        """The way after one more wait."""
        return Way(self.moved, self.waited + 1)


USUAL = Way()


def way_of(waited: str, *, moved: bool = False) -> Way:
    """The way as its address says; a count that we never wrote is none."""
    known = len(waited) == 1 and waited in "12345678"
    return Way(moved, int(waited) if known else 0)
