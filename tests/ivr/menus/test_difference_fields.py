"""Every field of a book that changes is told: each is given another value, one after another."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from ivr.menus.changes import of_nodes
from ivr.menus.difference import differences
from ivr.menus.lint.ways import WAYS
from ivr.menus.model import MenuBook
from ivr.menus.nodes import KINDS
from ivr.menus.picture import exits
from tests.shipped import BOOK as SHIPPED

LITERALS = (
    *("urgent", "low", "luhn", "damm", "digits", "number", "money", "before", "after", "never"),
    *("verified", "anonymous", "1", "5", "main", "zh", "menu", "Asia/Tokyo", "SG", "2026-12-27"),
    *("2026-12-31T17:30:00", "2026-12-31T22:30:00", "10:00-11:00"),
)
SKIP = {"key": "1", "to": "main", "set": {}}
TRIED_OF_EACH = 1  # of places that are alike: each takes a hundredth of a second


def places(table: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401  # any table
    if path:
        yield path
    if isinstance(table, dict):
        for name, one in table.items():
            yield from places(one, (*path, name))
    elif isinstance(table, list):
        for number, one in enumerate(table):
            yield from places(one, (*path, number))


def others(value: Any) -> Iterator[Any]:  # noqa: ANN401  # any value of a book
    """Other values that might stand in its place; not all of them are legal there."""
    match value:
        case bool():
            yield not value
        case int():
            yield from (value + 1, value - 1)
        case str():
            yield from (one for one in LITERALS if one != value)
            yield from (value + "x", value.replace("0", "1", 1) + " ")
        case None:
            yield from ("main", "SG", "luhn", "2026-01", SKIP, "failed-payment")
        case list() if value:
            yield from (value[:-1], value[::-1])
        case list():
            yield from (["Hm?"], ["08:00-09:00"], [{"date": "2026-01-01", "name": "x"}])
        case dict():
            yield from (
                {"kind": "goodbye"},
                {"kind": "message", "next": "main"},
                value | {"another": "thing"},
            )
            yield dict(list(value.items())[:-1])
        case _:
            raise AssertionError(value)


def with_other(table: dict[str, Any], path: tuple[Any, ...], value: Any) -> MenuBook | None:  # noqa: ANN401
    """The book with another value in one place; None where that is no book, or the same one."""
    changed = copy.copy(table)
    inner: Any = changed
    for step in path[:-1]:
        inner[step] = copy.copy(inner[step])
        inner = inner[step]
    inner[path[-1]] = value
    try:
        book = MenuBook.model_validate(changed)
    except ValidationError:
        return None
    return None if book == SHIPPED else book


def pattern_of(path: tuple[Any, ...]) -> tuple[Any, ...]:
    """Places that are alike: the same field of two nodes of a kind, of two prompts, phrases, topics."""
    match path:
        case ("nodes", name, *rest):
            alike = [SHIPPED.nodes[name].kind, *rest]
        case ("wordings", _, "prompts", _, "phrases", _, *_):
            alike = ["prompts", "phrases"]
        case ("wordings", _, "common", "phrases", _, *_):
            alike = ["common", "phrases"]
        case ("wordings", _, "spoken", name, *_):
            alike = ["spoken", name]
        case ("wordings", _, "prompts", _, *rest):
            alike = ["prompts", *rest]
        case ("wordings", language, "prompts" | "values" | "topics" | "states" as table, _):
            alike = [language, table]
        case ("topics" | "values" | "numbers" as table, _, *rest):
            alike = [table, *rest]
        case _:
            return path
    named = {"choices", "set", "parts", "yes_sets", "checks"}
    return (
        path[0],
        *("*" if before in named else one for before, one in zip(("", *alike), alike, strict=False)),
    )


def fields_of(part: str) -> list[tuple[Any, ...]]:
    found: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
    for path in places(SHIPPED.model_dump(mode="json", exclude={"version"})):
        if (path[0] if path[0] in {"nodes", "wordings"} else "rest") == part:
            found.setdefault(pattern_of(path), []).append(path)
    return [path for alike in found.values() for path in alike[:TRIED_OF_EACH]]


@pytest.mark.parametrize("part", ["nodes", "wordings", "rest"])
def test_every_field_that_changes_is_told(part: str) -> None:
    table = SHIPPED.model_dump(mode="json")
    untold, untried = [], []
    for path in fields_of(part):
        value: Any = table
        for step in path:
            value = value[step]
        made = (with_other(table, path, other) for other in others(value))
        book = next((one for one in made if one is not None), None)
        if book is None and not isinstance(value, dict) and path[-1] != "kind":
            untried.append(path)
        elif book is not None and not differences(SHIPPED, book):
            untold.append(path)
    assert untold == []
    assert untried == []


def test_every_field_of_every_kind_of_node_has_words_of_its_own() -> None:
    fields = {field for kind in KINDS.values() for field in kind.model_fields} - {"choices"}
    assert fields - set(of_nodes._FIELDS) - set(of_nodes._LEADS) == set()
    ways = {field for named in WAYS.values() for field in named} | {"yes", "no"}
    assert ways - set(of_nodes._LEADS) == set()
    assert ways - set(exits._LEADS) == {"next"}
