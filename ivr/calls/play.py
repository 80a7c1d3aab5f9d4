"""What a turn does to a call: step, run the errand, step again; nothing is claimed or stored here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from msgspec.structs import replace

from foundation.clock import Clock, Deadline
from ivr.flow.engine import step
from ivr.flow.errands import Errand
from ivr.flow.events import FlowEvent
from ivr.flow.inputs import CallerInput, HungUp, Reply
from ivr.flow.instructions import Instruction
from ivr.flow.replies import Result
from ivr.flow.state import CallState
from ivr.menus.model import MenuBook

ERRANDS_A_TURN = 5
ERRANDS_AT_THE_END = 50  # when the caller has gone each spoken message may need one, and nobody waits


class TooManyErrands(Exception):
    """A turn asked the outside world for more than its share: a fault of the book or the engine."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One errand and where it was asked: `key` is `call/turn/errand-number`."""

    key: str
    call: str
    errand: Errand


class Runner(Protocol):
    """Runs errands. What cannot be run by the deadline is `Unavailable`; KeyReused is the only exception."""

    def run(self, asked: Asked, deadline: Deadline) -> Result:
        """The deed is done at most once for its key, whoever asks again."""
        ...


@dataclass(frozen=True, slots=True)
class Played:
    """The steps of one turn, joined."""

    state: CallState
    instructions: tuple[Instruction, ...]
    events: tuple[FlowEvent, ...]


@dataclass(frozen=True, slots=True)
class Cue:
    """Where a turn begins: this was heard, in this state, as that turn."""

    book: MenuBook
    state: CallState
    heard: CallerInput
    turn: int


@dataclass(frozen=True, slots=True)
class Player:
    """Plays turns by a clock, with a runner of errands."""

    runner: Runner
    clock: Clock

    def play(self, cue: Cue, deadline: Deadline) -> Played:
        """The whole turn. Raises TooManyErrands, and what the engine and the runner raise."""
        outcome = step(cue.book, cue.state, cue.heard)
        said, events = outcome.instructions, outcome.events
        limit = ERRANDS_AT_THE_END if isinstance(cue.heard, HungUp) else ERRANDS_A_TURN
        number = 0
        while outcome.errand is not None:
            number += 1
            if number > limit:
                raise TooManyErrands(f"turn {cue.turn}, from node {cue.state.place.node!r}")
            asked = Asked(f"{cue.state.call}/{cue.turn}/{number}", cue.state.call, outcome.errand)
            result = self.runner.run(asked, deadline)
            outcome = step(cue.book, outcome.state, Reply(self.clock.now(), result))
            said, events = said + outcome.instructions, events + outcome.events
        return Played(replace(outcome.state, turn=cue.turn), said, events)
