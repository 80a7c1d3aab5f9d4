"""What differs between two books, in the words that callers hear and in the order in which they meet them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ivr.menus.changes import of_book, of_nodes, of_words
from ivr.menus.changes.of_on_call import on_call
from ivr.menus.changes.renames import renamed, renames
from ivr.menus.changes.walk import (
    ABSENT,
    Change,
    book_of,
    changes,
    table_of,
    with_every_prompt,
)
from ivr.menus.lint.ways import doors, onward, ways
from ivr.menus.model import MenuBook

BOOK, SHARED, VALUES = "The book", "Words of all questions", "Values"
TOPICS, HOURS, ON_CALL = "Topics", "Opening hours", "People on call"
LANGUAGES, REACH = "Languages and voices", "Ways"


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed in one place (a node, words that several nodes say, or a heading), line by line."""

    place: str
    told: tuple[str, ...]


def differences(old: MenuBook, new: MenuBook) -> tuple[Difference, ...]:
    """Everything that differs, place by place; nothing for books that say and do the same.

    Every field of the model counts, but blanks in words do not, nor do words that no node speaks.
    """
    table, after = table_of(old), table_of(new)
    names = renames(table, after)
    table = renamed(table, names)
    before = book_of(table) if names else old
    found = list(changes(with_every_prompt(table, after), with_every_prompt(after, table)))
    told: dict[str, list[str]] = {}
    for was, now in names.items():
        told.setdefault(now, []).append(f"was called {was}")
    for place, lines in _told(before, new, found):
        told.setdefault(place, []).extend(lines)
    order = _order(before, new)
    return tuple(Difference(_heading(new, place), tuple(told[place])) for place in order if told.get(place))


def in_lines(found: Iterable[Difference]) -> Iterator[str]:
    """The differences as text: each place, and below it what changed there."""
    for one in found:
        yield one.place
        # What cannot be seen could move a terminal's cursor, or turn words round.
        yield from (f"  {''.join(sign if sign.isprintable() else ' ' for sign in line)}" for line in one.told)


def _order(old: MenuBook, new: MenuBook) -> list[str]:
    met = [*_met(new), *_met(old)]
    prompts = [book.nodes[name].say or name for book in (new, old) for name in _met(book)]
    places = [place for pair in zip(met, prompts, strict=True) for place in pair]
    return list(dict.fromkeys([BOOK, *places, SHARED, VALUES, TOPICS, HOURS, ON_CALL, LANGUAGES, REACH]))


def _met(book: MenuBook) -> list[str]:
    """Every node in the order in which callers meet them; those that nobody meets at the end."""
    found = dict.fromkeys(door.to for door in doors(book))
    waiting = list(found)
    for name in waiting:
        for way in onward(book, name):
            if way.to not in found:
                found[way.to] = None
                waiting.append(way.to)
    return [*(name for name in found if name in book.nodes), *(one for one in book.nodes if one not in found)]


def _heading(book: MenuBook, place: str) -> str:
    """Words that several nodes say are headed by all of them."""
    if place in book.nodes:
        return place
    sayers = [name for name, node in book.nodes.items() if node.say == place]
    return f"{place} (said at {', '.join(sayers)})" if sayers else place


def _told(old: MenuBook, new: MenuBook, found: list[Change]) -> Iterator[tuple[str, Iterable[str]]]:
    by_node: dict[str, list[Change]] = {}
    by_topic: dict[str, list[Change]] = {}
    rest: list[Change] = []
    for change in found:
        match change.path:
            case ("nodes", name, *_):
                by_node.setdefault(name, []).append(_below(change, 2))
            case ("topics", name, *_):
                by_topic.setdefault(name, []).append(_below(change, 2))
            case _:
                rest.append(change)
    for name, ones in by_node.items():
        yield name, _node(old, new, name, ones)
    for change in rest:
        yield from _elsewhere(old, new, change)
    for name, ones in by_topic.items():
        yield TOPICS, of_book.topic(name, ones, old, new)
    yield REACH, _no_longer_reached(old, new)


def _below(change: Change, steps: int) -> Change:
    return Change(change.path[steps:], change.before, change.after)


def _node(old: MenuBook, new: MenuBook, name: str, ones: list[Change]) -> Iterable[str]:
    if name not in new.nodes:
        return of_nodes.gone_node(old, name)
    if name not in old.nodes:
        return of_nodes.new_node(new, name)
    return of_nodes.changed_node(old, new, name, ones)


def _elsewhere(old: MenuBook, new: MenuBook, change: Change) -> Iterator[tuple[str, Iterable[str]]]:
    match change.path:
        case ("hours", *_):
            yield HOURS, of_book.hours(_below(change, 1))
        case ("on_call", *_):
            yield ON_CALL, on_call(_below(change, 1))
        case ("values", _):
            yield VALUES, of_book.value(change, None, new, old)
        case ("wordings", language, *_):
            yield from _wording(old, new, language, _below(change, 2))
        case _:
            yield BOOK, (of_book.whole_book(change),)


def _wording(
    old: MenuBook, new: MenuBook, language: str, change: Change
) -> Iterator[tuple[str, Iterable[str]]]:
    match change.path:
        case ():
            book, what = (old, "gone") if change.after is ABSENT else (new, "new")
            wording = book.wordings[language]
            yield LANGUAGES, (f"{what}: {language} ({wording.name}), {len(wording.prompts)} prompts",)
        case ("values", _):
            yield VALUES, of_book.value(change, language, new, old)
        case ("prompts", prompt, *_):
            if _heard(new, prompt):
                yield prompt, of_words.changed_words(old, new, language, prompt, _below(change, 2))
        case ("common", *_):
            yield SHARED, of_words.changed_words(old, new, language, None, _below(change, 1))
        case _:
            yield LANGUAGES, (of_book.language_settings(language, change),)


def _heard(book: MenuBook, prompt: str) -> bool:
    """Words of a place that is gone are told with it; words that no node speaks are heard by nobody."""
    return any((node.say or name) == prompt for name, node in book.nodes.items())


def _no_longer_reached(old: MenuBook, new: MenuBook) -> Iterator[str]:
    """Places to which only giving up leads now, and no choice any more."""
    lost = [name for name in _met(new) if name in old.nodes]
    before, after = _chosen(old), _chosen(new)
    lost = [name for name in lost if name in before and name not in after]
    if lost:
        yield f"no choice leads there any more: {', '.join(lost)}"


def _chosen(book: MenuBook) -> set[str]:
    """Every node to which choices lead, giving up left aside."""
    everywhere = book.everywhere
    waiting = [book.start, everywhere.person.to, everywhere.stop_my_money.to]
    found = set(waiting)
    for name in waiting:
        for way in ways(book.nodes[name]) if name in book.nodes else ():
            if way.to not in found:
                found.add(way.to)
                waiting.append(way.to)
    return found
