"""Whether a recogniser that tells how words sound tells the phrases of a question apart."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from ivr.menus.lint.found import Found
from ivr.menus.lint.heard import Ears
from ivr.menus.lint.said import sounds_of, told_apart_by_letters_alone
from ivr.menus.model import MenuBook
from speech.grammar import spoken_words


def alike(book: MenuBook, ears: Mapping[str, Ears]) -> Found:
    """A warning for phrases of two choices that are written otherwise, and sound the same or nearly so."""
    for language in book.languages:
        if language in ears:
            yield from _alike(book, language, ears[language])


def _alike(book: MenuBook, language: str, by: Ears) -> Found:
    known = by.vocabulary.sounds(sounds_of(book, language))

    @cache
    def sounds(phrase: str) -> tuple[str, ...]:
        words = spoken_words(phrase)
        return tuple(sound for word in words for sound in known[word]) if known.keys() >= set(words) else ()

    yield from told_apart_by_letters_alone(book, language, sounds)
