"""A person's telephone rings; if nobody answers, the caller is not left alone."""

from __future__ import annotations

from ivr.flow.inputs import BridgeEnded, CallerInput, Outcome
from ivr.flow.instructions import Bridge, Instruction
from ivr.flow.prompts import speak
from ivr.flow.state import CallState
from ivr.flow.turn import Move, Scene
from ivr.menus.nodes import Transfer


def enter(scene: Scene[Transfer], state: CallState) -> Move:
    return Move(state, (*speak(scene, state), *ask(scene, state)))


def ask(scene: Scene[Transfer], _state: CallState) -> tuple[Instruction, ...]:
    return (Bridge(scene.node.ring_seconds, scene.node.talk_minutes * 60),)


def answer(scene: Scene[Transfer], state: CallState, heard: CallerInput) -> Move:
    match heard:
        case BridgeEnded(outcome=Outcome.ANSWERED):
            return Move(state.learn(solved="person"), go=scene.node.next)
        case BridgeEnded():
            return Move(state, speak(scene, state, "unanswered"), go=scene.node.unanswered)
        case _:
            return Move(state, ask(scene, state))
