"""The files of a book's folder: found, bounded, read as TOML; a file that cannot be read is a fault."""

from __future__ import annotations

import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path as Place
from typing import Any

from ivr.menus.faults import MenuFault, Path
from ivr.menus.toml_places import TooMuch, places

LARGEST = 1_000_000  # bytes of one file; a book in three languages needs a tenth
FILES_AT_MOST = 40
FOLDERS_KEPT = 4  # with all they say: whoever looks at a folder again has read it already
HOURS = "hours.toml"
ON_CALL = "on-call.toml"  # may be left out
_WORDING = re.compile(r"^([a-z][a-z0-9-]*)\.([a-z]{2,3})\.toml$")
_BOOK = re.compile(r"^([a-z][a-z0-9-]*)\.toml$")
_POSITION = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")

# What tomllib says, in the words of somebody who does not program.
_PLAIN_WORDS = (
    ("Cannot overwrite a value", "the same name is given twice", "keep one of them"),
    ("Cannot declare", "the same table is opened twice", "put both parts under one heading"),
    ("Cannot mutate immutable", "a table in braces is added to", "write it as a table with a heading"),
    ("Duplicate inline table key", "the same name is given twice in braces", "keep one of them"),
    ("Unterminated string", "a text has no end", 'close it with " (or """ if it goes over several lines)'),
    (
        "Illegal character '\\n'",
        "a text has no end on its line",
        'close it with ", or begin and end it with """',
    ),
    ("Illegal character", "a character that cannot be seen stands here", "delete it, or write it as \\uXXXX"),
    ("Unclosed array", "a list has no end", "close it with ]"),
    ("Unclosed inline table", "a table in braces has no end on its line", "close it with }"),
    ("Invalid value", "after = stands nothing that can be read", 'write texts in quotes, such as "menu"'),
    (
        "Invalid statement",
        "this line is neither a heading nor name = value",
        "see docs/menus.md, TOML in short",
    ),
    ("Unescaped '\\'", "a \\ stands in a text where it means something", "write it twice: \\\\"),
    (
        "Expected '='",
        "a name without = and a value",
        'write name = "value"; names are made of a-z, 0-9 and -',
    ),
    (
        "Expected newline",
        "something follows that does not belong on this line",
        "put it on a line of its own",
    ),
    ("Expected ']", "a heading has no end", "close it with ]"),
)


@dataclass(frozen=True, slots=True)
class BookFile:
    """One file of a book, read: its text as a table, and the line of each key."""

    name: str
    table: Mapping[str, Any]
    lines: Mapping[Path, int]


@dataclass(frozen=True, slots=True, eq=False)
class Folder:
    """What stands in a book's folder. `name` is None where no single file could be the book.

    It is the same object as long as nothing in the folder changes.
    """

    name: str | None
    languages: tuple[str, ...]  # those with a wording file, readable or not
    files: Mapping[str, BookFile]
    faults: tuple[MenuFault, ...]


Stamp = tuple[tuple[str, int, int, int], ...]


def stamp(folder: Place) -> Stamp:
    """What changes when a file of the folder does: names, times, sizes, inodes. Empty if it is not there."""
    try:
        found = [(one.name, one.stat()) for one in folder.iterdir() if one.name.endswith(".toml")]
    except OSError:
        return ()
    return tuple(sorted((name, is_.st_mtime_ns, is_.st_size, is_.st_ino) for name, is_ in found))


def read_folder(folder: Place) -> Folder:
    """Every TOML file of the folder. Never raises: what cannot be read is a fault."""
    try:
        names = sorted(one.name for one in folder.iterdir() if one.name.endswith(".toml"))
    except OSError as trouble:
        missing = _fault(
            folder.name, f"the folder cannot be read ({trouble.strerror})", "name a folder of a book"
        )
        return Folder(None, (), {}, (missing,))
    if len(names) > FILES_AT_MOST:
        many = _fault(folder.name, f"{len(names)} files of TOML", f"a book has at most {FILES_AT_MOST}")
        return Folder(None, (), {}, (many,))
    return _understood(folder.name, tuple((one, _read(folder, one)) for one in names))


@lru_cache(maxsize=FOLDERS_KEPT)
def _understood(folder: str, texts: tuple[tuple[str, str | MenuFault], ...]) -> Folder:
    names = [one for one, _ in texts]
    name, faults = _book_name(folder, names)
    files: dict[str, BookFile] = {}
    for one, text in texts:
        read = _parsed(one, text) if isinstance(text, str) else text
        if isinstance(read, BookFile):
            files[one] = read
        else:
            faults.append(read)
    wordings = [found for one in names if (found := _WORDING.match(one)) and found[1] == name]
    return Folder(name, tuple(found[2] for found in wordings), files, tuple(faults))


def _book_name(folder: str, names: list[str]) -> tuple[str | None, list[MenuFault]]:
    books = [found[1] for one in names if one not in (HOURS, ON_CALL) and (found := _BOOK.match(one))]
    if len(books) != 1:
        said = (
            "no file of a book"
            if not books
            else "several books: " + ", ".join(f"{one}.toml" for one in books)
        )
        return None, [
            _fault(
                folder,
                said,
                "a folder holds one book: NAME.toml, hours.toml, NAME.LANGUAGE.toml, on-call.toml",
            )
        ]
    faults = [
        _fault(
            one, "is no file of this book", f"name it {books[0]}.LANGUAGE.toml (such as .en), or take it away"
        )
        for one in names
        if one not in (HOURS, ON_CALL, f"{books[0]}.toml")
        and not ((found := _WORDING.match(one)) and found[1] == books[0])
    ]
    if HOURS not in names:
        faults.append(
            _fault(HOURS, "is missing", "write when people are there: zone and week (docs/menus.md, Hours)")
        )
    return books[0], faults


def _read(folder: Place, name: str) -> str | MenuFault:
    try:
        raw = _bytes(folder, name)
        # An editor on Windows may put a mark before the first character.
        return raw if isinstance(raw, MenuFault) else raw.decode("utf-8-sig")
    except (OSError, RuntimeError) as trouble:  # RuntimeError: links that lead to one another
        return _fault(name, f"cannot be read ({trouble})", "let the hotline read it")
    except UnicodeDecodeError as trouble:
        line = trouble.object.count(b"\n", 0, trouble.start) + 1
        return _fault(name, "is not a text in UTF-8", "save it as UTF-8", line)


def _parsed(name: str, text: str) -> BookFile | MenuFault:
    try:
        lines = places(text)  # first: it refuses what would keep tomllib busy for minutes
        return BookFile(name, tomllib.loads(text), lines)
    except TooMuch as trouble:
        return _fault(name, trouble.what, "no book needs that; is it another file?", trouble.line)
    except tomllib.TOMLDecodeError as trouble:
        return _syntax(name, str(trouble), text)
    except ValueError:
        # tomllib lets Python's own complaint through.
        return _fault(
            name, "holds a number or a date that cannot be", "look for a very long number, or a wrong day"
        )


def _bytes(folder: Place, name: str) -> bytes | MenuFault:
    """The content of one plain file that really lies in the folder."""
    place = (folder / name).resolve(strict=True)
    if not place.is_relative_to(folder.resolve()):
        return _fault(name, "leads out of the folder", "put the file itself here, not a link")
    there = place.stat()
    if not stat.S_ISREG(there.st_mode):
        return _fault(name, "is no plain file", "put a file here")
    with place.open("rb") as file:
        raw = file.read(LARGEST + 1)
    if len(raw) > LARGEST:
        return _fault(name, f"is larger than {LARGEST:,} bytes", "no book is that long; is it another file?")
    return raw


def _syntax(name: str, said: str, text: str) -> MenuFault:
    position = _POSITION.search(said)
    lines = text.rstrip().count("\n") + 1
    line = int(position[1]) if position and position[1] else lines
    for start, what, cure in _PLAIN_WORDS:
        if said.startswith(start):
            return _fault(name, what, cure, line, rule="toml")
    plain = _POSITION.sub("", said)
    return _fault(name, f"is no TOML here ({plain})", "see docs/menus.md, TOML in short", line, rule="toml")


def _fault(name: str, what: str, cure: str, line: int = 1, *, rule: str = "file") -> MenuFault:
    return MenuFault(name, line, None, what, cure, rule)
