"""Each language asks for itself, in its own voice."""

from __future__ import annotations

from msgspec.structs import replace

from ivr.flow.asking import one_key
from ivr.flow.errands import RememberLanguage
from ivr.flow.events import Chosen
from ivr.flow.inputs import CallerInput, Digits, Reply, Silence
from ivr.flow.instructions import Instruction, Say
from ivr.flow.patience import Miss, missed
from ivr.flow.prompts import prompt_name, utter
from ivr.flow.sayable import choices
from ivr.flow.state import CallState
from ivr.flow.turn import Move, Scene
from ivr.matching.verdicts import Sayable
from ivr.menus.nodes import LanguageQuestion


def enter(scene: Scene[LanguageQuestion], state: CallState) -> Move:
    if state.language_remembered and not scene.node.ask_again:
        return Move(state, go=scene.node.next)
    return Move(state, ask(scene, state))


def ask(scene: Scene[LanguageQuestion], state: CallState) -> tuple[Instruction, ...]:
    lines: list[Say] = []
    for key, language in enumerate(scene.book.languages, start=1):
        lines.extend(_line(scene, state, language, str(key)))
    return (*lines, one_key(scene, state))


def sayables(scene: Scene[LanguageQuestion], state: CallState) -> tuple[Sayable, ...]:
    """Every language by its name, as the language spoken now has it."""
    keys = {language: str(key) for key, language in enumerate(scene.book.languages, start=1)}
    return choices(scene, state, keys)


def _line(scene: Scene[LanguageQuestion], state: CallState, language: str, key: str) -> tuple[Say, ...]:
    name = prompt_name(scene)
    prompt = scene.book.wordings[language].prompts.get(name)
    speaker = replace(state, language=language)
    return utter(scene.book, speaker, name, prompt.say if prompt else "", {"key": key})


def answer(scene: Scene[LanguageQuestion], state: CallState, heard: CallerInput) -> Move:
    match heard:
        case Digits(keys=keys):
            return _chosen(scene, state, keys)
        case Silence():
            return missed(scene, state, Miss.SILENCE, ask)
        case Reply():
            return Move(state, go=scene.node.next)
        case _:
            return Move(state, ask(scene, state))


def _chosen(scene: Scene[LanguageQuestion], state: CallState, keys: str) -> Move:
    languages = {str(key): language for key, language in enumerate(scene.book.languages, start=1)}
    language = languages.get(keys)
    if language is None:
        return missed(scene, state, Miss.NO_MATCH, ask)
    chosen = replace(state, language=language, language_remembered=False)
    event = (Chosen(scene.name, language),)
    if state.number is None:
        return Move(chosen, go=scene.node.next, events=event)
    return Move(chosen, errand=RememberLanguage(state.number, language), events=event)
