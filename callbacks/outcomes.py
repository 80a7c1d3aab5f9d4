"""What asking for a promise, moving one or asking after one can come to; losing a race has a name too."""

from dataclasses import dataclass
from datetime import datetime

from callbacks.tickets import Move, TicketState


@dataclass(frozen=True, slots=True)
class Opened:
    """A new promise."""

    number: str
    due: datetime
    state: TicketState


@dataclass(frozen=True, slots=True)
class Joined:
    """Added to a promise that stood already: this call's own, or the open one of a proven customer."""

    number: str
    due: datetime
    state: TicketState


@dataclass(frozen=True, slots=True)
class Spooled:
    """SQL cannot take it now: it stands in the spool, will be done, and has no number yet."""

    due: datetime


@dataclass(frozen=True, slots=True)
class Moved:
    """The ticket went where it was sent."""

    move: Move


@dataclass(frozen=True, slots=True)
class NotLegal:
    """No way leads there from where the ticket is; `legal` are those that do."""

    state: TicketState
    legal: tuple[TicketState, ...]


@dataclass(frozen=True, slots=True)
class StateChanged:
    """Somebody else moved it first; it is there `now`."""

    now: TicketState


@dataclass(frozen=True, slots=True)
class AnotherIsOpen:
    """It cannot be opened again: its customer has another open ticket about the same topic."""

    topic: str


@dataclass(frozen=True, slots=True)
class NoSuchTicket:
    """There is no ticket of this number."""


MoveOutcome = Moved | NotLegal | StateChanged | AnotherIsOpen | NoSuchTicket


@dataclass(frozen=True, slots=True)
class Known:
    """What a caller who proved it may hear of a ticket."""

    number: str
    topic: str
    state: TicketState
    due: datetime


@dataclass(frozen=True, slots=True)
class Unknown:
    """No such ticket, or not this caller's: nobody can tell which."""


@dataclass(frozen=True, slots=True)
class Slowed:
    """Too many misses: nothing was compared; the next try is looked at after so many seconds."""

    seconds: int


Answer = Known | Unknown | Slowed
