"""What errands bring back. Losing, being refused and being unavailable are values with names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ivr.matching.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Recalled:
    """What is known of a calling number: the language chosen last, and whether a customer registered it."""

    language: str | None
    registered: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """The deed is done; there is nothing to tell."""


@dataclass(frozen=True, slots=True)
class Announced:
    """An operator's sentence that stands now, in its languages (code, words); `number` is that of its row."""

    number: int
    words: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Likened:
    """What the words of the errand are like: its `found.choice` is an intent. `sure` and `by` as asked."""

    found: Verdict
    sure: float
    by: str


@dataclass(frozen=True, slots=True)
class NothingAnnounced:
    """No sentence stands."""


@dataclass(frozen=True, slots=True)
class PinAccepted:
    """Account and telephone PIN belong together."""

    customer: str


@dataclass(frozen=True, slots=True)
class PinRefused:
    """They do not, or there is no such account: the caller is told the same."""


@dataclass(frozen=True, slots=True)
class Slowed:
    """Too many misses: nothing was compared. `seconds` until the next try is looked at."""

    seconds: int


@dataclass(frozen=True, slots=True)
class TicketOpened:
    """The promise stands in SQL. `joined` = it was added to an open one of the same customer and topic."""

    number: str
    due: datetime
    joined: bool = False


@dataclass(frozen=True, slots=True)
class TicketSpooled:
    """The promise is kept, though SQL cannot take it now: it will be made, and has no number yet."""

    due: datetime


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The ticket of this call is cancelled, or will be as soon as SQL works."""


@dataclass(frozen=True, slots=True)
class TicketFound:
    """The state of a ticket, by its name in `callbacks.tickets.TicketState` (lower case, hyphens)."""

    number: str
    topic: str
    state: str
    due: datetime


@dataclass(frozen=True, slots=True)
class TicketUnknown:
    """No such ticket, or the proof does not fit: the caller is told the same."""


@dataclass(frozen=True, slots=True)
class Unavailable:
    """The errand could not be run: nothing was kept, nothing was compared."""


Result = (
    Recalled
    | Done
    | Announced
    | NothingAnnounced
    | Likened
    | PinAccepted
    | PinRefused
    | Slowed
    | TicketOpened
    | TicketSpooled
    | TakenBack
    | TicketFound
    | TicketUnknown
    | Unavailable
)
