"""Nodes that only changed their name, so that they are told as such and not as one gone and one new."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

from ivr.menus.changes.walk import Table
from ivr.menus.lint.ways import WAYS

RENAMES_AT_MOST = 100  # steps; a book has at most 1,000 nodes

# Fields that hold the name of a node, or that of the words that go by its name.
_TARGETS = frozenset(
    {
        "say",
        "to",
        "yes",
        "no",
        "silence_give_up",
        "no_match_give_up",
        *(one for ways in WAYS.values() for one in ways),
    }
)


def renames(old: Table, new: Table) -> dict[str, str]:
    """Old name -> new name of every node that says and does the same under another name.

    First those whose own words nobody else says, wherever they lead; then, step by step, those that lead to
    the same places, now that these are known.
    """
    found = _alike(old, new, _spoken)
    for _ in range(RENAMES_AT_MOST):
        further = _alike(renamed(old, found), new, _content)
        if not further:
            break
        found |= further
    return found


def _alike(old: Table, new: Table, told: Callable[[Table, str], str | None]) -> dict[str, str]:
    """Nodes of the old book alone and of the new one alone that are told alike, if only one of each is."""
    gone = [(told(old, name), name) for name in old["nodes"] if name not in new["nodes"]]
    come = [(told(new, name), name) for name in new["nodes"] if name not in old["nodes"]]
    counted_gone, counted_come = (Counter(one for one, _ in names) for names in (gone, come))
    names_of_new = dict(come)
    return {
        name: names_of_new[one]
        for one, name in gone
        if one is not None and counted_gone[one] == counted_come[one] == 1
    }


def _spoken(table: Table, name: str) -> str | None:
    """A node by its own words and everything it does, but for where it leads; None if it has no words."""
    words = _words(table, name)
    return json.dumps([_masked(table["nodes"][name]), words]) if any(words) else None


def _content(table: Table, name: str) -> str:
    """A node with where it leads, and its own words."""
    return json.dumps([table["nodes"][name], _words(table, name)])


def _words(table: Table, name: str) -> list[Any]:
    return [one["prompts"].get(name) for _, one in sorted(table["wordings"].items())]


def _masked(value: Any) -> Any:  # noqa: ANN401  # any table of a node
    if isinstance(value, dict):
        return {field: None if field in _TARGETS else _masked(one) for field, one in value.items()}
    return value


def renamed(table: Table, names: dict[str, str]) -> Table:
    """The table with other names for these nodes, wherever they are named."""
    if not names:
        return table

    def new_name(name: Any) -> Any:  # noqa: ANN401  # a name, or None where a give-up is left out
        return names.get(name, name)

    def led(value: Any) -> Any:  # noqa: ANN401  # any table of a node
        if isinstance(value, dict):
            return {
                field: new_name(one) if field in _TARGETS and isinstance(one, str) else led(one)
                for field, one in value.items()
            }
        return value

    changed = table | {field: new_name(table[field]) for field in ("start", "give_up", "verification")}
    changed["everywhere"] = led(table["everywhere"])
    changed["nodes"] = {new_name(name): led(node) for name, node in table["nodes"].items()}
    changed["wordings"] = {
        language: wording | {"prompts": {new_name(one): words for one, words in wording["prompts"].items()}}
        for language, wording in table["wordings"].items()
    }
    return changed
