"""The words between a turn and the places that keep calls: what is claimed, found and settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from foundation.clock import Deadline
from ivr.calls.status import CallStatus

LEASE_SECONDS = 2.0  # longer than the budget of a webhook: a living owner never loses its turn
HANG_UP = "hang-up"  # the source of the turn in which the end of a call is heard
KEPT_SECONDS = 5 * 3600  # longer than the longest call


class StoreGone(Exception):
    """The place that keeps calls cannot be used now; nobody knows whether the last word arrived."""


class Looks(Enum):
    """Whether a claim looks for what was said: beside keys never, and where no key came before it is silence.

    ONLY: the call was moved because something was said; if nothing was, there is nothing to claim.
    """

    NEVER = ""
    FIRST = "first"
    ONLY = "only"


class Aim(Enum):
    """What a claim is for: the turn named, a turn beyond what is known, or the end of the call."""

    TURN = "turn"
    RESTART = "restart"
    END = "end"


@dataclass(frozen=True, slots=True)
class Remembered:
    """The newest settled turn of a call: its state (as `codec` writes it) and the answer's bytes.

    `over`: the end of the call was heard by the flow; nothing comes after it.
    """

    turn: int
    kept: bytes
    answer: bytes
    over: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """A wish to own a turn. `turn` counts from 0; for `Aim.END` it is the one after the newest.

    `seed`: what the journal remembers; it replaces anything older in the store. `patient`: a caller in the
    middle of a word is waited for.
    """

    call: str
    turn: int
    source: str
    owner: str
    aim: Aim = Aim.TURN
    seed: Remembered | None = None
    looks: Looks = Looks.NEVER
    patient: bool = False


@dataclass(frozen=True, slots=True)
class Beside:
    """What was found beside the call, as `speech.mailbox_keys` says; nothing of it is trusted yet.

    `service`: the speech process's word of itself. `open`: the stream whose socket is open. `said`: what was
    heard for the turn claimed, if the claim looked for it.
    """

    service: bytes | None = None
    open: bytes | None = None
    said: bytes | None = None


NOTHING_BESIDE = Beside()


@dataclass(frozen=True, slots=True)
class Claimed:
    """The turn is yours until the lease ends. `known` is what it builds on; None = a call never heard of."""

    turn: int
    known: Remembered | None
    beside: Beside = NOTHING_BESIDE


@dataclass(frozen=True, slots=True)
class Present:
    """The turn was answered already, or the call is over: this is where it stands."""

    known: Remembered


@dataclass(frozen=True, slots=True)
class Busy:
    """Somebody else owns a turn of this call. After `Aim.END`: that owner will hear of the end."""


@dataclass(frozen=True, slots=True)
class Behind:
    """The store does not know the state that asked for this turn: it knows an older one, or none."""

    known: Remembered | None


@dataclass(frozen=True, slots=True)
class Speaking:
    """The caller is in the middle of a word: the turn after `known` is nobody's, and to be asked again."""

    known: Remembered


@dataclass(frozen=True, slots=True)
class Free:
    """Nobody owns a turn of this call, and the one asked for is not answered yet."""


@dataclass(frozen=True, slots=True)
class Stored:
    """State and answer stand."""


@dataclass(frozen=True, slots=True)
class HangUpNext:
    """They stand, and the call has ended meanwhile: the next turn is yours, for `HungUp`."""


@dataclass(frozen=True, slots=True)
class Lost:
    """The turn was somebody else's by then; nothing was written."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What the first turn of a call knows about it. `number` in E.164, None if withheld."""

    at: datetime
    number: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """One turn for the journal. `heard` has its secrets masked; `events` are what JSON can carry.

    `listen`: what the call is to be heard for next, for the speech process alone; None: nothing more.
    """

    call: str
    turn: int
    at: datetime
    source: str
    heard: str
    outcome: str
    node: str
    events: list[dict[str, object]]
    remembered: Remembered
    opening: Opening | None = None
    listen: bytes | None = None


Found = Claimed | Present | Busy | Behind | Speaking


class CallStore(Protocol):
    """Where the present moment of each call is kept. Every method raises StoreGone."""

    def doubted(self) -> bool:
        """Whether it was gone a moment ago, so that the journal may know a newer turn."""
        ...

    def claim(self, claim: Claim, deadline: Deadline) -> Found:
        """One round trip: the turn is claimed and the call loaded, with what was left beside it.

        A claim that looks ONLY for what was said finds the call Present where nothing was.
        """
        ...

    def look(self, call: str, turn: int, deadline: Deadline) -> Present | Busy | Free:
        """Whether the turn is answered. Changes nothing."""
        ...

    def settle(self, row: Row, owner: str, deadline: Deadline) -> Stored | HangUpNext | Lost:
        """One round trip: state, answer and request to listen together, if the turn is still this owner's."""
        ...

    def release(self, call: str, turn: int, owner: str, deadline: Deadline) -> None:
        """Give the turn back unanswered, if it is still this owner's."""
        ...


class CallJournal(CallStore, Protocol):
    """What every settled turn goes to, and where calls go on while the store is gone. Raises StoreGone."""

    def keep(self, row: Row, deadline: Deadline) -> None:
        """Written soon, in the background; at once if too many are waiting."""
        ...

    def keep_now(self, row: Row, deadline: Deadline) -> Remembered:
        """Written before this returns. What then stands for the turn: a rival may have been first."""
        ...

    def newest(self, call: str, deadline: Deadline) -> Remembered | None:
        """The newest turn that is written; None for a call that the journal does not know."""
        ...

    def note(self, status: CallStatus, deadline: Deadline) -> None:
        """News of a call, also of an unknown one; its rank only rises."""
        ...
