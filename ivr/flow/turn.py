"""What one step of the engine decides: the new state, what to do, and one errand at most."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from msgspec import Struct

from ivr.flow.errands import Errand
from ivr.flow.events import FlowEvent
from ivr.flow.instructions import Instruction
from ivr.flow.state import CallState
from ivr.menus.model import MenuBook
from ivr.menus.nodes import NodeBase

N_co = TypeVar("N_co", bound=NodeBase, covariant=True)


class Turn(Struct, frozen=True):
    """The outcome of `step`. With an errand: run it and step again with its `Reply`."""

    state: CallState
    instructions: tuple[Instruction, ...] = ()
    errand: Errand | None = None
    events: tuple[FlowEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class Scene(Generic[N_co]):
    """What a node sees of the world: the book, itself, and the time of what was heard."""

    book: MenuBook
    name: str
    node: N_co
    at: datetime


class Move(Struct, frozen=True):
    """What one node decides: at most one of `go` (enter that node) and `errand`; neither = wait here.

    `back`: the way leads back, so the node left is not added to the trail. `again`: neither `go` nor
    `errand`, but the question at the state's place is asked.
    """

    state: CallState
    instructions: tuple[Instruction, ...] = ()
    go: str | None = None
    back: bool = False
    again: bool = False
    errand: Errand | None = None
    events: tuple[FlowEvent, ...] = ()
