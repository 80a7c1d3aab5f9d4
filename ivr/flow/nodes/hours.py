"""Whether people are there now."""

from __future__ import annotations

from foundation.hours import is_open, opens_next
from ivr.flow.state import CallState
from ivr.flow.turn import Move, Scene
from ivr.menus.nodes import HoursBranch


def enter(scene: Scene[HoursBranch], state: CallState) -> Move:
    if is_open(scene.book.hours, scene.at):
        return Move(state, go=scene.node.open)
    opens = opens_next(scene.book.hours, scene.at)
    known = state.learn(opens=opens.isoformat()) if opens else state
    return Move(known, go=scene.node.closed)
