"""Whether every phrase can be heard: a recogniser leaves out a phrase with a word that it does not know."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from ivr.menus.lint.found import At, Found, in_wording
from ivr.menus.model import MenuBook
from ivr.menus.wording import Wording
from speech.grammar import spoken_words

RULE = "unheard-phrase"
LISTS = ("yes", "no", "person", "stop_my_money", "back", "again")


class Vocabulary(Protocol):
    """The words of a recogniser (`speech.vocabulary.Vocabulary`)."""

    def unheard(self, wanted: Iterable[str]) -> frozenset[str]:
        """Those of these words that it cannot hear."""
        ...

    def sounds(self, wanted: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        """How these words sound, sound by sound, as far as it tells."""
        ...

    def instead_of(self, unknown: Collection[str]) -> Mapping[str, tuple[str, ...]]:
        """For words that it does not know, what it knows in their place."""
        ...


@dataclass(frozen=True, slots=True)
class Ears:
    """Who hears a language: the name, and the words that it knows."""

    name: str
    vocabulary: Vocabulary


def unheard(book: MenuBook, ears: Mapping[str, Ears]) -> Found:
    """A warning for each phrase that whoever hears its language does not know; none where nobody does."""
    for language, wording in book.wordings.items():
        if language in ears:
            yield from _unheard(book, wording, ears[language])


def _unheard(book: MenuBook, wording: Wording, by: Ears) -> Found:
    said = tuple(_phrases(book, wording))
    unknown = by.vocabulary.unheard(word for _, phrase in said for word in spoken_words(phrase))
    instead = by.vocabulary.instead_of(unknown) if unknown else {}
    for at, phrase in said:
        missing = tuple(word for word in spoken_words(phrase) if word in unknown)
        if missing:
            what = f"the phrase {phrase!r} cannot be heard: {by.name} does not know {_listed(missing)}"
            yield at.warning(RULE, what, _cure(phrase, missing, instead))


def _cure(phrase: str, missing: Collection[str], instead: Mapping[str, tuple[str, ...]]) -> str:
    """The phrase as it could be written; words alone that have nothing in their place are to be exchanged."""
    if not all(word in instead for word in missing):
        return "say it in other words, or take the phrase away"
    most = max(len(instead[word]) for word in missing)
    ways = []
    for way in range(most):
        told = [instead.get(word, (word,)) for word in spoken_words(phrase)]
        ways.append(" ".join(one[min(way, len(one) - 1)] for one in told))
    return f"write {' or '.join(repr(way) for way in dict.fromkeys(ways))}, or say it in other words"


def _phrases(book: MenuBook, wording: Wording) -> Iterator[tuple[At, str]]:
    """Everything that callers may say in a language, and where that is written."""
    yield from _everywhere(book, wording)
    for prompt, words in wording.prompts.items():
        node = prompt if prompt in book.nodes else None
        for choice, phrases in words.phrases.items():
            for number, phrase in enumerate(phrases):
                path = ("prompts", prompt, "phrases", choice, number)
                yield in_wording(book, wording.language, *path, node=node), phrase


def _everywhere(book: MenuBook, wording: Wording) -> Iterator[tuple[At, str]]:
    language = wording.language
    for name in LISTS:
        for number, phrase in enumerate(getattr(wording.spoken, name)):
            yield in_wording(book, language, "spoken", name, number), phrase
    for name in ("numerals", "times"):
        for word in getattr(wording.spoken, name):
            yield in_wording(book, language, "spoken", name, word), word
    for number, ways in enumerate(wording.spoken.groups):
        for way, phrase in enumerate(ways):
            yield in_wording(book, language, "spoken", "groups", number, way), phrase
    for choice, phrases in wording.common.phrases.items():
        for number, phrase in enumerate(phrases):
            yield in_wording(book, language, "common", "phrases", choice, number), phrase


def _listed(words: Collection[str]) -> str:
    return " and ".join(repr(word) for word in words)
