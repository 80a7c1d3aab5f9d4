"""What callers may say instead of a key: words from the wording files, and the keys they stand for.

The names of choices that have no words of their own in a node's prompt are looked up in [common.phrases].
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from ivr.flow.prompts import prompt_name
from ivr.flow.state import CallState
from ivr.flow.turn import Scene
from ivr.matching.numbers import numerals
from ivr.matching.verdicts import Sayable
from ivr.menus.model import MenuBook
from ivr.menus.wording import Prompt, Wording

YES, NO = "yes", "no"
PERSON, STOP, BACK, AGAIN = "person", "stop-my-money", "back", "again"  # as the doors call themselves
NUMBER = "number"  # what was said is a number
DOORS_KEPT = 64


class Spells(Struct, frozen=True):
    """A number that is awaited here: how many digits, its check digit, whether the node reads it back.

    `amount`: it counts something, so people say it as an amount.
    """

    shortest: int
    longest: int
    check: str | None = None
    reads_back: bool = False
    amount: bool = False


def choice(scene: Scene[Any], state: CallState, name: str, key: str) -> Iterator[Sayable]:
    """A choice by its phrases, and by the name of its key."""
    yield from _said(phrases(scene, state, name), key, name)
    yield from _said(named(scene.book.wordings[state.language]).get(key, ()), key, name)


def phrases(scene: Scene[Any], state: CallState, name: str) -> tuple[str, ...]:
    """What callers say for a choice: in the words of the node's prompt, else of [common]."""
    wording = scene.book.wordings[state.language]
    prompt = wording.prompts.get(prompt_name(scene), _NOTHING)
    return prompt.phrases.get(name) or wording.common.phrases.get(name, ())


def choices(scene: Scene[Any], state: CallState, keys: Mapping[str, str]) -> tuple[Sayable, ...]:
    """Several choices: name -> key."""
    return tuple(one for name, key in keys.items() for one in choice(scene, state, name, key))


def yes_or_no(scene: Scene[Any], state: CallState) -> tuple[Sayable, ...]:
    """1 for yes and 2 for no: the short answers of the language, and what this question's own words add."""
    spoken = scene.book.wordings[state.language].spoken
    short = (*_said(spoken.yes, "1", YES), *_said(spoken.no, "2", NO))
    return (*short, *choices(scene, state, {YES: "1", NO: "2"}))


@lru_cache(maxsize=DOORS_KEPT)
def _doors(keys: tuple[str, str, str, str], phrases: tuple[tuple[str, ...], ...]) -> tuple[Sayable, ...]:
    names = (PERSON, STOP, BACK, AGAIN)
    return tuple(
        one for name, key, words in zip(names, keys, phrases, strict=True) for one in _said(words, key, name)
    )


def doors(book: MenuBook, state: CallState) -> tuple[Sayable, ...]:
    """What means the same thing everywhere."""
    spoken, everywhere = book.wordings[state.language].spoken, book.everywhere
    keys = (everywhere.person.key, everywhere.stop_my_money.key, everywhere.back, everywhere.again)
    return _doors(keys, (spoken.person, spoken.stop_my_money, spoken.back, spoken.again))


def named(wording: Wording) -> Mapping[str, tuple[str, ...]]:
    """The keys 0 to 9 by the words that callers have for them."""
    return _named(tuple(numerals(wording).digits.items()))


@lru_cache(maxsize=DOORS_KEPT)
def _named(numerals: tuple[tuple[str, str], ...]) -> Mapping[str, tuple[str, ...]]:
    words: dict[str, tuple[str, ...]] = {}
    for word, digit in numerals:
        words[digit] = (*words.get(digit, ()), word)
    return MappingProxyType(words)


def _said(words: tuple[str, ...], keys: str, name: str) -> Iterator[Sayable]:
    return (Sayable(one, keys, name) for one in words)


_NOTHING = Prompt()
