"""A promise was made because it was said: the next sentence lets the caller take it back."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from ivr.flow.asking import one_key
from ivr.flow.events import TakenBackByCaller
from ivr.flow.instructions import Instruction
from ivr.flow.prompts import common
from ivr.flow.state import CallState
from ivr.flow.turn import Move, Scene

STAGE = "meant"  # of a ticket desk: was that meant?
# The fact that tells staff how sure the wish to have money stopped is, and what it can say.
FACT = "money-stop"
PERHAPS = "perhaps said; hung up when asked"
SAID, CONFIRMED, UNWANTED = "said, not confirmed", "said, and confirmed", "taken back, and still open"


def ask(scene: Scene[Any], state: CallState) -> tuple[Instruction, ...]:
    """Silence is no miss here: the promise stands."""
    return (*common(scene.book, state, "meant"), one_key(scene, state))


def confirmed(state: CallState) -> CallState:
    """The call of somebody who meant it."""
    return state.learn_all({FACT: CONFIRMED})


def taken_back(scene: Scene[Any], state: CallState, topic: str, *, done: bool) -> Move:
    """Back to the question where it was said, as if it had not been; not `done`: the promise stands."""
    event = (TakenBackByCaller(topic, done),)
    stood = state.unconfirmed
    if stood is None:
        return Move(state, go=scene.book.start, events=event)
    if done:
        kept = state.unlearned(stood.facts)
        kept = replace(kept, filed=tuple(one for one in state.filed if one.topic != topic))
    else:
        kept = state.learn_all({FACT: UNWANTED})
    back = replace(kept, place=stood.place, trail=stood.trail, unconfirmed=None)
    told = common(scene.book, back, "taken_back" if done else "not_taken_back")
    return Move(back, told, again=True, events=event)
