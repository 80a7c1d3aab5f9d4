"""Whether every name that a book leads to is there."""

from __future__ import annotations

from ivr.menus.faults import did_you_mean
from ivr.menus.lint.found import At, Found, in_book
from ivr.menus.lint.ways import Way, doors, give_ups, ways
from ivr.menus.model import MenuBook
from ivr.menus.nodes import TicketDesk, Verify


def unknown_targets(book: MenuBook) -> Found:
    """A way leads to a node that is not there."""
    for way in (*doors(book), Way(("verification",), book.verification)):
        yield from _unknown(book, in_book(book, *way.path), way.to)
    for name, node in book.nodes.items():
        for way in (*ways(node), *give_ups(node)):
            yield from _unknown(book, in_book(book, "nodes", name, *way.path), way.to)


def _unknown(book: MenuBook, at: At, to: str) -> Found:
    if to not in book.nodes:
        cure = did_you_mean(to, book.nodes, f"write a node {to!r}, or lead elsewhere")
        yield at.fault("unknown-target", f"leads to {to!r}, which is no node", cure)


def unknown_topics(book: MenuBook) -> Found:
    """A choice, a ticket or the book itself names a topic that the book does not know."""
    if book.message_topic is not None:
        yield from _topic(book, in_book(book, "message_topic"), book.message_topic)
    for name, node in book.nodes.items():
        for way in ways(node):
            if "topic" in way.sets:
                at = in_book(book, "nodes", name, *_setting(way.path))
                yield from _topic(book, at, way.sets["topic"])
        if isinstance(node, TicketDesk) and node.topic is not None:
            yield from _topic(book, in_book(book, "nodes", name, "topic"), node.topic)


def _setting(path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Where the facts of a way are set: `choices.x.to` -> `choices.x.set`, `yes` -> `yes_sets`."""
    return (*path[:-1], "set", "topic") if path[-1] == "to" else (f"{path[0]}_sets", "topic")


def _topic(book: MenuBook, at: At, topic: str) -> Found:
    if topic not in book.topics:
        cure = did_you_mean(topic, book.topics, f"write it into [topics.{topic}], or name another")
        yield at.fault("unknown-topic", f"the topic {topic!r} is not in [topics]", cure)


def verification(book: MenuBook) -> Found:
    """A node needs to know who is calling, and the book's verification node cannot find out."""
    needing = [name for name, node in book.nodes.items() if node.needs]
    proof = book.nodes.get(book.verification)
    if needing and proof is not None and not isinstance(proof, Verify):
        what = f"{book.verification!r} is no node of kind verify, but {needing[0]!r} needs one"
        yield in_book(book, "verification").fault("no-verification", what, "name a node of kind verify")
    for name in needing:
        if name == book.verification:
            at = in_book(book, "nodes", name, "needs")
            yield at.fault("no-verification", "needs the proof that it asks for itself", "take needs away")
    for door, way in (("person", book.everywhere.person), ("stop_my_money", book.everywhere.stop_my_money)):
        there = book.nodes.get(way.to)
        if there is not None and there.needs:
            at = in_book(book, "everywhere", door, "to")
            cure = "lead to a node that needs no proof: this key must help everybody"
            yield at.fault("door-needs-proof", f"leads to {way.to!r}, which asks for a proof first", cure)
