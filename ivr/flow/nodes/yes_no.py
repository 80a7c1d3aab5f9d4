"""A question answered by 1 for yes and 2 for no."""

from __future__ import annotations

from ivr.flow.asking import one_key
from ivr.flow.events import Chosen
from ivr.flow.inputs import CallerInput, Digits, Silence
from ivr.flow.instructions import Instruction
from ivr.flow.patience import Miss, missed
from ivr.flow.prompts import speak
from ivr.flow.sayable import yes_or_no
from ivr.flow.state import CallState
from ivr.flow.turn import Move, Scene
from ivr.matching.verdicts import Sayable
from ivr.menus.nodes import YesNo


def enter(scene: Scene[YesNo], state: CallState) -> Move:
    return Move(state, ask(scene, state))


def ask(scene: Scene[YesNo], state: CallState) -> tuple[Instruction, ...]:
    return (*speak(scene, state), one_key(scene, state))


def sayables(scene: Scene[YesNo], state: CallState) -> tuple[Sayable, ...]:
    return yes_or_no(scene, state)


def answer(scene: Scene[YesNo], state: CallState, heard: CallerInput) -> Move:
    node = scene.node
    match heard:
        case Digits(keys="1"):
            return _decided(scene, state, "yes", node.yes_sets, node.yes)
        case Digits(keys="2"):
            return _decided(scene, state, "no", node.no_sets, node.no)
        case Digits():
            return missed(scene, state, Miss.NO_MATCH, ask)
        case Silence():
            return missed(scene, state, Miss.SILENCE, ask)
        case _:
            return Move(state, ask(scene, state))


def _decided(scene: Scene[YesNo], state: CallState, said: str, facts: dict[str, str], to: str) -> Move:
    own = {scene.node.fact: said} if scene.node.fact else {}
    return Move(state.learn_all({**own, **facts}), go=to, events=(Chosen(scene.name, said),))
