"""One question with a scale; silence is an answer too."""

from __future__ import annotations

from ivr.flow.asking import one_key
from ivr.flow.errands import SaveSurvey
from ivr.flow.events import Chosen
from ivr.flow.inputs import CallerInput, Digits, Reply, Silence
from ivr.flow.instructions import Instruction
from ivr.flow.patience import Miss, missed
from ivr.flow.prompts import speak
from ivr.flow.replies import Done
from ivr.flow.sayable import choices
from ivr.flow.state import CallState
from ivr.flow.turn import Move, Scene
from ivr.matching.verdicts import Sayable
from ivr.menus.nodes import Survey


def enter(scene: Scene[Survey], state: CallState) -> Move:
    return Move(state, ask(scene, state))


def ask(scene: Scene[Survey], state: CallState) -> tuple[Instruction, ...]:
    return (*speak(scene, state), one_key(scene, state))


def sayables(scene: Scene[Survey], state: CallState) -> tuple[Sayable, ...]:
    """The steps of the scale, each by its number."""
    return choices(scene, state, {str(step): str(step) for step in range(1, scene.node.scale + 1)})


def answer(scene: Scene[Survey], state: CallState, heard: CallerInput) -> Move:
    match heard:
        case Digits(keys=keys):
            return _rated(scene, state, keys)
        case Silence():
            return missed(scene, state, Miss.SILENCE, ask)
        case Reply(result=Done()):
            return Move(state, speak(scene, state, "thanks"), go=scene.node.next)
        case Reply():
            # Nobody is kept on the line because an answer to a survey could not be kept.
            return Move(state, go=scene.node.next)
        case _:
            return Move(state, ask(scene, state))


def _rated(scene: Scene[Survey], state: CallState, keys: str) -> Move:
    scale = {str(step): step for step in range(1, scene.node.scale + 1)}
    if keys not in scale:
        return missed(scene, state, Miss.NO_MATCH, ask)
    known = state.learn_all({scene.name: keys})
    return Move(known, errand=SaveSurvey(scene.name, scale[keys]), events=(Chosen(scene.name, keys),))
