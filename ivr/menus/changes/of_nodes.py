"""What changed about a node: where it leads, what it asks for, what it bears."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from ivr.menus.changes.sentences import quoted, shown, was_and_is
from ivr.menus.changes.walk import ABSENT, Change
from ivr.menus.model import MenuBook
from ivr.menus.nodes import Menu, Node
from ivr.menus.picture.exits import exits, leads
from ivr.menus.plain_words import choice_words, first_words

# What leads there, by the field that names the node; None means that the book's own node is taken.
_LEADS: Mapping[str, str] = MappingProxyType(
    {
        "next": "it leads on",
        "yes": "yes leads",
        "no": "no leads",
        "solved": "when it helped, it leads",
        "unsolved": "when nothing helped, it leads",
        "open": "while people are there, it leads",
        "closed": "while people are away, it leads",
        "failed": "when it fails, it leads",
        "unanswered": "when nobody answers, it leads",
        "discarded": "a message thrown away leads",
        "silence_give_up": "silence to the end leads",
        "no_match_give_up": "wrong keys to the end lead",
    }
)

_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "kind": "kind",
        "needs": "who may come here (the proof that is asked for first)",
        "say": "whose words it says",
        "silence_patience": "how often silence is borne",
        "no_match_patience": "how often a wrong key is borne",
        "barge_in": "what is said may cut the question short",
        "accept": "what is said is believed from this sureness on",
        "confirm": "what is said is asked about from this sureness on",
        "open": "callers may say in their own words what it is about",
        "notice": "version of the privacy notice",
        "ask_again": "asks also a caller whose language is remembered",
        "fact": "what the answer is kept as",
        "shortest": "fewest digits",
        "longest": "most digits",
        "check": "check digit",
        "read_as": "how the number is read back",
        "read_back": "the number is read back",
        "yes_sets": "what yes notes",
        "no_sets": "what no notes",
        "checks": "things to try, with seconds for each",
        "topic": "topic of the ticket",
        "number": "when it asks which number to call",
        "quiet": "adds to the ticket without a word",
        "scale": "the scale goes to",
        "longest_seconds": "longest message in seconds",
        "quiet_seconds": "seconds of silence that end a message",
        "ring_seconds": "seconds that it rings",
        "talk_minutes": "minutes that a talk can last",
        "order": "order in which the choices are said",
        "skip": "the key for those who do not know the number",
    }
)


def new_node(book: MenuBook, name: str) -> Iterator[str]:
    """A place that callers could not come to before."""
    node = book.nodes[name]
    # Words of its own are told anyway, in every language.
    words = first_words(book, name) if node.say else ""
    yield f"new: {node.kind}" + (f" {quoted(words)}" if words else "")
    yield from ways_on(book, node)


def gone_node(book: MenuBook, name: str) -> Iterator[str]:
    """A place that callers cannot come to any more."""
    words = first_words(book, name)
    yield f"gone: {book.nodes[name].kind}" + (f" {quoted(words)}" if words else "")


def ways_on(book: MenuBook, node: Node) -> Iterator[str]:
    """Where a node leads, a line for each place."""
    to: dict[str, list[Any]] = {}
    for one in exits(book, node):
        to.setdefault(one.to, []).append(one)
    for name, taken in to.items():
        yield f"  {leads(tuple(taken)) or 'then'} -> {name}"


def changed_node(old: MenuBook, new: MenuBook, name: str, changes: list[Change]) -> Iterator[str]:
    """The sentences about one node that is in both books; its own fields only, not its words."""
    by_field: dict[str, list[Change]] = {}
    for change in changes:
        by_field.setdefault(change.path[0], []).append(change)
    if "kind" in by_field:
        yield was_and_is("kind", by_field["kind"][0])
        yield from ways_on(new, new.nodes[name])
        return
    for field, ones in by_field.items():
        match field:
            case "choices":
                yield from _choices(old, new, name, ones)
            case "order":
                yield from _order(ones[0], by_field.get("choices", []))
            case _:
                for change in ones:
                    yield _field(change, old, new)


def _field(change: Change, old: MenuBook, new: MenuBook) -> str:
    field, *within = change.path
    if within:
        return was_and_is(" ".join([_FIELDS.get(field, field), *within]), change)
    if field not in _LEADS:
        return was_and_is(_FIELDS.get(field, field.replace("_", " ")), change)
    before = _target(change.before, old) if change.before is not ABSENT else None
    after = _target(change.after, new) if change.after is not ABSENT else None
    if after is None:
        return f"gone: {_LEADS[field]} to {before}"
    if before is None:
        return f"new: {_LEADS[field]} to {after}"
    return f"{_LEADS[field]} to {before}; now to {after}"


def _target(name: str | None, book: MenuBook) -> str:
    return name if name is not None else f"{book.give_up} (as in the whole book)"


def _choices(old: MenuBook, new: MenuBook, name: str, changes: list[Change]) -> Iterator[str]:
    """New and gone choices, and what became of those that stayed."""
    for change in changes:
        choice = change.path[1]
        key = _key(new.nodes[name], choice)
        match change.path[2:]:
            case ():
                book, what = (old, "gone") if change.after is ABSENT else (new, "new")
                yield f"{what}: {_whole_choice(book, name, choice)}"
            case ("key",):
                yield f"{choice} moved from key {change.before} to key {change.after}"
            case ("to",):
                yield f"key {key} ({choice}) led to {change.before}, now leads to {change.after}"
            case ("set", *fact):
                yield was_and_is(" ".join([f"key {key} ({choice}) notes", *fact]), change)
            case rest:
                yield was_and_is(" ".join([choice, *rest]), change)


def _whole_choice(book: MenuBook, name: str, choice: str) -> str:
    node = book.nodes[name]
    if not isinstance(node, Menu):
        return choice
    there = node.choices[choice]
    words = choice_words(book, node.say or name, choice)
    noted = f", notes {shown(there.set)}" if there.set else ""
    return f"key {there.key} {quoted(words) if words else choice} leads to {there.to}{noted}"


def _order(change: Change, choices: list[Change]) -> Iterator[str]:
    """Told only where choices that stayed have changed places: new and gone ones are told anyway."""
    if change.before is ABSENT or change.after is ABSENT:
        return
    moved = {one.path[1] for one in choices if len(one.path) == 2}
    before = [one for one in change.before if one not in moved]
    if before != [one for one in change.after if one not in moved]:
        yield was_and_is(_FIELDS["order"], change)


def _key(node: Node | None, choice: str) -> str:
    return node.choices[choice].key if isinstance(node, Menu) and choice in node.choices else "?"
