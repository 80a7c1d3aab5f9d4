"""What is asked of tickets besides a new one, and what is read of one."""

from dataclasses import dataclass
from datetime import datetime

from callbacks.tickets import Addition, KeptRecording, Move, Priority, Ticket, TicketState
from foundation.redaction import Secret
from identity.levels import Level
from identity.verifier import Asker


@dataclass(frozen=True, slots=True)
class TicketFile:
    """Everything that is known of one ticket, each list in the order of time."""

    ticket: Ticket
    moves: tuple[Move, ...]
    additions: tuple[Addition, ...]
    recordings: tuple[KeptRecording, ...]
    related: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sought:
    """Which tickets to list; None = whatever. `overdue_at`: open and due before that moment."""

    state: TicketState | None = None
    topic: str | None = None
    priority: Priority | None = None
    overdue_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AskedMove:
    """`came_from`: the state that the asker saw; None takes whatever it is now."""

    ticket: str
    to: TicketState
    actor: str
    note: str
    at: datetime
    came_from: TicketState | None = None


@dataclass(frozen=True, slots=True)
class SpokenMessage:
    """A recording that has to go somewhere: to `ticket`, else to one of its call, else it becomes one.

    `sid` is the carrier's name for it, `key` that of the errand. `topic`, `due` and `level` are for a ticket
    of its own.
    """

    call: str
    sid: str
    seconds: int | None
    ticket: str | None
    topic: str
    language: str
    channel: str
    level: Level
    calling_number: str | None
    key: str
    at: datetime
    due: datetime


@dataclass(frozen=True, slots=True)
class NumberToCall:
    """Which number to call about a ticket, as said in `call`; E.164."""

    ticket: str
    number: str
    call: str
    key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The ticket that `call` has made about `topic` was not meant, says its caller in the next sentence."""

    call: str
    topic: str
    key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SurveyAnswer:
    """What a caller answered to one question: 1 up to the scale of the question `name`."""

    call: str
    name: str
    answer: int
    key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Enquiry:
    """A caller asks after a ticket.

    `proof`: the telephone PIN of its customer (six digits), or the last four of the number it was left
    with; `customer`: the account of a verified caller, which proves the tickets of that account.
    """

    number: str
    proof: Secret | None
    customer: str | None
    asker: Asker
    key: str
    at: datetime
