"""May the carrier hear this caller? Asked once, only where it alone could; until then nothing is heard."""

from __future__ import annotations

from msgspec.structs import replace

from ivr.flow.asking import one_key
from ivr.flow.events import HearingAgreed
from ivr.flow.inputs import CallerInput, Digits, Silence
from ivr.flow.instructions import Instruction
from ivr.flow.patience import Miss, missed
from ivr.flow.prompts import speak
from ivr.flow.state import REFUSED, CallState
from ivr.flow.turn import Move, Scene
from ivr.menus.nodes import Agreement


def enter(scene: Scene[Agreement], state: CallState) -> Move:
    if not state.may_be_asked_to_agree:
        return Move(state, go=scene.node.next)
    return Move(state, ask(scene, state))


def ask(scene: Scene[Agreement], state: CallState) -> tuple[Instruction, ...]:
    return (*speak(scene, state), one_key(scene, state))


def answer(scene: Scene[Agreement], state: CallState, heard: CallerInput) -> Move:
    match heard:
        case Digits(keys="1"):
            return _decided(scene, state, agreed=True)
        case Digits(keys="2"):
            return _decided(scene, state, agreed=False)
        case Digits():
            return _unanswered(scene, state, Miss.NO_MATCH)
        case Silence():
            return _unanswered(scene, state, Miss.SILENCE)
        case _:
            # Only a key agrees, whoever has heard whatever.
            return Move(state, ask(scene, state))


def _unanswered(scene: Scene[Agreement], state: CallState, miss: Miss) -> Move:
    """Asked again as long as the book bears it; then it is a no."""
    move = missed(scene, state, miss, ask)
    if move.go is None:
        return move
    refused = _decided(scene, move.state, agreed=False)
    return replace(move, state=refused.state, events=(*move.events, *refused.events))


def _decided(scene: Scene[Agreement], state: CallState, *, agreed: bool) -> Move:
    notice = scene.node.notice
    known = replace(state, agreement=notice if agreed else REFUSED)
    return Move(known, go=scene.node.next, events=(HearingAgreed(notice, agreed),))
