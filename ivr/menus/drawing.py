"""A menu book as a picture: every node in its room, every way to be followed by eye. Pure: a book to SVG."""

from __future__ import annotations

from xml.etree.ElementTree import Element, indent, tostring

from ivr.menus.fingerprint import short
from ivr.menus.model import MenuBook
from ivr.menus.nodes import Menu
from ivr.menus.picture.exits import exits
from ivr.menus.picture.legend import HEIGHT as LEGEND
from ivr.menus.picture.legend import draw_legend
from ivr.menus.picture.panels import panel
from ivr.menus.picture.rooms import SHARED, Room, rooms
from ivr.menus.picture.sheet import sheet
from ivr.menus.picture.style import css
from ivr.menus.picture.svg import child, draw_panel, number
from ivr.menus.picture.text import seen
from ivr.menus.plain_words import in_plain, key_name

EDGE = 32  # pixels around it all
LEAST_WIDTH = 900  # of the sheet: what the words at its head take


def draw(book: MenuBook) -> str:
    """The book as an SVG document, the same bytes for the same book.

    Each node is a group with the id `node-NAME` and the classes `node` and `kind-KIND`; a page that adds the
    class `now` lights it, `passed` marks it. Lines carry `data-from` and `data-to`. No script, no other file.
    """
    entered = _entered(book)
    panels = [panel(book, room, entered) for room in rooms(book)]
    where = sheet([(one.width, one.height) for one in panels], least=LEAST_WIDTH)
    width, height = where.width + 2 * EDGE, where.height + 2 * EDGE + LEGEND
    svg = _root(book, width, height)
    draw_legend(svg, book, (EDGE, EDGE), where.width)
    for one, (x, y) in zip(panels, where.places, strict=True):
        place = f"translate({number(EDGE + x)} {number(EDGE + LEGEND + y)})"
        draw_panel(child(svg, "g", transform=place), one, _heading(book, one.room))
    indent(svg, space=" ")
    return tostring(svg, encoding="unicode") + "\n"


def _root(book: MenuBook, width: float, height: float) -> Element:
    size = {"width": number(width), "height": number(height)}
    svg = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", **size})
    svg.set("viewBox", f"0 0 {number(width)} {number(height)}")
    svg.set("class", "book")
    svg.set("role", "img")
    svg.set("lang", book.default_language)
    svg.set("aria-labelledby", "book-title book-description")
    child(svg, "title", f"The menu book {book.name}", id="book-title")
    told = f"{len(book.nodes)} nodes, version {short(book.version)}. A call begins at {book.start}."
    child(svg, "desc", told, id="book-description")
    child(svg, "style", css())
    child(svg, "rect", class_="paper", width=width, height=height)
    return svg


def _entered(book: MenuBook) -> dict[str, tuple[str, ...]]:
    """For every node, the nodes that lead to it."""
    found: dict[str, list[str]] = {}
    for name, node in book.nodes.items():
        for to in dict.fromkeys(one.to for one in exits(book, node)):
            if to != name:
                found.setdefault(to, []).append(name)
    return {name: tuple(names) for name, names in found.items()}


def _heading(book: MenuBook, room: Room) -> tuple[str, str]:
    """What a room is called, and how callers come there."""
    doors = book.everywhere
    named = (
        (book.start, "A call begins here."),
        (doors.stop_my_money.to, f"Key {doors.stop_my_money.key}, everywhere: stop my money."),
        (doors.person.to, f"Key {doors.person.key}, everywhere: a person."),
        (book.give_up, "Where callers go who do not answer."),
        (book.verification, "Where callers prove who they are, when a place needs it."),
    )
    if room.head == SHARED:
        return "where ways meet", "Places that many rooms lead to."
    told = " ".join(words for name, words in named if name == room.head)
    return room.head, told or _choice_to(book, room.head)


def _choice_to(book: MenuBook, name: str) -> str:
    """The words of the first choice that leads to a node, with its key."""
    wording = book.wordings.get(book.default_language)
    for from_name, node in book.nodes.items():
        if not isinstance(node, Menu):
            continue
        for choice, one in node.choices.items():
            if one.to != name:
                continue
            prompt = wording.prompts.get(node.say or from_name) if wording else None
            words = prompt.choices.get(choice, "") if prompt else ""
            said = in_plain(words, book, wording, {"key": key_name(one.key, wording)}) if wording else ""
            return seen(f"{from_name}, key {one.key}: {said}")
    return ""
