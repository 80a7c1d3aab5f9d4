"""What a prompt says, for somebody who reads it: values filled in, keys named, facts left as slots."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ivr.menus.lint.spoken import slots_in
from ivr.menus.model import MenuBook
from ivr.menus.nodes import Menu
from ivr.menus.wording import Wording

NOTHING: Mapping[str, str] = MappingProxyType({})


def in_plain(text: str, book: MenuBook, wording: Wording, slots: Mapping[str, str] = NOTHING) -> str:
    """A wording on one line: `{brand}` and `{key}` as they are heard, `{ticket}` as `{ticket}`.

    `slots`: what is known besides the book's values. Braces that do not pair stay as they are.
    """
    try:
        taken = slots_in(text)
    except ValueError:
        return " ".join(text.split())
    said = (words + (_slot(name, book, wording, slots) if name else "") for words, name, _ in taken)
    return " ".join("".join(said).split())


def _slot(name: str, book: MenuBook, wording: Wording, slots: Mapping[str, str]) -> str:
    if name == "break":
        return ""
    known = slots.get(name) or wording.values.get(name) or book.values.get(name) or _key(name, book, wording)
    return known or f"{{{name}}}"


def _key(name: str, book: MenuBook, wording: Wording) -> str | None:
    doors = book.everywhere
    keys = {
        "person_key": doors.person.key,
        "stop_key": doors.stop_my_money.key,
        "back_key": doors.back,
        "again_key": doors.again,
    }
    return key_name(keys[name], wording) if name in keys else None


def key_name(key: str, wording: Wording) -> str:
    """How a key is called in this language: 1, star."""
    return wording.keys.get(key, key)


def first_words(book: MenuBook, name: str) -> str:
    """What a node says first in the book's default language; "" if it says nothing there."""
    node = book.nodes[name]
    wording = book.wordings.get(book.default_language)
    prompt = wording.prompts.get(node.say or name) if wording else None
    if wording is None or prompt is None:
        return ""
    first = (prompt.say, *prompt.choices.values(), *prompt.parts.values(), "")
    return in_plain(next(one for one in first if one or one is first[-1]), book, wording)


def choice_words(book: MenuBook, prompt: str, choice: str) -> str:
    """What is said for a choice in the book's default language, with its key; "" if nothing is said there."""
    wording = book.wordings.get(book.default_language)
    words = wording.prompts[prompt].choices.get(choice, "") if wording and prompt in wording.prompts else ""
    if wording is None or not words:
        return ""
    return in_plain(words, book, wording, {"key": key_of(book, prompt, choice) or "{key}"})


def key_of(book: MenuBook, prompt: str, choice: str) -> str:
    """How the key of a choice is called in the default language; "" if no menu with these words has it."""
    wording = book.wordings.get(book.default_language)
    for name, node in book.nodes.items():
        if (node.say or name) == prompt and isinstance(node, Menu) and choice in node.choices:
            key = node.choices[choice].key
            return key_name(key, wording) if wording else key
    return ""
