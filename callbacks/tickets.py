"""A ticket: a promise to a customer, with a number that can be spoken, and states that move by a table."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from foundation.check_digits import CheckDigit, with_check_digit
from identity.levels import Level

DRAWN_DIGITS = 8  # the ninth is the check digit
SPOKEN_GROUP = 3


class TicketState(StrEnum):
    """How far a promise is kept."""

    RECEIVED = "received"
    CLASSIFIED = "classified"
    DIAGNOSED = "diagnosed"
    PROMISED = "promised"
    IN_INVESTIGATION = "in-investigation"
    IN_REVIEW = "in-review"
    SOLVED = "solved"
    FOLLOWED_UP = "followed-up"
    CLOSED = "closed"
    REOPENED = "reopened"
    CANCELLED = "cancelled"


class Priority(StrEnum):
    """How much it presses, the most pressing first."""

    URGENT = "urgent"
    NORMAL = "normal"
    LOW = "low"


_S = TicketState

# Something is still owed in these: a second call of a proven customer about the same topic joins it.
OPEN = frozenset(
    {_S.RECEIVED, _S.CLASSIFIED, _S.DIAGNOSED, _S.PROMISED, _S.IN_INVESTIGATION, _S.IN_REVIEW, _S.REOPENED}
)
# Nobody has it in hand in these: the birth of a ticket, and when its solution did not hold.
UNTAKEN = frozenset({_S.RECEIVED, _S.CLASSIFIED, _S.DIAGNOSED, _S.PROMISED, _S.REOPENED})
_AT_WORK = frozenset({_S.IN_INVESTIGATION, _S.IN_REVIEW})
_MOVES: dict[TicketState, frozenset[TicketState]] = {
    _S.RECEIVED: frozenset({_S.CLASSIFIED, _S.CANCELLED}),
    _S.CLASSIFIED: frozenset({_S.DIAGNOSED, _S.CANCELLED}),
    _S.DIAGNOSED: frozenset({_S.PROMISED, _S.CANCELLED}),
    _S.PROMISED: _AT_WORK | {_S.CANCELLED},
    _S.IN_INVESTIGATION: frozenset({_S.SOLVED, _S.CANCELLED}),
    _S.IN_REVIEW: frozenset({_S.SOLVED, _S.CANCELLED}),
    _S.SOLVED: frozenset({_S.FOLLOWED_UP, _S.REOPENED}),
    _S.FOLLOWED_UP: frozenset({_S.CLOSED, _S.REOPENED}),
    _S.CLOSED: frozenset({_S.REOPENED}),
    _S.REOPENED: _AT_WORK | {_S.CANCELLED},
    _S.CANCELLED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class TicketDraft:
    """What a call hands in. `key` is `call/turn/errand-number`; times are aware.

    `customer` is an account, proven only if `level` is verified. `calling_number` is a hint. `answers` are
    facts of the diagnosis, never a secret; `recordings` name spoken messages. `partial`: the caller hung up.
    """

    call: str
    key: str
    topic: str
    priority: Priority
    language: str
    channel: str
    level: Level
    customer: str | None
    calling_number: str | None
    number_to_call: str | None
    due: datetime
    at: datetime
    answers: tuple[tuple[str, str], ...] = ()
    recordings: tuple[str, ...] = ()
    partial: bool = False

    @property
    def is_proven(self) -> bool:
        """Whether the customer showed who they are; only then may one call add to the ticket of another."""
        return self.customer is not None and self.level >= Level.VERIFIED


@dataclass(frozen=True, slots=True)
class Ticket:
    """A promise as it stands in SQL. `at` is when it was made, `call` by which call."""

    number: str
    state: TicketState
    topic: str
    priority: Priority
    language: str
    channel: str
    level: Level
    customer: str | None
    calling_number: str | None
    number_to_call: str | None
    answers: tuple[tuple[str, str], ...]
    due: datetime
    at: datetime
    call: str
    partial: bool

    @property
    def is_open(self) -> bool:
        """Whether something is still owed."""
        return self.state in OPEN

    def is_overdue(self, now: datetime) -> bool:
        """Whether it is open past the time that was promised."""
        return self.is_open and self.due < now


@dataclass(frozen=True, slots=True)
class Move:
    """One step of a ticket: from `was` (None at its birth) to `to`, when, by whom and why."""

    ticket: str
    was: TicketState | None
    to: TicketState
    at: datetime
    actor: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Addition:
    """What a later call added to a ticket; nothing that stood there before is overwritten by it."""

    ticket: str
    call: str
    at: datetime
    answers: tuple[tuple[str, str], ...]
    number_to_call: str | None


@dataclass(frozen=True, slots=True)
class KeptRecording:
    """A spoken message that belongs to a ticket; `seconds` is None while the carrier has not told it."""

    sid: str
    ticket: str
    call: str
    seconds: int | None
    at: datetime


def legal_moves(state: TicketState, priority: Priority) -> frozenset[TicketState]:
    """Where a ticket may go from here. What is urgent is promised before anybody diagnoses it."""
    if state is TicketState.CLASSIFIED and priority is Priority.URGENT:
        return _MOVES[state] | {TicketState.PROMISED}
    return _MOVES[state]


def birth(priority: Priority) -> tuple[TicketState, ...]:
    """The states that a ticket has been through when the caller hears its number."""
    diagnosed = () if priority is Priority.URGENT else (TicketState.DIAGNOSED,)
    return (TicketState.RECEIVED, TicketState.CLASSIFIED, *diagnosed, TicketState.PROMISED)


def is_untaken(ticket: Ticket) -> bool:
    """Whether it is urgent and still where its call left it, or reopened: nobody has moved it on."""
    return ticket.priority is Priority.URGENT and ticket.state in UNTAKEN


def more_pressing(one: Priority, other: Priority) -> Priority:
    """The more pressing of two."""
    order = list(Priority)
    return min(one, other, key=order.index)


def ticket_number(drawn: str) -> str:
    """The nine digits that a caller hears: eight drawn ones and Damm's check digit; the first is not 0.

    There are 90 million. With N tickets open, one number guessed is right with N in 90 million; reading its
    state takes the last four digits of a telephone number too (1 in 10,000), so with 100,000 tickets one
    blind guess in nine million tells something, and misses are slowed.
    """
    if len(drawn) != DRAWN_DIGITS or drawn.startswith("0"):
        raise ValueError(f"a ticket number is made of {DRAWN_DIGITS} digits, the first not 0")
    return with_check_digit(CheckDigit.DAMM, drawn)


def in_groups(number: str) -> str:
    """The number as it is written for people: `123 456 789`."""
    return " ".join(number[place : place + SPOKEN_GROUP] for place in range(0, len(number), SPOKEN_GROUP))
