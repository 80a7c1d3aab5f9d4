"""A number typed on the keypad: its length and check digit, read back, corrected, or skipped."""

from __future__ import annotations

from foundation.check_digits import valid
from ivr.flow.asking import number, one_key
from ivr.flow.events import Chosen
from ivr.flow.inputs import CallerInput, Digits, Silence
from ivr.flow.instructions import Instruction
from ivr.flow.patience import Miss, missed
from ivr.flow.prompts import prompt_name, speak, utter, wording_of
from ivr.flow.sayable import Spells, phrases, yes_or_no
from ivr.flow.state import CallState
from ivr.flow.turn import Move, Scene
from ivr.matching.verdicts import Sayable
from ivr.menus import nodes


def enter(scene: Scene[nodes.Digits], state: CallState) -> Move:
    return Move(state, ask(scene, state))


def ask(scene: Scene[nodes.Digits], state: CallState) -> tuple[Instruction, ...]:
    if state.place.stage == "confirm":
        return (*_read_back(scene, state), one_key(scene, state))
    return (*speak(scene, state), _entry(scene, state))


def sayables(scene: Scene[nodes.Digits], state: CallState) -> tuple[Sayable, ...]:
    """Beside the number: that it is not known. Of the number read back: right or wrong."""
    node = scene.node
    if state.place.stage == "confirm":
        return yes_or_no(scene, state)
    # By its phrases alone: the name of its key is a digit of the number here.
    key = node.skip.key if node.skip else ""
    return tuple(Sayable(words, key, "skip") for words in phrases(scene, state, "skip")) if key else ()


def spells(scene: Scene[nodes.Digits], state: CallState) -> Spells | None:
    node = scene.node
    if state.place.stage == "confirm":
        return None
    counts = node.read_as != "digits" and node.check is None
    return Spells(node.shortest, node.longest, node.check, node.read_back, amount=counts)


def read_back(scene: Scene[nodes.Digits], state: CallState) -> str:
    """The digits that the caller has just heard in groups; "" where none were read so."""
    read = state.place.stage == "confirm" and scene.node.read_as == "digits"
    return state.place.entry if read else ""


def _entry(scene: Scene[nodes.Digits], state: CallState) -> Instruction:
    node = scene.node
    return number(scene, state, node.longest if node.shortest == node.longest else None)


def _read_back(scene: Scene[nodes.Digits], state: CallState) -> tuple[Instruction, ...]:
    """The words of `confirm`; its slot `entry` without a form of its own is read as the node says."""
    words = wording_of(scene, state, "confirm")
    formed = words.replace("{entry}", f"{{entry:{scene.node.read_as}}}")
    return utter(scene.book, state, f"{prompt_name(scene)}.confirm", formed, {"entry": state.place.entry})


def answer(scene: Scene[nodes.Digits], state: CallState, heard: CallerInput) -> Move:
    match heard:
        case Silence():
            return missed(scene, state, Miss.SILENCE, ask)
        case Digits(keys=keys) if state.place.stage == "confirm":
            return _confirmed(scene, state, keys)
        case Digits(keys=keys):
            return _typed(scene, state, keys)
        case _:
            return Move(state, ask(scene, state))


def _typed(scene: Scene[nodes.Digits], state: CallState, keys: str) -> Move:
    node = scene.node
    if node.skip is not None and keys == node.skip.key:
        known = state.learn_all(node.skip.set)
        return Move(known, go=node.skip.to, events=(Chosen(scene.name, "skip"),))
    if "*" in keys or "#" in keys:
        # Somebody corrects themselves: not a miss, the number is asked for whole.
        return Move(state, (*speak(scene, state, "mixed"), *ask(scene, state)))
    if not _fits(node, keys):
        return missed(scene, state, Miss.NO_MATCH, ask)
    if not node.read_back:
        return Move(state.learn_all({node.fact: keys}), go=node.next)
    asked = state.staged("confirm", keys)
    return Move(asked, ask(scene, asked))


def _fits(node: nodes.Digits, keys: str) -> bool:
    if not node.shortest <= len(keys) <= node.longest:
        return False
    return node.check is None or valid(node.check, keys)


def _confirmed(scene: Scene[nodes.Digits], state: CallState, keys: str) -> Move:
    match keys:
        case "1":
            known = state.learn_all({scene.node.fact: state.place.entry})
            return Move(known, go=scene.node.next, events=(Chosen(scene.name, "right"),))
        case "2":
            again = state.staged("")
            return Move(again, ask(scene, again), events=(Chosen(scene.name, "wrong"),))
        case _:
            return missed(scene, state, Miss.NO_MATCH, ask)
