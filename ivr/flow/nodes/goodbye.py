"""The last words."""

from __future__ import annotations

from ivr.flow.instructions import HangUp
from ivr.flow.prompts import speak
from ivr.flow.state import CallState
from ivr.flow.turn import Move, Scene
from ivr.menus.nodes import Goodbye


def enter(scene: Scene[Goodbye], state: CallState) -> Move:
    return Move(state, (*speak(scene, state), HangUp()))
