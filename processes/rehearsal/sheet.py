"""A TOML file under somebody's eyes: its values by place, and each fault with its line and cure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ivr.menus.faults import Path, nearest
from ivr.menus.toml_places import TooMuch, line_of, places

FAULTS_TOLD = 20  # of one file; whoever mends those sees the next
LONGEST_SHOWN = 60  # characters of a wrong value
_WHERE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)")


@dataclass(frozen=True, slots=True)
class FileFault:
    """What is wrong with a file, on which line (0 = the file as a whole), and what would be right."""

    file: str
    line: int
    what: str
    cure: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.what}. Cure: {self.cure}"


class Unreadable(ValueError):
    """A file that is no conversation, with all that is wrong with it."""

    def __init__(self, *faults: FileFault) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


@dataclass(slots=True)
class Sheet:
    """What a file says. A value of a wrong kind is a fault and counts as not said."""

    file: str
    table: Mapping[str, Any]
    lines: Mapping[Path, int]
    faults: list[FileFault] = field(default_factory=list)

    def wrong(self, place: Path, what: str, cure: str) -> None:
        self.faults.append(FileFault(self.file, self.line(place), what, cure))

    def line(self, place: Path) -> int:
        return line_of(self.lines, place)

    def value(self, place: Path) -> Any:  # noqa: ANN401  # whatever stands in the file
        """What stands there, None if nothing does."""
        here: Any = self.table
        for step in place:
            try:
                here = here[step]
            except (KeyError, IndexError, TypeError):
                return None
        return here

    def only(self, place: Path, known: tuple[str, ...]) -> None:
        """Every other field of this table is a fault."""
        told = self.value(place)
        for name in told if isinstance(told, dict) else ():
            if name not in known:
                near = nearest(name, known)
                cure = f"did you mean {near!r}?" if near else f"there are {', '.join(known)}"
                self.wrong((*place, name), f"nothing is known of a field {name!r}", cure)

    def text(self, place: Path, example: str) -> str | None:
        """A text that is not empty; None if there is none."""
        told = self.value(place)
        if told is None or (isinstance(told, str) and told):
            return told
        self.wrong(place, f"{_name(place)} is {shown(told)}, which is no text", f"write {example}")
        return None

    def texts(self, place: Path, example: str) -> tuple[str, ...] | None:
        """A list of texts; None if there is none."""
        told = self.value(place)
        if told is None:
            return None
        if isinstance(told, list) and all(isinstance(one, str) and one for one in told):
            return tuple(told)
        self.wrong(place, f"{_name(place)} is {shown(told)}, which is no list of texts", f"write {example}")
        return None

    def flag(self, place: Path) -> bool:
        """Whether it is so; not, if nothing is said."""
        told = self.value(place)
        if told is None or isinstance(told, bool):
            return bool(told)
        self.wrong(
            place, f"{place[-1]} is {shown(told)}, neither true nor false", f"write {place[-1]} = true"
        )
        return False

    def inner(self, place: Path, known: tuple[str, ...], example: str) -> bool:
        """Whether there is a table of these fields."""
        told = self.value(place)
        if told is not None and not isinstance(told, dict):
            self.wrong(place, f"{_name(place)} is {shown(told)}, which is no table", f"write {example}")
        self.only(place, known)
        return isinstance(told, dict)

    def end(self) -> None:
        """Raises Unreadable if anything is wrong."""
        if self.faults:
            in_order = sorted(self.faults, key=lambda fault: fault.line)
            raise Unreadable(*in_order[:FAULTS_TOLD])


def _name(place: Path) -> str:
    """A place in words: `turn 3` of an array counts from 1."""
    *before, last = place
    return f"{before[-1]} {last + 1}" if before and isinstance(last, int) else str(last)


def open_sheet(text: str, file: str) -> Sheet:
    """The file as a sheet. Raises Unreadable for what is no TOML, or more than a conversation can be."""
    try:
        lines = places(text)
    except TooMuch as much:
        fault = FileFault(file, much.line, much.what, "keep one conversation in a file")
        raise Unreadable(fault) from None
    try:
        return Sheet(file, tomllib.loads(text), lines)
    except tomllib.TOMLDecodeError as error:
        where = _WHERE.search(str(error))
        line = int(where[1]) if where and where[1] else text.count("\n") + 1
        what = f"this is no TOML: {_WHERE.sub('', str(error))}"
        raise Unreadable(FileFault(file, line, what, "see docs/conversations.md for an example")) from None


def shown(value: object) -> str:
    """A wrong value as people are shown it."""
    text = repr(value)
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "..."
