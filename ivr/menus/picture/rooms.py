"""Which nodes belong together: a room for each choice of the main menu, each key that works everywhere, and
one for the places where many ways meet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ivr.menus.model import MenuBook
from ivr.menus.nodes import Menu, Node
from ivr.menus.picture.exits import exits

HUB_CHOICES = 3  # a menu with so many ways on divides a book into rooms
SMALLEST = 3  # fewer nodes are no room of their own
LARGEST = 40  # more nodes are divided at their next menu
MEETING = 3  # a node entered from so many other rooms belongs to none of them
ROUNDS = 12  # of dividing; a book has at most 1,000 nodes

Onward = Mapping[str, tuple[str, ...]]

SHARED = ""  # the head of the room where ways meet


@dataclass(frozen=True, slots=True)
class Room:
    """Nodes that are drawn together, the first one first; `head` is the node that gives the room its name."""

    head: str
    nodes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where rooms begin: at the heads, and in what is then left at the late ones; `pinned`: node -> head."""

    heads: tuple[str, ...]
    late: tuple[str, ...]
    pinned: Mapping[str, str]

    def with_heads(self, heads: Iterable[str]) -> _Plan:
        return _Plan(tuple(dict.fromkeys(heads)), self.late, self.pinned)


def rooms(book: MenuBook) -> tuple[Room, ...]:
    """Every node of the book in exactly one room, the rooms in the order in which callers meet them."""
    onward = {name: _onward(book, node) for name, node in book.nodes.items()}
    plan = _plan(book, onward)
    homes = _settled(plan, onward)
    for _ in range(ROUNDS):
        further = _divided(book, homes, onward)
        if not further:
            break
        plan = plan.with_heads([*plan.heads, *further])
        homes = _settled(plan, onward)
    counted = {room.head for room in _gathered(homes) if len(room.nodes) >= SMALLEST}
    doors = _doors(book)
    kept = plan.with_heads(head for head in plan.heads if head in counted or head in doors)
    homes = _settled(kept, onward)
    lonely = {room.head for room in _gathered(homes) if len(room.nodes) < SMALLEST and room.head in plan.late}
    return _gathered({name: SHARED if home in lonely else home for name, home in homes.items()})


def _onward(book: MenuBook, node: Node) -> tuple[str, ...]:
    to = [one.to for one in exits(book, node) if one.lead != "proof first"]
    return tuple(dict.fromkeys(name for name in to if name in book.nodes))


def _doors(book: MenuBook) -> list[str]:
    named = (book.start, book.everywhere.stop_my_money.to, book.everywhere.person.to)
    return [name for name in dict.fromkeys(named) if name in book.nodes] or list(book.nodes)[:1]


def _plan(book: MenuBook, onward: Onward) -> _Plan:
    start, *doors = _doors(book)
    late = [name for name in (book.give_up, book.verification) if name in book.nodes]
    hub = _hub(book, onward, start)
    choices = onward[hub] if hub else ()
    heads = dict.fromkeys([start, *choices, *doors])
    return _Plan(
        tuple(head for head in heads if head not in late or head == start),
        tuple(dict.fromkeys(name for name in late if name != start)),
        {hub: start} if hub else {},
    )


def _hub(book: MenuBook, onward: Onward, start: str) -> str | None:
    """The first large menu: where it leads are the topics of the book."""
    for name in _spread(_Plan((start,), (), {}), onward):
        node = book.nodes[name]
        if isinstance(node, Menu) and len(node.choices) >= HUB_CHOICES:
            return name
    return None


def _spread(plan: _Plan, onward: Onward) -> dict[str, str]:
    """Each node that can be come to, with the head that is nearest; in the order of distance."""
    homes = {head: head for head in (*plan.heads, *plan.late)} | dict(plan.pinned)
    for sources in ([*plan.heads, *plan.pinned], [*plan.late]):
        waiting = list(sources)
        for name in waiting:
            for to in onward[name]:
                if to not in homes:
                    homes[to] = homes[name]
                    waiting.append(to)
    return homes


def _settled(plan: _Plan, onward: Onward) -> dict[str, str]:
    """The home of every node; what many rooms lead to is taken out of them, and so is what lies behind it."""
    meeting: list[str] = []
    homes = _spread(plan, onward)
    while further := [name for name in _meeting(homes, onward, plan) if name not in meeting]:
        meeting += further
        homes = _spread(plan.with_heads([*plan.heads, *meeting]), onward)
        homes = {name: SHARED if home in meeting else home for name, home in homes.items()}
    left_over = [name for name in onward if name not in homes]
    return homes | dict.fromkeys(left_over, SHARED)


def _meeting(homes: Mapping[str, str], onward: Onward, plan: _Plan) -> list[str]:
    """Nodes to which so many rooms lead that they belong to none."""
    entered: dict[str, set[str]] = {}
    for name, home in homes.items():
        for to in onward[name]:
            entered.setdefault(to, set()).add(home)
    fixed = {*plan.heads, *plan.late, *plan.pinned}
    return [name for name in homes if name not in fixed and len(entered.get(name, ())) >= MEETING]


def _divided(book: MenuBook, homes: Mapping[str, str], onward: Onward) -> list[str]:
    """Further heads: where the first menu of a room that is too large leads to, within that room."""
    further: list[str] = []
    for room in _gathered(homes):
        if room.head == SHARED:
            continue
        if len(room.nodes) <= LARGEST:
            continue
        for name in room.nodes:
            node = book.nodes[name]
            within = [to for to in onward[name] if homes[to] == room.head and to != room.head]
            if isinstance(node, Menu) and len(within) > 1:
                further += within
                break
    return further


def _gathered(homes: Mapping[str, str]) -> tuple[Room, ...]:
    found: dict[str, list[str]] = {}
    for name, home in homes.items():
        found.setdefault(home, []).append(name)
    last = found.pop(SHARED, None)
    gathered = [Room(head, tuple(nodes)) for head, nodes in found.items()]
    return (*gathered, *([Room(SHARED, tuple(last))] if last else ()))
