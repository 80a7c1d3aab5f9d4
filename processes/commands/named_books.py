"""The menu book that somebody means: the live one, one in a folder, or one that is kept under its version."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from foundation.settings import LIBRARY
from ivr.menus.fingerprint import short
from ivr.menus.loader import Judged, judge

if TYPE_CHECKING:
    from ivr.menus.model import MenuBook
    from ivr.menus.versions import BookVault

LIVE = "live"
PATIENCE = 10.0  # seconds for SQL; whoever types a command can wait longer than a caller
_VERSION = re.compile(r"[0-9a-f]{4,64}")


class FaultyBook(Exception):
    """The book of a folder is not taken up; its faults are in `judged`."""

    def __init__(self, folder: Path, judged: Judged) -> None:
        super().__init__(f"the book in {folder} has faults")
        self.folder = folder
        self.judged = judged


def books_dir() -> Path:
    """Where the live book stands.

    BOOKS_DIR alone is read: whoever checks a book on a laptop need not have the settings of production.
    """
    return Path(os.environ.get("BOOKS_DIR") or LIBRARY)


def book_in(folder: Path) -> MenuBook:
    """The book of a folder. Raises FaultyBook."""
    judged = judge(folder)
    if judged.book is None:
        raise FaultyBook(folder, judged)
    return judged.book


def book_named(name: str) -> MenuBook:
    """`live`, a folder, or the first characters of a version.

    Raises FaultyBook, and click.ClickException with what is wrong and the cure.
    """
    if name == LIVE:
        return book_in(books_dir())
    if name and Path(name).is_dir():
        return book_in(Path(name))
    if not _VERSION.fullmatch(name):
        raise click.ClickException(
            f"{name!r} is no folder, and no version: write a folder, {LIVE!r}, or at least four characters"
            " of a version (`hotline menus versions` lists them)"
        )
    with vault() as kept:
        return _of_version(kept, name)


def _of_version(kept: BookVault, characters: str) -> MenuBook:
    alike = kept.beginning(characters)
    if not alike:
        raise click.ClickException(
            f"no kept book has a version that begins with {characters!r}, and no folder is called so;"
            " `hotline menus versions` lists those that are kept"
        )
    if len(alike) > 1:
        raise click.ClickException(
            f"several kept books begin with {characters!r}: write more characters of the one you mean: "
            + ", ".join(_apart(alike))
        )
    book = kept.fetch(alike[0])
    if book is None:
        raise click.ClickException(
            f"the book {short(alike[0])} was kept by another version of this program and cannot be read"
        )
    return book


def _apart(versions: tuple[str, ...]) -> list[str]:
    """Versions cut as short as they still differ."""
    long = len(short(versions[0]))
    while len({version[:long] for version in versions}) < len(versions):
        long += 1
    return [version[:long] for version in versions]


@contextmanager
def vault() -> Iterator[BookVault]:
    """The kept books in SQL; ends the command where SQL cannot be asked."""
    from foundation.clock import SystemClock
    from foundation.database import Database, DatabaseUnavailable
    from ivr.menus.versions import BookVault
    from processes.commands.configured import settings_or_end
    from processes.doctor.database_look import trouble_in_words

    settings = settings_or_end()
    database = Database(settings.database_url, SystemClock(), threads=1, limit=PATIENCE)
    try:
        yield BookVault(database)
    except DatabaseUnavailable as fault:
        raise click.ClickException(trouble_in_words(settings, fault)) from fault
    finally:
        database.close()
