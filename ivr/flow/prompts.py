"""Words into speech: the wording of a prompt with its slots filled, in the caller's language and voice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from string import Formatter
from types import MappingProxyType
from typing import Any

from ivr.flow import reading
from ivr.flow.instructions import Break, Say
from ivr.flow.state import CallState
from ivr.flow.turn import Scene
from ivr.menus.model import MenuBook
from ivr.menus.nodes import Menu
from ivr.menus.wording import Prompt, Wording

TEMPLATES_KEPT = 4096
NOTHING: Mapping[str, str] = MappingProxyType({})
PAUSE = Break(600)
_NOTHING = Prompt()


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a wording that is filled when it is spoken."""

    name: str
    form: str


@lru_cache(maxsize=TEMPLATES_KEPT)
def template(text: str) -> tuple[str | Slot, ...]:
    """A wording taken apart: words and slots, in order. Raises ValueError for braces that do not pair."""
    parts: list[str | Slot] = []
    for words, name, form, conversion in Formatter().parse(text):
        if words:
            parts.append(words)
        if conversion:
            raise ValueError(f"'!{conversion}' has no meaning in a slot")
        if name is not None:
            parts.append(Slot(name, form or ""))
    return tuple(parts)


def prompt_name(scene: Scene[Any]) -> str:
    """The name under which the words of a node stand in the wording files."""
    return scene.node.say or scene.name


def speak(
    scene: Scene[Any], state: CallState, part: str = "", slots: Mapping[str, str] = NOTHING
) -> tuple[Say, ...]:
    """The words of a node (its question, or one part of its prompt) as one `Say`; none if there are none."""
    name = prompt_name(scene)
    text = wording_of(scene, state, part)
    return utter(scene.book, state, f"{name}.{part}" if part else name, text, slots)


def wording_of(scene: Scene[Any], state: CallState, part: str) -> str:
    """The words of a part of a node's prompt, their slots not filled."""
    wording = scene.book.wordings[state.language]
    prompt = wording.prompts.get(prompt_name(scene)) or _NOTHING
    return _words(scene, prompt, wording.common, part, heard=bool(state.ears))


def utter(
    book: MenuBook, state: CallState, name: str, text: str, slots: Mapping[str, str] = NOTHING
) -> tuple[Say, ...]:
    """A wording as one `Say` under the name `name`, its slots filled; none where no words are left."""
    wording = book.wordings[state.language]
    words = _fill(book, wording, state, template(text), slots)
    if not words:
        return ()
    return (Say(name, wording.language, wording.voice, words),)


def common(
    book: MenuBook, state: CallState, part: str, slots: Mapping[str, str] = NOTHING
) -> tuple[Say, ...]:
    """Words that belong to the whole book."""
    text = book.wordings[state.language].common.parts.get(part, "")
    return utter(book, state, f"common.{part}", text, slots)


def _words(scene: Scene[Any], prompt: Prompt, shared: Prompt, part: str, *, heard: bool) -> str:
    if not part:
        return _question(scene, prompt, heard=heard)
    own = (prompt.spoken.get(part) if heard else None) or prompt.parts.get(part)
    if own:
        return own
    kind, _, count = part.partition(".")
    match kind:
        case "silence":
            return _nth(_quiet(prompt, heard=heard) or _quiet(shared, heard=heard), count)
        case "no_match":
            return _nth(prompt.no_match or shared.no_match, count)
        case "not_understood":
            return _nth(_odd(prompt) or _odd(shared), count)
        case "choice":
            return _choice(scene, prompt, count)
        case _:
            return (shared.spoken.get(part) if heard else None) or shared.parts.get(part, "")


def _quiet(prompt: Prompt, *, heard: bool) -> tuple[str, ...]:
    return (prompt.not_heard if heard else ()) or prompt.silence


def _odd(prompt: Prompt) -> tuple[str, ...]:
    return prompt.not_understood or prompt.no_match


def _question(scene: Scene[Any], prompt: Prompt, *, heard: bool) -> str:
    asked = (prompt.spoken.get("say") if heard else None) or prompt.say
    if not isinstance(scene.node, Menu):
        return asked
    return " ".join([asked, *(_choice(scene, prompt, name) for name in scene.node.choices)]).strip()


def _choice(scene: Scene[Any], prompt: Prompt, name: str) -> str:
    """The words of one choice; those of a menu name their key."""
    words = prompt.choices.get(name, "")
    return _keyed(words, scene.node.choices[name].key) if isinstance(scene.node, Menu) else words


@lru_cache(maxsize=TEMPLATES_KEPT)
def _keyed(words: str, key: str) -> str:
    return words.replace("{key}", f"{{key_{key}}}")


def _nth(wordings: tuple[str, ...], count: str) -> str:
    return wordings[min(int(count), len(wordings)) - 1] if wordings else ""


def _fill(
    book: MenuBook,
    wording: Wording,
    state: CallState,
    parts: tuple[str | Slot, ...],
    slots: Mapping[str, str],
) -> tuple[str | Break, ...]:
    filled: list[str | Break] = []
    for part in parts:
        if isinstance(part, str):
            filled.append(part)
        elif part.name == "break":
            filled.append(PAUSE)
        else:
            value = _value(book, wording, state, part.name, slots)
            filled.extend(reading.read(value, part.form, wording, book.hours.zone))
    return _joined(filled)


def _joined(words: list[str | Break]) -> tuple[str | Break, ...]:
    """Neighbouring words as one, empty ones left out."""
    joined: list[str | Break] = []
    for one in words:
        last = joined[-1] if joined else None
        if isinstance(one, str) and isinstance(last, str):
            joined[-1] = last + one
        elif one != "":
            joined.append(one)
    return tuple(joined)


def _value(book: MenuBook, wording: Wording, state: CallState, name: str, slots: Mapping[str, str]) -> str:
    if name in slots:
        return slots[name]
    known = state.fact(name)
    if known is not None:
        return known
    said = wording.values.get(name) or book.values.get(name)
    return said if said is not None else _built_in(book, wording, name)


def _built_in(book: MenuBook, wording: Wording, name: str) -> str:
    doors = book.everywhere
    match name:
        case "person_key":
            key = doors.person.key
        case "stop_key":
            key = doors.stop_my_money.key
        case "back_key":
            key = doors.back
        case "again_key":
            key = doors.again
        case _ if name.startswith("key_"):
            key = name.removeprefix("key_")
        case _:
            return ""
    return wording.keys.get(key, key)
