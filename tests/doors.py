"""What every way into the hotline has in common: how it is dialled, and what the caller does."""

from __future__ import annotations

from typing import Protocol

from ivr.flow.inputs import (
    Outcome,
)
from ivr.flow.instructions import Break
from processes.rehearsal.conversation import Said
from processes.rehearsal.telephone import Heard

BUDGET = 30.0  # seconds for one turn here: a slow machine is no fault of the house
PERSON = {
    "answers": Outcome.ANSWERED,
    "busy": Outcome.BUSY,
    "no-answer": Outcome.NO_ANSWER,
    "fails": Outcome.FAILED,
}
TALK_SECONDS = 30


class Door(Protocol):
    """A way in. `dial` and `do` give what is then heard; None when the call is over and nothing is said."""

    def dial(self) -> Heard: ...

    def do(self, said: Said) -> Heard | None: ...


def plain(words: tuple[str | Break, ...]) -> str:
    """Spoken words as one line; a pause is three dots."""
    text = "".join(part if isinstance(part, str) else " … " for part in words)
    return " ".join(text.split())
