"""Whether every key means one thing where it can be pressed."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.menus.lint.found import Found, in_book
from ivr.menus.model import CHOICES_A_MENU, MenuBook
from ivr.menus.nodes import (
    Agreement,
    Diagnose,
    Digits,
    LanguageQuestion,
    Menu,
    Node,
    RecordMessage,
    Survey,
    TicketDesk,
    YesNo,
)

KEYS_OF_LANGUAGES = "123456789"


def everywhere_keys(book: MenuBook) -> dict[str, str]:
    """The keys of [everywhere], by key. Of two on one key the first."""
    everywhere = book.everywhere
    named = (
        (everywhere.person.key, "person"),
        (everywhere.stop_my_money.key, "stop_my_money"),
        (everywhere.back, "back"),
        (everywhere.again, "again"),
    )
    return dict(reversed(named))


def clashing_everywhere(book: MenuBook) -> Found:
    """Two of the keys that mean the same thing everywhere are one."""
    everywhere = book.everywhere
    taken: dict[str, str] = {}
    for name, key in (
        ("person", everywhere.person.key),
        ("stop_my_money", everywhere.stop_my_money.key),
        ("back", everywhere.back),
        ("again", everywhere.again),
    ):
        if key in taken:
            what = f"the key {key} is both {taken[key]} and {name}"
            yield in_book(book, "everywhere", name).fault("clashing-keys", what, "give each its own key")
        taken.setdefault(key, name)


def clashing_choices(book: MenuBook) -> Found:
    """In one menu a key has two meanings: of two choices, or of a choice and [everywhere]."""
    everywhere = everywhere_keys(book)
    for name, node in book.nodes.items():
        if not isinstance(node, Menu):
            continue
        taken: dict[str, str] = {}
        for choice, says in node.choices.items():
            at = in_book(book, "nodes", name, "choices", choice, "key")
            if says.key in everywhere:
                what = f"the key {says.key} of {choice!r} means {everywhere[says.key]} everywhere"
                yield at.fault("clashing-keys", what, "give the choice another key")
            elif says.key in taken:
                what = f"the key {says.key} is both {taken[says.key]!r} and {choice!r}"
                yield at.fault("clashing-keys", what, "give each choice its own key")
            taken.setdefault(says.key, choice)


def clashing_fixed_keys(book: MenuBook) -> Found:
    """A key of [everywhere] is one that a node of this kind listens for by itself."""
    everywhere = everywhere_keys(book)
    for name, node in book.nodes.items():
        for key, meaning in _fixed(book, node):
            if key in everywhere:
                what = f"the key {key} means {meaning} here and {everywhere[key]} everywhere"
                cure = f"give {everywhere[key]} another key in [everywhere]"
                yield in_book(book, "nodes", name).fault("clashing-keys", what, cure)


def _fixed(book: MenuBook, node: Node) -> Iterator[tuple[str, str]]:
    """The keys that the kind of a node gives a meaning, with that meaning."""
    match node:
        case LanguageQuestion():
            yield from zip(KEYS_OF_LANGUAGES, book.languages, strict=False)
        case Survey():
            yield from ((str(answer), f"the answer {answer}") for answer in range(1, node.scale + 1))
        case RecordMessage():
            yield from (("1", "send"), ("2", "again"), ("3", "throw away"))
        case YesNo() | Diagnose() | Agreement():
            yield from (("1", "yes"), ("2", "no"))
        case TicketDesk() if node.number != "never":
            yield from (("1", "yes"), ("2", "no"))
        case Digits():
            if node.read_back:
                yield from (("1", "right"), ("2", "again"))
            if node.skip:
                yield node.skip.key, "skip"
        case _:
            return


def choices(book: MenuBook) -> Found:
    """A menu has no choice, or more than can be kept in mind; the way to the languages is free."""
    for name, node in book.nodes.items():
        if not isinstance(node, Menu):
            continue
        counted = [
            choice
            for choice, says in node.choices.items()
            if not isinstance(book.nodes.get(says.to), LanguageQuestion)
        ]
        at = in_book(book, "nodes", name)
        if not node.choices:
            yield at.fault("no-choices", "a menu without choices", "give it choices, or make it a message")
        if len(counted) > CHOICES_A_MENU:
            what = f"{len(counted)} choices: nobody keeps more than {CHOICES_A_MENU} in mind"
            yield at.fault("too-many-choices", what, "divide it into two menus, the most wanted first")


def entries(book: MenuBook) -> Found:
    """A number whose shortest form is longer than its longest."""
    for name, node in book.nodes.items():
        if isinstance(node, Digits) and node.shortest > node.longest:
            at = in_book(book, "nodes", name, "shortest")
            what = f"shortest is {node.shortest} and longest {node.longest}: nothing can be typed"
            yield at.fault("impossible-entry", what, "shortest must not be more than longest")


def checks(book: MenuBook) -> Found:
    """A diagnosis names two checks the same: they would share their words and their answer."""
    for name, node in book.nodes.items():
        if not isinstance(node, Diagnose):
            continue
        seen: set[str] = set()
        for number, check in enumerate(node.checks):
            if check.name in seen:
                at = in_book(book, "nodes", name, "checks", number)
                yield at.fault(
                    "double-check", f"two checks are called {check.name!r}", "give each its own name"
                )
            seen.add(check.name)
