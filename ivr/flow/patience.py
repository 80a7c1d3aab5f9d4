"""What happens when a question stays unanswered: say how, offer a person, give up.

Silence and no match are counted apart, each with its own wording, patience and place to give up to (the
retry model of FreePBX's IVR module).
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any

from msgspec.structs import replace

from ivr.flow.events import Missed
from ivr.flow.instructions import Instruction
from ivr.flow.prompts import speak
from ivr.flow.state import CallState
from ivr.flow.turn import Move, Scene
from ivr.menus.nodes import Agreement, Asking, LanguageQuestion, Survey

Ask = Callable[[Scene[Any], CallState], tuple[Instruction, ...]]


class Miss(Enum):
    """The ways not to answer; what is said and not understood counts as a wrong key does."""

    SILENCE = "silence"
    NO_MATCH = "no_match"
    NOT_UNDERSTOOD = "not_understood"


def missed(scene: Scene[Asking], state: CallState, miss: Miss, ask: Ask, *, word: str = "") -> Move:
    """The question again with the wording of this try, or on to where this node gives up.

    `word`: a part of the prompt to say instead of the wording of the try (`refused`, `bad_number`).
    """
    count = _count(state, miss) + 1
    tried = _counted(state, miss, count)
    event = (Missed(scene.name, miss.value, count),)
    if count > _patience(scene.node, miss):
        last = speak(scene, tried, word) if word else ()
        return Move(tried, last, go=_gives_up_to(scene, miss), events=event)
    told = speak(scene, tried, word or f"{miss.value}.{count}")
    return Move(tried, (*told, *ask(scene, tried)), events=event)


def _count(state: CallState, miss: Miss) -> int:
    return state.place.silences if miss is Miss.SILENCE else state.place.no_matches


def _counted(state: CallState, miss: Miss, count: int) -> CallState:
    if miss is Miss.SILENCE:
        return replace(state, place=replace(state.place, silences=count))
    return replace(state, place=replace(state.place, no_matches=count))


def _patience(node: Asking, miss: Miss) -> int:
    return node.silence_patience if miss is Miss.SILENCE else node.no_match_patience


def _gives_up_to(scene: Scene[Asking], miss: Miss) -> str:
    node = scene.node
    own = node.silence_give_up if miss is Miss.SILENCE else node.no_match_give_up
    if own is not None:
        return own
    # Nobody is sent away for not choosing a language, not agreeing or not answering a survey.
    if isinstance(node, LanguageQuestion | Agreement | Survey):
        return node.next
    return scene.book.give_up
