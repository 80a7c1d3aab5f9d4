"""How a rule says what it found: in the book's own file, or in the wording of a language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ivr.menus.faults import MenuFault, Path, Severity
from ivr.menus.model import MenuBook

Found = Iterator[MenuFault]


@dataclass(frozen=True, slots=True)
class At:
    """A place in a book: the file it stands in, the path there, and the node it is about."""

    file: str
    path: Path
    node: str | None = None

    def fault(self, rule: str, what: str, cure: str) -> MenuFault:
        return MenuFault(self.file, 0, self.node, what, cure, rule, Severity.ERROR, self.path)

    def warning(self, rule: str, what: str, cure: str) -> MenuFault:
        return MenuFault(self.file, 0, self.node, what, cure, rule, Severity.WARNING, self.path)


def in_book(book: MenuBook, *path: str | int) -> At:
    """A place in the book's own file; of a node if the path goes through one."""
    node = str(path[1]) if len(path) > 1 and path[0] == "nodes" else None
    return At(f"{book.name}.toml", path, node)


def in_wording(book: MenuBook, language: str, *path: str | int, node: str | None = None) -> At:
    """A place in the wording of one language."""
    return At(f"{book.name}.{language}.toml", path, node)
