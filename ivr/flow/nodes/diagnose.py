"""A list of things to try: what to do, quiet time to try it, and 'did that help?'."""

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
from ivr.menus.nodes import Diagnose


def enter(scene: Scene[Diagnose], state: CallState) -> Move:
    tried = state.opened("trying")
    return Move(tried, (*speak(scene, tried), *ask(scene, tried)))


def ask(scene: Scene[Diagnose], state: CallState) -> tuple[Instruction, ...]:
    check = scene.node.checks[state.place.index]
    if state.place.stage == "asking":
        return (*speak(scene, state, "helped"), one_key(scene, state))
    what = speak(scene, state, f"choice.{check.name}")
    return (*what, *speak(scene, state, "try"), one_key(scene, state, check.seconds))


def sayables(scene: Scene[Diagnose], state: CallState) -> tuple[Sayable, ...]:
    return yes_or_no(scene, state)


def answer(scene: Scene[Diagnose], state: CallState, heard: CallerInput) -> Move:
    match heard:
        case Silence() if state.place.stage == "trying":
            # A caller who is trying something is quiet: no miss.
            asked = state.staged("asking", index=state.place.index)
            return Move(asked, ask(scene, asked))
        case Silence():
            return missed(scene, state, Miss.SILENCE, ask)
        case Digits(keys="1"):
            return _helped(scene, state)
        case Digits(keys="2"):
            return _not_helped(scene, state)
        case Digits():
            return missed(scene, state, Miss.NO_MATCH, ask)
        case _:
            return Move(state, ask(scene, state))


def _helped(scene: Scene[Diagnose], state: CallState) -> Move:
    name = scene.node.checks[state.place.index].name
    known = state.learn_all({name: "yes", "solved": "yes"})
    return Move(known, go=scene.node.solved, events=(Chosen(scene.name, f"{name}.yes"),))


def _not_helped(scene: Scene[Diagnose], state: CallState) -> Move:
    checks = scene.node.checks
    name = checks[state.place.index].name
    known = state.learn_all({name: "no"})
    event = (Chosen(scene.name, f"{name}.no"),)
    if state.place.index + 1 == len(checks):
        return Move(known, go=scene.node.unsolved, events=event)
    onward = known.staged("trying", index=state.place.index + 1)
    return Move(onward, ask(scene, onward), events=event)
