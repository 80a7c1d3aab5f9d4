"""A spoken message: kept, heard again, sent, spoken anew or thrown away."""

from __future__ import annotations

from ivr.flow import everywhere
from ivr.flow.asking import one_key
from ivr.flow.events import Chosen
from ivr.flow.inputs import CallerInput, Digits, Recorded, Silence
from ivr.flow.instructions import Instruction, PlayRecording, Record
from ivr.flow.patience import Miss, missed
from ivr.flow.prompts import speak
from ivr.flow.sayable import choices
from ivr.flow.state import CallState
from ivr.flow.turn import Move, Scene
from ivr.matching.verdicts import Sayable
from ivr.menus.nodes import RecordMessage

SHORTEST_SECONDS = 1
FINISH = "#"


def enter(scene: Scene[RecordMessage], state: CallState) -> Move:
    return Move(state, ask(scene, state))


def ask(scene: Scene[RecordMessage], state: CallState) -> tuple[Instruction, ...]:
    if state.place.stage == "review":
        heard_again = PlayRecording(state.place.entry)
        words = speak(scene, state, "choose")
        return (*speak(scene, state, "review"), heard_again, *words, one_key(scene, state))
    node = scene.node
    return (*speak(scene, state), Record(node.longest_seconds, node.quiet_seconds, _ending(scene)))


def sayables(scene: Scene[RecordMessage], state: CallState) -> tuple[Sayable, ...]:
    """What is done with the message; while it is spoken, all that is said is the message."""
    reviewing = state.place.stage == "review"
    return choices(scene, state, {"send": "1", "say-again": "2", "discard": "3"}) if reviewing else ()


def _ending(scene: Scene[RecordMessage]) -> str:
    """The keys that end the message: the usual one, and those that mean the same thing everywhere."""
    doors = scene.book.everywhere
    keys = (FINISH, doors.person.key, doors.stop_my_money.key, doors.back, doors.again)
    return "".join(dict.fromkeys(keys))


def answer(scene: Scene[RecordMessage], state: CallState, heard: CallerInput) -> Move:
    match heard:
        case Recorded():
            return _spoken(scene, state, heard)
        case Digits(keys=keys) if state.place.stage == "review":
            return _reviewed(scene, state, keys)
        case Silence() if state.place.stage == "review":
            return missed(scene, state, Miss.SILENCE, ask)
        case Silence():
            return _nothing_kept(scene, state)
        case _:
            return Move(state, ask(scene, state))


def _spoken(scene: Scene[RecordMessage], state: CallState, heard: Recorded) -> Move:
    kept = heard.seconds >= SHORTEST_SECONDS
    review = state.staged("review", heard.recording) if kept else state
    if heard.key and heard.key != FINISH:
        # 0, 9 or * instead of the end of the message: what was said until then is not lost.
        door = everywhere.door(scene, review, heard.key, ask)
        if door is not None:
            return door
    return Move(review, ask(scene, review)) if kept else _nothing_kept(scene, state)


def _nothing_kept(scene: Scene[RecordMessage], state: CallState) -> Move:
    return missed(scene, state, Miss.SILENCE, ask, word="failed")


def _reviewed(scene: Scene[RecordMessage], state: CallState, keys: str) -> Move:
    match keys:
        case "1":
            known = state.learn(recording=state.place.entry)
            return Move(known, go=scene.node.next, events=(Chosen(scene.name, "send"),))
        case "2":
            again = state.staged("")
            return Move(again, ask(scene, again), events=(Chosen(scene.name, "again"),))
        case "3":
            # Whoever throws their words away wants nothing kept of them.
            settled = state.learn(solved="discarded")
            return Move(settled, go=scene.node.discarded, events=(Chosen(scene.name, "discard"),))
        case _:
            return missed(scene, state, Miss.NO_MATCH, ask)
