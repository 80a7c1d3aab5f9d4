"""Nodes that only changed their name, so that they are told as such and not as one gone and one new."""

from __future__ import annotations

from typing import Any

from ivr.menus.changes.walk import Table
from ivr.menus.lint.ways import WAYS

RENAMES_AT_MOST = 100

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

    A node that leads to a renamed one counts as the same once that is known, and so on.
    """
    found: dict[str, str] = {}
    for _ in range(RENAMES_AT_MOST):
        pair = _next(renamed(old, found), new)
        if pair is None:
            break
        found[pair[0]] = pair[1]
    return found


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


def _next(old: Table, new: Table) -> tuple[str, str] | None:
    """A node that is gone and the one new node that is just like it, if there is exactly one of each."""
    gone = {name: _content(old, name) for name in old["nodes"] if name not in new["nodes"]}
    come = {name: _content(new, name) for name in new["nodes"] if name not in old["nodes"]}
    for name, content in gone.items():
        alike = [other for other, one in come.items() if one == content]
        if len(alike) == 1 and list(gone.values()).count(content) == 1:
            return name, alike[0]
    return None


def _content(table: Table, name: str) -> Any:  # noqa: ANN401  # a table, only to be compared
    prompts = [(language, one["prompts"].get(name)) for language, one in sorted(table["wordings"].items())]
    return table["nodes"][name], prompts
