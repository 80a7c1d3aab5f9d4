"""On which line of a TOML file each key stands: tomllib reads values and forgets where they were."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress

from ivr.menus.faults import Path

DEEPEST = 16  # keys in a path, arrays and tables inside one another; a book needs six
PLACES_AT_MOST = 50_000  # keys, tables and elements of one file; the shipped book has a thousand

_BLANK = re.compile(r"[ \t]*")
_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_QUOTED = re.compile(r'"((?:[^"\\\n]|\\.)*)"|' + r"'([^'\n]*)'")
_LONG_BASIC = re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*"""(?:"(?!"")){0,2}', re.DOTALL)
_LONG_LITERAL = re.compile(r"'''(?:[^']|'(?!''))*'''(?:'(?!'')){0,2}", re.DOTALL)
_PLAIN = re.compile(r"[^\s,\]}#]+(?:[ ][0-9][^\s,\]}#]*)?")  # a date may have a blank before its time
_ESCAPE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(["\\btnfr]))')
_ESCAPED = {'"': '"', "\\": "\\", "b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r"}


class TooMuch(Exception):
    """More, or more deeply nested, than any book needs: `what` it is and the `line` where."""

    def __init__(self, what: str, line: int) -> None:
        super().__init__(what, line)
        self.what = what
        self.line = line


class _Unreadable(Exception):
    """From here on it is no TOML; tomllib says what is wrong with it."""


def places(text: str) -> Mapping[Path, int]:
    """The line (from 1) of every key, table and element of an array in a TOML text.

    Of a text that is no TOML, those up to its first fault. Raises TooMuch: such a text must not reach
    tomllib, whose time grows with the square of the depth.
    """
    scanner = _Scanner(text)
    with suppress(_Unreadable):
        scanner.document()
    return scanner.found


def line_of(found: Mapping[Path, int], path: Path) -> int:
    """The line of the longest known part of a path: that of its table where a field is missing."""
    for length in range(len(path), 0, -1):
        line = found.get(path[:length])
        if line is not None:
            return line
    return 1


class _Scanner:
    """Walks through the text once, from the first character to the last."""

    def __init__(self, text: str) -> None:
        self.text = text.replace("\r\n", "\n")
        self.found: dict[Path, int] = {}
        self._at = 0
        self._line = 1
        self._counted = 0
        self._tables: dict[Path, int] = {}  # arrays of tables: how many there are so far

    def document(self) -> None:
        table: Path = ()
        while True:
            self._skip(_SPACE)
            if self._at >= len(self.text):
                return
            table = self._header() if self._peek("[") else self._pair(table)[: len(table)]
            self._skip(_BLANK)
            if self._at < len(self.text) and self.text[self._at] not in "#\n":
                raise _Unreadable

    def _header(self) -> Path:
        line = self._here()
        many = self._take("[[")
        if not many:
            self._take("[")
        keys = self._keys()
        if not self._take("]]" if many else "]"):
            raise _Unreadable
        path = self._counted_path(keys[:-1])
        path = (*path, keys[-1])
        if many:
            self._remember(path, line)
            number = self._tables.get(path, 0)
            self._tables[path] = number + 1
            path = (*path, number)
        else:
            path = self._counted_path((keys[-1],), path[:-1])
        self._remember(path, line)
        self.found[path] = line
        return path

    def _counted_path(self, keys: tuple[str, ...], path: Path = ()) -> Path:
        """Keys of a header with the number of the newest table wherever they name an array of tables."""
        for key in keys:
            path = (*path, key)
            if path in self._tables:
                path = (*path, self._tables[path] - 1)
        return path

    def _pair(self, table: Path) -> Path:
        line = self._here()
        path = table + self._keys()
        if not self._take("="):
            raise _Unreadable
        self._skip(_BLANK)
        self._remember(path, line)
        self._value(path)
        return path

    def _keys(self) -> tuple[str, ...]:
        keys: list[str] = []
        while True:
            self._skip(_BLANK)
            keys.append(self._key())
            if len(keys) > DEEPEST:
                raise self._too_deep()
            self._skip(_BLANK)
            if not self._take("."):
                return tuple(keys)

    def _key(self) -> str:
        bare = _BARE.match(self.text, self._at)
        if bare:
            self._at = bare.end()
            return bare.group()
        quoted = _QUOTED.match(self.text, self._at)
        if not quoted:
            raise _Unreadable
        self._at = quoted.end()
        basic, literal = quoted.groups()
        return literal if basic is None else _ESCAPE.sub(_unescaped, basic)

    def _value(self, path: Path) -> None:
        if len(path) > DEEPEST:
            raise self._too_deep()
        if self._peek("["):
            self._array(path)
        elif self._peek("{"):
            self._inline_table(path)
        else:
            self._scalar()

    def _scalar(self) -> None:
        if self._peek('"""'):
            kind = _LONG_BASIC
        elif self._peek("'''"):
            kind = _LONG_LITERAL
        else:
            kind = _QUOTED if self.text[self._at : self._at + 1] in ('"', "'") else _PLAIN
        found = kind.match(self.text, self._at)
        if not found:
            raise _Unreadable
        self._at = found.end()

    def _array(self, path: Path) -> None:
        self._take("[")
        number = 0
        while True:
            self._skip(_SPACE)
            if self._take("]"):
                return
            element = (*path, number)
            self._remember(element, self._here())
            self._value(element)
            number += 1
            self._skip(_SPACE)
            if not self._take(",") and not self._peek("]"):
                raise _Unreadable

    def _inline_table(self, path: Path) -> None:
        self._take("{")
        while True:
            self._skip(_SPACE)
            if self._take("}"):
                return
            self._pair(path)
            self._skip(_SPACE)
            if not self._take(",") and not self._peek("}"):
                raise _Unreadable

    def _remember(self, path: Path, line: int) -> None:
        """A key and every table that it opens on the way; the first mention of each counts."""
        if len(path) > DEEPEST:
            raise self._too_deep()
        if len(self.found) > PLACES_AT_MOST:
            raise TooMuch(f"holds more than {PLACES_AT_MOST:,} values", line)
        for length in range(len(path), 0, -1):
            if self.found.setdefault(path[:length], line) != line:
                return

    def _too_deep(self) -> TooMuch:
        return TooMuch(f"is nested deeper than {DEEPEST} levels", self._here())

    def _here(self) -> int:
        self._line += self.text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def _skip(self, what: re.Pattern[str]) -> None:
        found = what.match(self.text, self._at)
        if found:
            self._at = found.end()

    def _peek(self, mark: str) -> bool:
        return self.text.startswith(mark, self._at)

    def _take(self, mark: str) -> bool:
        there = self._peek(mark)
        if there:
            self._at += len(mark)
        return there


def _unescaped(found: re.Match[str]) -> str:
    short, long, named = found.groups()
    return _ESCAPED[named] if named else chr(min(int(short or long, 16), 0x10FFFF))
