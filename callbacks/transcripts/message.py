"""What becomes of one spoken message: its sound is had, then its words, each tried again with patience."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

FIRST_PAUSE = timedelta(minutes=1)  # until what failed is tried again; doubled with each further fault
LONGEST_PAUSE = timedelta(hours=6)
TRIES_AT_MOST = 20  # three days; then a person is told that it was given up
MODEL_LOOKED_FOR = timedelta(hours=6)  # between two looks whether a model has been installed
WAITED_FOR_A_MODEL = timedelta(days=30)  # since the message was spoken


class State(StrEnum):
    """How far it is. Given up: what is here stays, and nothing more is tried."""

    WAITING = "waiting"
    KEPT = "kept"
    WRITTEN = "written"
    GIVEN_UP = "given-up"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that is this `holder`'s to look after until somebody else may; `at` it was spoken.

    `tries` counts this one, and those since its sound was had.
    """

    sid: str
    holder: str
    language: str
    at: datetime
    state: State
    tries: int


@dataclass(frozen=True, slots=True)
class Step:
    """Where a message goes from here. `due`: when it is looked after again, None = never.

    `sealed` and `by`: the words, and the model that heard them.
    """

    state: State
    due: datetime | None
    tries: int
    why: str = ""
    by: str | None = None
    sealed: bytes | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What can be said of a message: how far it is, why not further, when next; its words, still sealed."""

    state: State
    due: datetime | None
    tries: int
    why: str
    by: str | None
    sealed: bytes | None
    at: datetime


def failed(one: Claimed, why: str, now: datetime) -> Step:
    """It went wrong: again later, and in the end never."""
    if one.tries >= TRIES_AT_MOST:
        return Step(State.GIVEN_UP, None, one.tries, why)
    doubled = FIRST_PAUSE * 2 ** min(one.tries - 1, 10)
    return Step(one.state, now + min(LONGEST_PAUSE, doubled), one.tries, why)


def without_model(one: Claimed, why: str, now: datetime) -> Step:
    """Nothing writes its language down: no fault of anybody's, and perhaps a model comes."""
    waits = now - one.at < WAITED_FOR_A_MODEL
    return Step(State.KEPT, now + MODEL_LOOKED_FOR if waits else None, 0, why)
