"""Which language of the book is heard by what on this machine."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from foundation.settings import Settings
from ivr.menus.loader import judge
from speech.choice import Choice, choices, here


def languages_in(books: Path) -> tuple[str, ...]:
    """The languages of the book in a folder; none of a book that has faults."""
    book = judge(books).book
    return tuple(book.languages) if book else ()


def choices_of(languages: Iterable[str], settings: Settings) -> tuple[Choice, ...]:
    """Who hears each of these. Looks at the disk, loads nothing."""
    return choices(languages, here(settings.speech_models, hosted=settings.hosted_recognition == "on"))
