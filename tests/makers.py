"""Small things that tests are made of: books, callers, tickets, as they are said on one line."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from callbacks.tickets import Priority, TicketDraft
from identity.levels import Level

# --- tickets: each maker gives a valid draft and takes what the test is about ---

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)  # a Monday morning in Jakarta


def a_draft(**changes: Any) -> TicketDraft:  # noqa: ANN401  # any field of a draft
    """A draft of a caller who proved nothing."""
    draft = TicketDraft(
        call="CA1",
        key="CA1/3/1",
        topic="failed-payment",
        priority=Priority.NORMAL,
        language="id",
        channel="phone",
        level=Level.RECOGNISED,
        customer=None,
        calling_number="+6281234567890",
        number_to_call="+6281234567891",
        due=NOW + timedelta(hours=8),
        at=NOW,
        answers=(("amount", "150000"), ("merchant", "Toko Sinar")),
    )
    return replace(draft, **changes)


def a_proven_draft(**changes: Any) -> TicketDraft:  # noqa: ANN401  # any field of a draft
    """A draft of a customer who showed their telephone PIN."""
    return a_draft(**{"level": Level.VERIFIED, "customer": "1002003019", **changes})


# --- menu books ---


Change = str | tuple[str, str]


def book_files(**changes: Change | list[Change]) -> dict[str, str]:
    """The files of the smallest book (that of docs/menus.md), changed.

    `book`, `words`, `hours`, `on_call`: more TOML for that file, which joins the tables that are there, or a
    pair (old text, new text), or a list of such changes.
    """
    from tests.ivr.menus.menu_docs import merged, small_book

    files = small_book()
    for short, asked in changes.items():
        name = {
            "book": "small.toml",
            "words": "small.en.toml",
            "hours": "hours.toml",
            "on_call": "on-call.toml",
        }[short]
        for change in asked if isinstance(asked, list) else [asked]:
            if isinstance(change, tuple):
                assert change[0] in files[name], change[0]
                files[name] = files[name].replace(*change)
            elif name not in files:
                files[name] = change
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
