"""Whether callers come through: nodes nobody reaches, ways that never end, and the way to a person."""

from __future__ import annotations

from collections.abc import Mapping

from ivr.menus.lint.found import Found, in_book
from ivr.menus.lint.ways import doors, onward, reached, ways
from ivr.menus.model import MenuBook
from ivr.menus.nodes import (
    Announce,
    Goodbye,
    HoursBranch,
    LanguageQuestion,
    Message,
    Node,
    TicketDesk,
    Transfer,
)

_MEND = "lead to it, or take it away"


def unreachable(book: MenuBook) -> Found:
    """No caller can ever come to a node."""
    there = reached(book, (door.to for door in doors(book)))
    for name in book.nodes:
        if name not in there:
            yield in_book(book, "nodes", name).fault("unreachable", "no caller can come here", _MEND)


def dead_ends(book: MenuBook) -> Found:
    """From a node no choice ever leads to an end: a goodbye or a person.

    Giving up and the keys of [everywhere] do not count: they are ways out for those who do not choose.
    """
    onto: dict[str, list[str]] = {}
    for name, node in book.nodes.items():
        for way in ways(node):
            onto.setdefault(way.to, []).append(name)
    ending = {name for name, node in book.nodes.items() if isinstance(node, Goodbye | Transfer)}
    waiting = list(ending)
    while waiting:
        for before in onto.get(waiting.pop(), ()):
            if before not in ending:
                ending.add(before)
                waiting.append(before)
    for name, node in book.nodes.items():
        # A way to a name that is not there has been told already; it may well have been the way out.
        if name not in ending and all(way.to in book.nodes for way in ways(node)):
            cure = "give it a way that ends in a goodbye or a transfer"
            yield in_book(book, "nodes", name).fault("dead-end", "no choice here ever leads to an end", cure)


def loops(book: MenuBook) -> Found:
    """Nodes lead round and round without ever waiting for the caller: the call would never stop talking."""
    quiet = _going_round({name: node for name, node in book.nodes.items() if _runs_through(node)})
    told: set[str] = set()
    for name in quiet:
        circle = [] if name in told else _circle(quiet, name)
        if circle and not told & set(circle):
            told |= set(circle)
            round_trip = " -> ".join([*circle, circle[0]])
            cure = "put a question, or an end, into the circle"
            yield in_book(book, "nodes", name).fault(
                "loop", f"goes round without asking anything: {round_trip}", cure
            )


def _runs_through(node: Node) -> bool:
    """Whether a caller can come through without pressing a key: asked before, filed before, or only told."""
    match node:
        case LanguageQuestion():
            return not node.ask_again
        case _:
            return isinstance(node, Message | HoursBranch | Announce | TicketDesk)


def _going_round(quiet: dict[str, Node]) -> dict[str, Node]:
    """Without the nodes that lead to no other of these: what is left leads round and round, or into that."""
    onto: dict[str, list[str]] = {}
    onward: dict[str, int] = {}
    for name, node in quiet.items():
        within = {way.to for way in ways(node) if way.to in quiet}
        onward[name] = len(within)
        for to in within:
            onto.setdefault(to, []).append(name)
    ending = [name for name, count in onward.items() if not count]
    while ending:
        name = ending.pop()
        del onward[name]
        for before in onto.get(name, ()):
            onward[before] -= 1
            if not onward[before]:
                ending.append(before)
    return {name: quiet[name] for name in onward}


def _circle(quiet: Mapping[str, Node], start: str) -> list[str]:
    """The shortest way from a node back to itself through nodes that do not wait, or nothing."""
    came_from: dict[str, str] = {}
    waiting = [start]
    while waiting:
        following: list[str] = []
        for name in waiting:
            for way in ways(quiet[name]):
                if way.to == start:
                    return _traced(came_from, start, name)
                if way.to in quiet and way.to not in came_from:
                    came_from[way.to] = name
                    following.append(way.to)
        waiting = following
    return []


def _traced(came_from: Mapping[str, str], start: str, last: str) -> list[str]:
    circle = [last]
    while circle[-1] != start:
        circle.append(came_from[circle[-1]])
    return circle[::-1]


def no_person(book: MenuBook) -> Found:
    """The key for a person leads, open or closed, neither to a person nor to a ticket."""
    door = book.everywhere.person.to
    if door not in book.nodes:
        return
    for state in ("open", "closed"):
        if not _finds_help(book, door, state):
            at = in_book(book, "everywhere", "person", "to")
            what = f"while people are {'there' if state == 'open' else 'away'}, {door!r} leads to nobody"
            yield at.fault("no-person", what, "lead to a transfer, or to a ticket for a call back")


def _finds_help(book: MenuBook, start: str, state: str) -> bool:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        node = book.nodes.get(name)
        if node is None or name in seen:
            continue
        seen.add(name)
        if isinstance(node, Transfer | TicketDesk):
            return True
        waiting += [getattr(node, state)] if isinstance(node, HoursBranch) else [way.to for way in ways(node)]
    return False


def tickets_without_topic(book: MenuBook) -> Found:
    """A ticket names no topic, and a caller can come to it before any topic was set."""
    without: set[str] = set()
    waiting = [door.to for door in doors(book)]
    while waiting:
        name = waiting.pop()
        node = book.nodes.get(name)
        if node is None or name in without:
            continue
        without.add(name)
        waiting += [way.to for way in onward(book, name) if "topic" not in way.sets]
    for name, node in book.nodes.items():
        if name in without and isinstance(node, TicketDesk) and node.topic is None:
            cure = 'give it topic = "...", or set the fact topic on every way that leads here'
            at = in_book(book, "nodes", name)
            yield at.fault("no-topic", "a caller can come here before a topic is known", cure)
