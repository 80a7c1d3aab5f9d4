"""Where each node leads: the ways that callers take through a book."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ivr.menus.faults import Path, nearest
from ivr.menus.model import MenuBook
from ivr.menus.nodes import Asking, Digits, Menu, Node, YesNo


@dataclass(frozen=True, slots=True)
class Way:
    """One way out of a node: where the book says so, where it leads, which facts are set on it."""

    path: Path  # within the node
    to: str
    sets: dict[str, str] = field(default_factory=dict)


# The fields of each kind that name a node, but for giving up.
WAYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "message": ("next",),
        "language": ("next",),
        "agreement": ("next",),
        "digits": ("next",),
        "yes-no": (),
        "menu": (),
        "diagnose": ("solved", "unsolved"),
        "hours": ("open", "closed"),
        "announcement": ("next",),
        "ticket": ("next", "failed"),
        "ticket-state": ("next", "failed"),
        "survey": ("next",),
        "record": ("next", "discarded"),
        "verify": ("next", "failed"),
        "transfer": ("next", "unanswered"),
        "goodbye": (),
    }
)


def ways(node: Node) -> tuple[Way, ...]:
    """The ways that a node itself names, but for giving up."""
    named = tuple(Way((field,), getattr(node, field)) for field in WAYS[node.kind])
    match node:
        case Menu():
            choices = node.choices.items()
            return tuple(Way(("choices", name, "to"), choice.to, choice.set) for name, choice in choices)
        case Digits() if node.skip:
            return (*named, Way(("skip", "to"), node.skip.to, node.skip.set))
        case YesNo():
            return (Way(("yes",), node.yes, node.yes_sets), Way(("no",), node.no, node.no_sets))
        case _:
            return named


def give_ups(node: Node) -> tuple[Way, ...]:
    """Where a node of its own sends those who give up."""
    if not isinstance(node, Asking):
        return ()
    named = ("silence_give_up", "no_match_give_up")
    return tuple(Way((name,), to) for name in named if (to := getattr(node, name)) is not None)


def doors(book: MenuBook) -> tuple[Way, ...]:
    """Ways into the book that are not behind another node."""
    everywhere = book.everywhere
    return (
        Way(("start",), book.start),
        Way(("give_up",), book.give_up),
        Way(("everywhere", "person", "to"), everywhere.person.to),
        Way(("everywhere", "stop_my_money", "to"), everywhere.stop_my_money.to),
    )


def onward(book: MenuBook, name: str) -> Iterator[Way]:
    """Every way on from a node that exists: its own, giving up, and the proof it may ask for first."""
    node = book.nodes.get(name)
    if node is None:
        return
    yield from ways(node)
    yield from give_ups(node)
    if node.needs:
        yield Way(("needs",), book.verification)


def reached(book: MenuBook, starts: Iterable[str]) -> frozenset[str]:
    """Every node that can be come to from these, themselves included."""
    seen: set[str] = set()
    waiting = list(starts)
    while waiting:
        name = waiting.pop()
        if name not in book.nodes:
            # Told as an unknown target; what was meant is not called unreachable besides.
            name = nearest(name, book.nodes) or ""
        if name in book.nodes and name not in seen:
            seen.add(name)
            waiting += [way.to for way in onward(book, name)]
    return frozenset(seen)
