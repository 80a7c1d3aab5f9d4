"""What can be wrong with a menu book: each fault with its file, line, node and cure."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from itertools import islice

NAMES_COMPARED = 100  # names that are compared letter by letter with a wrong one
NAMES_NEAR = 10  # and that are compared so among a great many
SLIP = 2  # characters

Path = tuple[str | int, ...]  # where in a file: ("nodes", "refunds", "next")


class Severity(Enum):
    """An error keeps a book from being taken up; a warning is only told."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class MenuFault:
    """One fault of a menu book.

    `line` counts from 1; 0 = not looked up yet (the lint knows the `path`, the loader knows the lines).
    `rule` is the name under which docs/menus.md explains it.
    """

    file: str
    line: int
    node: str | None
    what: str
    cure: str
    rule: str = "schema"
    severity: Severity = Severity.ERROR
    path: Path = field(default=(), repr=False, compare=False)

    def __str__(self) -> str:
        node = f" node {self.node}:" if self.node else ""
        return f"{self.file}:{self.line}:{node} {self.what}. Cure: {self.cure}"


class BookFaults(Exception):
    """A book that cannot be taken up, with everything that is wrong with it."""

    def __init__(self, faults: tuple[MenuFault, ...]) -> None:
        super().__init__(faults)
        self.faults = faults

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)


def errors(faults: Iterable[MenuFault]) -> tuple[MenuFault, ...]:
    """Those that keep a book from being taken up."""
    return tuple(fault for fault in faults if fault.severity is Severity.ERROR)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that was probably meant."""
    names = tuple(known)
    if len(names) > NAMES_COMPARED:
        # difflib would need a quarter of a minute for a thousand wrong names among a thousand.
        names = tuple(islice((one for one in names if _one_slip(name, one)), NAMES_NEAR))
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    return near[0] if near else None


def _one_slip(one: str, other: str) -> bool:
    """Whether two names differ in one place only, by two characters at most."""
    half = max(1, len(one) // 2 - 1)  # one slip leaves one end of a name as it is
    if abs(len(one) - len(other)) > SLIP or (one[:half] != other[:half] and one[-half:] != other[-half:]):
        return False
    same = _shared(one, other)
    one, other = one[same:], other[same:]
    return max(len(one), len(other)) - _shared(one[::-1], other[::-1]) <= SLIP


def _shared(one: str, other: str) -> int:
    """How many characters both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (here, there) in pairs if here != there), min(len(one), len(other)))


def did_you_mean(name: str, known: Iterable[str], otherwise: str) -> str:
    """A cure: the nearest known name, or another sentence if none is near."""
    near = nearest(name, known)
    return f"did you mean {near!r}?" if near else otherwise
