"""An operator's sentence, if one stands: asked for as the caller comes by, said once, then on."""

from __future__ import annotations

from ivr.flow.errands import FindAnnouncement
from ivr.flow.events import AnnouncementGiven
from ivr.flow.inputs import CallerInput, Reply
from ivr.flow.instructions import Instruction, Say
from ivr.flow.prompts import prompt_name
from ivr.flow.replies import Announced
from ivr.flow.state import CallState
from ivr.flow.turn import Move, Scene
from ivr.menus.nodes import Announce


def enter(scene: Scene[Announce], state: CallState) -> Move:
    return Move(state, errand=FindAnnouncement(scene.at))


def ask(_scene: Scene[Announce], _state: CallState) -> tuple[Instruction, ...]:
    """Nothing is asked of the caller."""
    return ()


def answer(scene: Scene[Announce], state: CallState, heard: CallerInput) -> Move:
    match heard:
        case Reply(result=Announced(number=number, words=words)) if state.language in dict(words):
            said = _said(scene, state, dict(words)[state.language])
            return Move(state, (said,), go=scene.node.next, events=(AnnouncementGiven(number),))
        case _:
            # None stands, SQL does not answer, or nobody wrote it in this language: no caller waits for it.
            return Move(state, go=scene.node.next)


def _said(scene: Scene[Announce], state: CallState, words: str) -> Say:
    wording = scene.book.wordings[state.language]
    # As it was written: an announcement has no slots.
    return Say(prompt_name(scene), wording.language, wording.voice, (words,))
