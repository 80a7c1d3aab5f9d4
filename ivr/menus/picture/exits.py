"""Every way out of a node as a reader follows it: what leads there, and how usual it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ivr.menus.lint.ways import Way, give_ups, ways
from ivr.menus.model import MenuBook
from ivr.menus.nodes import Digits, Menu, Node

# By the field that names the target: what leads there, and whether that is the usual way.
_LEADS: Mapping[str, tuple[str, bool]] = MappingProxyType(
    {
        "yes": ("1 yes", True),
        "no": ("2 no", True),
        "solved": ("solved", True),
        "unsolved": ("not solved", True),
        "open": ("open", True),
        "closed": ("closed", True),
        "failed": ("failed", False),
        "unanswered": ("no answer", False),
        "discarded": ("thrown away", False),
        "silence_give_up": ("silent", False),
        "no_match_give_up": ("wrong keys", False),
        "needs": ("proof first", False),
    }
)

# What has happened when a node leads to its `next`; nothing where that is only the end of its words.
_NEXT: Mapping[str, str] = MappingProxyType(
    {
        "language": "chosen",
        "digits": "typed",
        "ticket": "kept",
        "ticket-state": "told",
        "survey": "answered",
        "record": "sent",
        "verify": "proved",
        "transfer": "talked",
    }
)


@dataclass(frozen=True, slots=True)
class Exit:
    """One way out: what leads there (a key, an answer, nothing), the choice's name, the node it leads to."""

    lead: str
    name: str
    to: str
    usual: bool = True


def exits(book: MenuBook, node: Node) -> tuple[Exit, ...]:
    """The ways out of a node in the order in which a caller meets them; giving up comes last."""
    found = [_exit(node, way) for way in (*ways(node), *give_ups(node))]
    if node.needs:
        found.append(_exit(node, Way(("needs",), book.verification)))
    return tuple(found)


def _exit(node: Node, way: Way) -> Exit:
    field = str(way.path[0])
    match node:
        case Menu() if field == "choices":
            name = str(way.path[1])
            return Exit(node.choices[name].key, name, way.to)
        case Digits() if field == "skip" and node.skip is not None:
            return Exit(f"{node.skip.key} #", "not known", way.to)
        case _ if field == "next":
            return Exit(_NEXT.get(node.kind, ""), "", way.to)
        case _:
            lead, usual = _LEADS.get(field, (field.replace("_", " "), True))
            return Exit(lead, "", way.to, usual)


def leads(taken: tuple[Exit, ...]) -> str:
    """What leads to one place, in few characters: `1-5`, `silent, wrong keys`."""
    words = list(dict.fromkeys(one.lead for one in taken if one.lead))
    keys = [word for word in words if len(word) == 1]
    rest = [word for word in words if len(word) > 1]
    if len(keys) > 2 and _in_a_row(keys):
        keys = [f"{keys[0]}-{keys[-1]}"]
    if rest[-2:] == ["silent", "wrong keys"]:
        rest[-2:] = ["gives up"]
    return ", ".join([*keys, *rest])


def _in_a_row(keys: list[str]) -> bool:
    return all(key.isdecimal() for key in keys) and [int(key) for key in keys] == list(
        range(int(keys[0]), int(keys[0]) + len(keys))
    )
