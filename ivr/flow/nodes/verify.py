"""Account number and telephone PIN, the PIN by keys alone. It goes from the keys into the errand only."""

from __future__ import annotations

from msgspec.structs import replace

from foundation.check_digits import valid
from foundation.redaction import Secret
from identity.levels import Level
from ivr.flow.asking import number
from ivr.flow.errands import CheckPin
from ivr.flow.events import LevelRaised
from ivr.flow.inputs import CallerInput, Digits, Reply, Silence
from ivr.flow.instructions import Instruction
from ivr.flow.patience import Miss, missed
from ivr.flow.prompts import speak
from ivr.flow.replies import PinAccepted, PinRefused, Slowed
from ivr.flow.sayable import Spells
from ivr.flow.state import CallState
from ivr.flow.turn import Move, Scene
from ivr.menus.nodes import Verify

ACCOUNT_DIGITS = 10
PIN_DIGITS = 6


def enter(scene: Scene[Verify], state: CallState) -> Move:
    if state.level >= Level.VERIFIED:
        return _onward(scene, state)
    return Move(state, ask(scene, state))


def ask(scene: Scene[Verify], state: CallState) -> tuple[Instruction, ...]:
    if state.place.stage == "pin":
        return (*speak(scene, state, "pin"), number(scene, state, PIN_DIGITS, secret=True))
    return (*speak(scene, state), number(scene, state, ACCOUNT_DIGITS))


def spells(_scene: Scene[Verify], state: CallState) -> Spells | None:
    return None if state.place.stage == "pin" else Spells(ACCOUNT_DIGITS, ACCOUNT_DIGITS, "luhn")


def answer(scene: Scene[Verify], state: CallState, heard: CallerInput) -> Move:
    match heard:
        case Silence():
            return missed(scene, state, Miss.SILENCE, ask)
        case Digits(keys=keys) if state.place.stage == "pin":
            return _pin_typed(scene, state, keys)
        case Digits(keys=keys):
            return _account_typed(scene, state, keys)
        case Reply():
            return _checked(scene, state, heard)
        case _:
            return Move(state, ask(scene, state))


def _account_typed(scene: Scene[Verify], state: CallState, keys: str) -> Move:
    if not (len(keys) == ACCOUNT_DIGITS and keys.isdecimal() and valid("luhn", keys)):
        return missed(scene, state, Miss.NO_MATCH, ask)
    # An account named is no proof; staff see from the level that it is a claim.
    claimed = replace(state, level=max(state.level, Level.IDENTIFIED), customer=keys)
    asked = claimed.retried("pin", keys)
    return Move(asked, ask(scene, asked))


def _pin_typed(scene: Scene[Verify], state: CallState, keys: str) -> Move:
    if not (len(keys) == PIN_DIGITS and keys.isdecimal()):
        return missed(scene, state, Miss.NO_MATCH, ask)
    return Move(state, errand=CheckPin(state.place.entry, Secret(keys), state.number))


def _checked(scene: Scene[Verify], state: CallState, reply: Reply) -> Move:
    match reply.result:
        case PinAccepted(customer=customer):
            proven = replace(state, level=Level.VERIFIED, customer=customer)
            moved = _onward(scene, proven)
            raised = LevelRaised(Level.VERIFIED.name.lower())
            return replace(
                moved, instructions=speak(scene, proven, "verified"), events=(raised, *moved.events)
            )
        case PinRefused():
            again = state.retried("", "")
            return missed(scene, again, Miss.NO_MATCH, ask, word="refused")
        case Slowed():
            return Move(state, speak(scene, state, "slowed"), go=scene.node.failed)
        case _:
            return Move(state, speak(scene, state, "failed"), go=scene.node.failed)


def _onward(scene: Scene[Verify], state: CallState) -> Move:
    """Back to the node that needed the proof, or on."""
    return Move(replace(state, detour=None), go=state.detour or scene.node.next)
