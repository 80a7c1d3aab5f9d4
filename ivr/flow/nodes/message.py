"""Words, then on."""

from __future__ import annotations

from ivr.flow.events import NoticeGiven
from ivr.flow.prompts import speak
from ivr.flow.state import CallState
from ivr.flow.turn import Move, Scene
from ivr.menus.nodes import Message


def enter(scene: Scene[Message], state: CallState) -> Move:
    events = (NoticeGiven(scene.node.notice),) if scene.node.notice else ()
    return Move(state, speak(scene, state), go=scene.node.next, events=events)
