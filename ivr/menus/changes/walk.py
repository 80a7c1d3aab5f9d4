"""Two books as plain tables, compared field by field: nothing that a model says can be passed over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ivr.menus.model import MenuBook
from ivr.menus.nodes import KINDS, LATER
from ivr.menus.wording import Prompt, Spoken

Table = dict[str, Any]
Path = tuple[str, ...]


class Absent:
    """A field or an entry that one of the two books does not have."""

    def __repr__(self) -> str:
        return "absent"


ABSENT: Final = Absent()


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs: where it stands, and what each book says there (`ABSENT`: nothing)."""

    path: Path
    before: Any
    after: Any


def table_of(book: MenuBook) -> Table:
    """What a book says. Choices of a menu keep their order under `order`, since callers hear it."""
    table = book.model_dump(mode="json", exclude={"version"})
    for node in table["nodes"].values():
        if "choices" in node:
            node["order"] = list(node["choices"])
        node |= {name: value for name, value in _later(node["kind"]).items() if name not in node}
    table["speech"] = book.speech.model_dump(mode="json")
    for wording in table["wordings"].values():
        _say_what_may_be_said(wording)
    return table


def _later(kind: str) -> Table:
    """The fields that a node may leave out, as it has them then."""
    fields = KINDS[kind].model_fields
    return {name: fields[name].default for name in LATER if name in fields}


def _say_what_may_be_said(wording: Table) -> None:
    """What callers say is left out where nothing is said; here it is compared phrase by phrase."""
    wording["spoken"] = Spoken().model_dump(mode="json") | wording.get("spoken", {})
    for prompt in (wording["common"], *wording["prompts"].values()):
        _with_what_is_left_out(prompt)


def _with_what_is_left_out(prompt: Table) -> None:
    for name, nothing in (("phrases", {}), ("spoken", {}), ("not_heard", []), ("not_understood", [])):
        prompt[name] = prompt.get(name, nothing)


def book_of(table: Table) -> MenuBook:
    """The book that a table of `table_of` tells."""
    nodes = {
        name: {field: one for field, one in node.items() if field != "order"}
        for name, node in table["nodes"].items()
    }
    return MenuBook.model_validate(table | {"nodes": nodes})


def with_every_prompt(table: Table, other: Table) -> Table:
    """The table with an empty prompt wherever only the other has one: so words are compared one by one."""
    wordings = dict(table["wordings"])
    nothing = Prompt().model_dump(mode="json")
    _with_what_is_left_out(nothing)
    for language in wordings.keys() & other["wordings"].keys():
        empty = dict.fromkeys(other["wordings"][language]["prompts"], nothing)
        wordings[language] = wordings[language] | {"prompts": empty | wordings[language]["prompts"]}
    return table | {"wordings": wordings}


def changes(before: Mapping[str, Any], after: Mapping[str, Any], path: Path = ()) -> Iterator[Change]:
    """Every difference of two tables; lists and what only one has are told whole."""
    for name in (*before, *(one for one in after if one not in before)):
        old, new = before.get(name, ABSENT), after.get(name, ABSENT)
        here = (*path, name)
        if isinstance(old, dict) and isinstance(new, dict):
            yield from changes(old, new, here)
        elif old != new:
            yield Change(here, old, new)
