"""How a document lets its caller be heard, and by which way a turn is asked for again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

# Waits for a voice in the middle of a word, one turn; each is a second, or the time-out of an entry of keys.
WAITS_AT_MOST = 8
A_LONG_WAIT = 3  # what such a time-out counts for
SPEAKS_UP = 4  # seconds of waiting behind a question for one key, until the caller hears that we listen


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

    def once_more(self, awaited: Awaited | None) -> Way:
        """The way after one more wait; `awaited`: the keys that counted meanwhile."""
        longer = A_LONG_WAIT if awaited and awaited.count != 1 else 1
        return Way(self.moved, min(WAITS_AT_MOST, self.waited + longer))

    def speaks_up(self, awaited: Awaited) -> bool:
        """Whether the caller has heard nothing for so long that they hear now that somebody listens.

        A question whose time is over was silent for that time; one that was cut short was not.
        """
        if awaited.count != 1:
            return self.waited > 0 or not self.moved
        return self.waited == SPEAKS_UP and not self.moved


USUAL = Way()


def way_of(waited: str, *, moved: bool = False) -> Way:
    """The way as its address says; a count that we never wrote is none."""
    known = len(waited) == 1 and waited in "12345678"
    return Way(moved, int(waited) if known else 0)
