"""Which conversation files are meant, and what stands in them: files, folders, standard input."""

from __future__ import annotations

import sys
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from processes.rehearsal.conversation import Conversation
from processes.rehearsal.reading import read_text
from processes.rehearsal.sheet import FileFault, Unreadable

LARGEST = 1_000_000  # bytes of a file; a long call has five thousand
MOST_FILES = 10_000  # of one folder
STANDARD_INPUT = Path("-")


def files_of(place: Path) -> list[Path]:
    """The files that are meant by a file, a folder (in the order of their names) or `-`.

    Raises Unreadable for a folder without any, or with more than anybody has.
    """
    if place == STANDARD_INPUT or not place.is_dir():
        return [place]
    try:
        found = list(islice(place.glob("*.toml"), MOST_FILES + 1))
    except OSError as error:
        raise _unreadable(str(place), f"the folder cannot be read: {error.strerror}", "look at it") from None
    if not found:
        cure = "save a call from the browser phone there, or name another folder"
        raise _unreadable(str(place), "there is no conversation file (*.toml) in this folder", cure)
    if len(found) > MOST_FILES:
        raise _unreadable(str(place), f"there are more than {MOST_FILES} files", "name some of them")
    return sorted(found)


def conversations(folder: Path, book_languages: tuple[str, ...]) -> list[Conversation]:
    """All conversation files of a folder, in the order of their names. Raises Unreadable."""
    return [read(path, book_languages) for path in files_of(folder)]


def read(path: Path, book_languages: tuple[str, ...]) -> Conversation:
    """One conversation file, `-` for standard input. Raises Unreadable, which tells all that is wrong."""
    if path == STANDARD_INPUT:
        name = file = "standard input"
        stored = _bounded(sys.stdin.buffer, file)
    else:
        name, file = path.stem, str(path)
        try:
            with path.open("rb") as opened:
                stored = _bounded(opened, file)
        except OSError as error:
            cure = "is the name right, and may you read it?"
            raise _unreadable(file, f"the file cannot be read: {error.strerror}", cure) from None
    return read_text(_text(stored, file), name, file, book_languages)


def _bounded(opened: BinaryIO, file: str) -> bytes:
    stored = opened.read(LARGEST + 1)
    if len(stored) > LARGEST:
        raise _unreadable(file, f"it has more than {LARGEST} bytes", "a call of that length cannot be")
    return stored


def _text(stored: bytes, file: str) -> str:
    try:
        return stored.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = stored[: error.start].count(b"\n") + 1
        cure = "save it as text in UTF-8; is it a conversation file at all?"
        raise Unreadable(FileFault(file, line, "this is no text in UTF-8", cure)) from None


def _unreadable(file: str, what: str, cure: str) -> Unreadable:
    return Unreadable(FileFault(file, 0, what, cure))
