"""Small things that tests are made of: books, callers, tickets, as they are said on one line."""

from collections.abc import Mapping
from pathlib import Path

# --- menu books ---


Change = str | tuple[str, str]


def book_files(**changes: Change | list[Change]) -> dict[str, str]:
    """The files of the smallest book (that of docs/menus.md), changed.

    `book`, `words`, `hours`: more TOML for that file, which joins the tables that are there, or a pair
    (old text, new text), or a list of such changes.
    """
    from tests.ivr.menus.menu_docs import merged, small_book

    files = small_book()
    for short, asked in changes.items():
        name = {"book": "small.toml", "words": "small.en.toml", "hours": "hours.toml"}[short]
        for change in asked if isinstance(asked, list) else [asked]:
            if isinstance(change, tuple):
                assert change[0] in files[name], change[0]
                files[name] = files[name].replace(*change)
            else:
                files[name] = merged(files[name], change)
    return files


def write_book(folder: Path, files: Mapping[str, str]) -> Path:
    """The files of a book in a folder, and nothing else there."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.toml"):
        old.unlink()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
