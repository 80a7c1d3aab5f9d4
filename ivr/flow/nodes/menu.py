"""A question answered by one key."""

from __future__ import annotations

from msgspec.structs import replace

from ivr.flow.asking import one_key
from ivr.flow.events import Chosen
from ivr.flow.inputs import CallerInput, Digits, Silence
from ivr.flow.instructions import Instruction, Say
from ivr.flow.patience import Miss, missed
from ivr.flow.prompts import speak
from ivr.flow.sayable import choices
from ivr.flow.state import CallState
from ivr.flow.turn import Move, Scene
from ivr.matching.verdicts import Sayable
from ivr.menus.model import MenuBook
from ivr.menus.nodes import LanguageQuestion, Menu


def enter(scene: Scene[Menu], state: CallState) -> Move:
    return Move(state, ask(scene, state))


def ask(scene: Scene[Menu], state: CallState) -> tuple[Instruction, ...]:
    return (*speak(scene, state), *_other_languages(scene, state), one_key(scene, state))


def sayables(scene: Scene[Menu], state: CallState) -> tuple[Sayable, ...]:
    return choices(scene, state, {name: says.key for name, says in scene.node.choices.items()})


def _other_languages(scene: Scene[Menu], state: CallState) -> tuple[Say, ...]:
    """Whoever was not asked for a language hears the way to another one in each of the others too.

    A number remembers the language of its last caller; the next one may not understand a word of it.
    """
    if not state.language_remembered:
        return ()
    ways = [name for name, choice in scene.node.choices.items() if _asks_language(scene.book, choice.to)]
    others = [language for language in scene.book.languages if language != state.language]
    spoken = (speak(scene, replace(state, language=one), f"choice.{way}") for one in others for way in ways)
    return tuple(say for says in spoken for say in says)


def _asks_language(book: MenuBook, name: str) -> bool:
    return isinstance(book.nodes.get(name), LanguageQuestion)


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
