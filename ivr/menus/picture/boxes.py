"""One node as a box: its name, its kind, its first words, and the ways out that are named in it."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.menus.lint.keys import KEYS_OF_LANGUAGES
from ivr.menus.model import MenuBook
from ivr.menus.nodes import LanguageQuestion, Menu, Node, TicketDesk
from ivr.menus.picture.exits import Exit, exits, leads
from ivr.menus.picture.text import cut, lines, seen
from ivr.menus.plain_words import in_plain, key_of
from ivr.menus.wording import Prompt, Wording

WIDTH = 224
EDGE = 12  # from the side of the box to its words
NAME, SMALL, WORDS, ROW = 14, 10.5, 12, 11.5  # sizes of letters
HEAD_HEIGHT, LINE_HEIGHT, ROW_HEIGHT, FOOT = 38, 15, 16, 8
LINES_OF_WORDS = 3
ENTRANCES_NAMED = 4


@dataclass(frozen=True, slots=True)
class Row:
    """A way out that stands in the box: `3 conditions`, and where it leads unless a line shows that."""

    lead: str
    name: str
    to: str  # "" if a line leads there
    usual: bool


@dataclass(frozen=True, slots=True)
class Box:
    """A node as it is drawn, before it is known where."""

    name: str
    kind: str
    title: str  # the whole wording
    said: tuple[str, ...]
    entrances: str  # where one comes from without a line; "" if nowhere
    rows: tuple[Row, ...]

    @property
    def height(self) -> float:
        body = len(self.said) * LINE_HEIGHT + len(self.rows) * ROW_HEIGHT
        return HEAD_HEIGHT + body + (LINE_HEIGHT if self.entrances else 0) + FOOT


def box(book: MenuBook, name: str, drawn: frozenset[str], entrances: tuple[str, ...]) -> Box:
    """The box of a node. `drawn`: where its lines lead; `entrances`: from where no line comes."""
    node = book.nodes[name]
    return Box(
        name=name,
        kind=node.kind,
        title=title(book, name),
        said=_said(book, name, node),
        entrances=_entrances(entrances),
        rows=_rows(book, node, drawn),
    )


def _said(book: MenuBook, name: str, node: Node) -> tuple[str, ...]:
    """The first words; of a language question the line of each language."""
    room = WIDTH - 2 * EDGE
    if isinstance(node, LanguageQuestion):
        asked = []
        for key, language in zip(KEYS_OF_LANGUAGES, book.languages, strict=False):
            wording = book.wordings.get(language)
            if wording:
                words = in_plain(prompt_of(node, name, wording).say, book, wording, {"key": key})
                asked.append(cut(seen(words), WORDS, room))
        return tuple(asked)
    wording = _wording(book)
    if wording is None or (isinstance(node, TicketDesk) and node.quiet):
        return ()
    prompt = prompt_of(node, name, wording)
    first = prompt.say or ("" if prompt.choices else next(iter(prompt.parts.values()), ""))
    words = in_plain(first, book, wording)
    return lines(seen(words), WORDS, room, LINES_OF_WORDS)


def prompt_of(node: Node, name: str, wording: Wording) -> Prompt:
    """The words of a node; empty ones if the language has none."""
    return wording.prompts.get(node.say or name) or Prompt()


def title(book: MenuBook, name: str) -> str:
    """Name, kind and the whole wording of a node in the book's default language, and where it leads."""
    node = book.nodes[name]
    told = [f"{name} ({node.kind})"]
    wording = _wording(book)
    if wording:
        prompt = prompt_of(node, name, wording)
        told.append(in_plain(prompt.say, book, wording))
        for choice, words in prompt.choices.items():
            key = key_of(book, node.say or name, choice)
            told.append(in_plain(words, book, wording, {"key": key} if key else {}))
        told += [in_plain(words, book, wording) for words in prompt.parts.values()]
    for to, taken in _by_target(exits(book, node)).items():
        told.append(f"{leads(taken) or 'then'} → {to}")
    return seen("\n".join(line for line in told if line))


def _wording(book: MenuBook) -> Wording | None:
    return book.wordings.get(book.default_language) or next(iter(book.wordings.values()), None)


def _by_target(taken: tuple[Exit, ...]) -> dict[str, tuple[Exit, ...]]:
    found: dict[str, tuple[Exit, ...]] = {}
    for one in taken:
        found[one.to] = (*found.get(one.to, ()), one)
    return found


def _rows(book: MenuBook, node: Node, drawn: frozenset[str]) -> tuple[Row, ...]:
    """Every choice of a menu; of other ways those that no line shows, told once for each place."""
    taken = exits(book, node)
    choices = [one for one in taken if one.name and isinstance(node, Menu)]
    rows = [Row(one.lead, one.name, "" if one.to in drawn else one.to, usual=True) for one in choices]
    rest = tuple(one for one in taken if one not in choices and one.to not in drawn)
    for to, ways in _by_target(rest).items():
        rows.append(Row(leads(ways), "", to, usual=any(one.usual for one in ways)))
    return tuple(rows)


def _entrances(names: tuple[str, ...]) -> str:
    if not names:
        return ""
    told = ", ".join(names[:ENTRANCES_NAMED])
    more = len(names) - ENTRANCES_NAMED
    fits = cut(f"from {told}", SMALL, WIDTH - 2 * EDGE - (28 if more > 0 else 0))
    return f"{fits} +{more}" if more > 0 else fits
