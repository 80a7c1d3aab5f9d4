"""What a question takes by voice: all that may be said there, and how the call is to be listened to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ivr.flow import sayable
from ivr.flow.instructions import Collect, Hearing, Instruction
from ivr.flow.nodes.kinds import KINDS
from ivr.flow.sayable import Spells
from ivr.flow.state import CallState
from ivr.flow.turn import Scene
from ivr.matching.verdicts import Sayable
from ivr.menus.nodes import Asking
from speech.requests import Kind

REST = 1  # digit at least, of a number that has begun


def sayables(scene: Scene[Any], state: CallState) -> tuple[Sayable, ...]:
    """All that may be said here now, the node's own words first: what is nearest is meant first."""
    own = KINDS[scene.node.kind].sayables(scene, state)
    return (*own, *sayable.doors(scene.book, state))


def number(scene: Scene[Any], state: CallState) -> Spells | None:
    """The number awaited here; of one that has begun, what is still to come."""
    return KINDS[scene.node.kind].spells(scene, state)


def with_hearing(
    scene: Scene[Any], state: CallState, instructions: Sequence[Instruction]
) -> tuple[Instruction, ...]:
    """The same; a question that is no secret, asked of a caller who is heard, with what can be said."""
    last = instructions[-1] if instructions else None
    if not (state.ears and isinstance(last, Collect) and isinstance(scene.node, Asking)) or last.secret:
        return tuple(instructions)
    return (*instructions[:-1], replace(last, hears=_hearing(scene, state)))


def _hearing(scene: Scene[Asking], state: CallState) -> Hearing:
    phrases = tuple(dict.fromkeys(one.words for one in sayables(scene, state)))
    wanted = number(scene, state)
    if wanted is None:
        return Hearing(Kind.CHOICE, phrases)
    return Hearing(Kind.NUMBER, phrases, wanted.shortest, wanted.longest, wanted.check)
