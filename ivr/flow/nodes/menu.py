"""A question answered by one key."""

from __future__ import annotations

from ivr.flow.asking import one_key
from ivr.flow.events import Chosen
from ivr.flow.inputs import CallerInput, Digits, Silence
from ivr.flow.instructions import Instruction
from ivr.flow.patience import Miss, missed
from ivr.flow.prompts import speak
from ivr.flow.state import CallState
from ivr.flow.turn import Move, Scene
from ivr.menus.nodes import Menu


def enter(scene: Scene[Menu], state: CallState) -> Move:
    return Move(state, ask(scene, state))


def ask(scene: Scene[Menu], state: CallState) -> tuple[Instruction, ...]:
    return (*speak(scene, state), one_key(scene, state))


def answer(scene: Scene[Menu], state: CallState, heard: CallerInput) -> Move:
    match heard:
        case Digits(keys=keys):
            return _chosen(scene, state, keys)
        case Silence():
            return missed(scene, state, Miss.SILENCE, ask)
        case _:
            return Move(state, ask(scene, state))


def _chosen(scene: Scene[Menu], state: CallState, keys: str) -> Move:
    for name, choice in scene.node.choices.items():
        if choice.key == keys:
            known = state.learn_all(choice.set)
            return Move(known, go=choice.to, events=(Chosen(scene.name, name),))
    return missed(scene, state, Miss.NO_MATCH, ask)
