"""What every way into the hotline has in common: who calls, what is heard, what the caller does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ivr.flow.inputs import (
    Outcome,
)
from ivr.flow.instructions import Break
from tests.conversations_read import Said

BUDGET = 30.0  # seconds for one turn here: a slow machine is no fault of the house
RECORDING = "<recording>"
PERSON = {
    "answers": Outcome.ANSWERED,
    "busy": Outcome.BUSY,
    "no-answer": Outcome.NO_ANSWER,
    "fails": Outcome.FAILED,
}
TALK_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Heard:
    """What one answer of the hotline said: names of prompts where the door knows them, and the words."""

    prompts: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: the id of the call, the number shown, the number dialled."""

    call: str
    number: str | None
    dialled: str


class Door(Protocol):
    """A way in. `dial` and `do` give what is then heard; None when the call is over and nothing is said."""

    def dial(self) -> Heard: ...

    def do(self, said: Said) -> Heard | None: ...


def recording_of(call: str, count: int) -> str:
    """The carrier's id of the nth spoken message of a call."""
    return "RE" + call[2:30] + f"{count:04x}"


def plain(words: tuple[str | Break, ...]) -> str:
    """Spoken words as one line; a pause is three dots."""
    text = "".join(part if isinstance(part, str) else " … " for part in words)
    return " ".join(text.split())
