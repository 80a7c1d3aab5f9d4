"""What can be heard from a caller, a carrier or the outside world: the inputs of the engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from ivr.flow.replies import Result
from speech.requests import Alternative


class Outcome(Enum):
    """How a bridge to a person ended."""

    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Answered:
    """The call begins. `number`: calling number in E.164, a hint and never a proof; None if withheld."""

    at: datetime
    call: str
    number: str | None
    dialled: str


@dataclass(frozen=True, slots=True)
class Digits:
    """Keys as pressed, without the one that ended the entry. They do not print: some are secret."""

    at: datetime
    keys: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Silence:
    """The time of a question ran out."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something was said: what it perhaps was, the likeliest first, and who heard it.

    `places`: of a number, as `speech.requests.Heard` has them. `seconds`: of voice, 0 where nobody knows.
    """

    at: datetime
    alternatives: tuple[Alternative, ...]
    recognizer: str
    places: tuple[bytes, ...] = field(default=(), repr=False)
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Recorded:
    """A spoken message is kept at the carrier under `recording`. `key`: the one that ended it, if one did."""

    at: datetime
    recording: str
    seconds: int
    hung_up: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class BridgeEnded:
    """The talk with a person is over, or never began."""

    at: datetime
    outcome: Outcome
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class HungUp:
    """The call has ended, whoever ended it. Heard once."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Reply:
    """What the errand of the step before brought back."""

    at: datetime
    result: Result


CallerInput = Answered | Digits | Silence | Utterance | Recorded | BridgeEnded | HungUp | Reply
