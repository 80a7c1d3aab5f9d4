"""Which language of the book is heard by what on this machine, and which of its phrases cannot be."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from foundation.logs import logger
from foundation.settings import Settings
from ivr.menus.lint.found import Found
from ivr.menus.lint.heard import Ears, unheard
from ivr.menus.lint.rules import Rule
from ivr.menus.lint.sounding import alike
from ivr.menus.loader import judge
from ivr.menus.model import MenuBook
from speech.choice import Choice, Ear, choices, here
from speech.models.faults import ModelFault
from speech.recognizer import RecognizerFault
from speech.vocabulary import vocabulary_of

NAMES = {Ear.VOSK: "Vosk", Ear.SPHINX: "PocketSphinx"}


def languages_in(books: Path) -> tuple[str, ...]:
    """The languages of the book in a folder; none of a book that has faults."""
    book = judge(books).book
    return tuple(book.languages) if book else ()


def choices_of(languages: Iterable[str], settings: Settings) -> tuple[Choice, ...]:
    """Who hears each of these. Looks at the disk, loads nothing."""
    return choices(languages, here(settings.speech_models, hosted=settings.hosted_recognition == "on"))


def proven(folder: Path) -> None:
    """ModelFault if a process that loads this model and listens to silence fails, or does not live."""
    from speech.vosk_recognizer import try_in_a_child  # its library is large

    try:
        try_in_a_child(folder)
    except RecognizerFault as fault:
        raise ModelFault(str(fault)) from None


def phrases_heard(settings: Settings) -> Rule:
    """A rule for books: warns of phrases that whoever hears their language does not know, or confuses."""

    def rule(book: MenuBook) -> Found:
        try:
            ears = _ears(choices_of(book.languages, settings))
            yield from unheard(book, ears)
            yield from alike(book, ears)
        except OSError as fault:
            # No book is kept back because a model cannot be read: readiness tells of that.
            logger("menus").warning("phrases cannot be looked up", why=str(fault))

    return rule


def _ears(chosen: Iterable[Choice]) -> dict[str, Ears]:
    found = {one.language: (NAMES.get(one.ear), vocabulary_of(one)) for one in chosen}
    return {
        language: Ears(name, vocabulary)
        for language, (name, vocabulary) in found.items()
        if name is not None and vocabulary is not None
    }
