"""What the picture does not repeat at every box: the keys that work everywhere, and how to read it."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from ivr.menus.fingerprint import short
from ivr.menus.model import MenuBook
from ivr.menus.picture.style import COLOURS, HUES
from ivr.menus.picture.svg import child
from ivr.menus.picture.text import width

HEIGHT = 250
SWATCH = 26


def draw_legend(parent: Element, book: MenuBook, at: tuple[float, float], room: float) -> None:
    """The heading of the sheet, `HEIGHT` pixels high."""
    x, y = at
    group = child(parent, "g", class_="legend", transform=f"translate({x:g} {y:g})")
    child(group, "text", book.name, class_="title", y=34)
    languages = ", ".join(book.languages)
    counted = f"{len(book.nodes)} nodes · languages {languages} · version {short(book.version)}"
    child(group, "text", counted, class_="told", y=60)
    for number, line in enumerate(_lines(book)):
        child(group, "text", line, class_="how", y=94 + 22 * number)
    _kinds(group, book, room)


def _lines(book: MenuBook) -> tuple[str, ...]:
    doors = book.everywhere
    to_person = f"{doors.person.key} → {doors.person.to}"
    to_stop = f"{doors.stop_my_money.key} → {doors.stop_my_money.to}"
    return (
        f"In every question: {to_person} · {to_stop} · {doors.back} goes back · {doors.again} says it again.",
        f"Silence or a wrong key: asked again, then → {book.give_up}, unless the box says otherwise.",
        "A line leads on; the words on it are the key or the answer. “→ name” leads to the box of that name.",
    )


def _kinds(parent: Element, book: MenuBook, room: float) -> None:
    """A swatch for every hue in the book, with the kinds that wear it."""
    used = {node.kind for node in book.nodes.values()}
    x, y = 0.0, 166.0
    for hue, (told, *_) in COLOURS.items():
        kinds = [kind for kind, one in HUES.items() if one == hue and kind in used]
        if not kinds:
            continue
        words = f"{told} ({', '.join(kinds)})"
        wide = SWATCH + 8 + width(words, 12) + 24
        if x and x + wide > room:
            x, y = 0.0, y + 24
        group = child(parent, "g", class_=f"swatch kind-{kinds[0]}", transform=f"translate({x:g} {y:g})")
        child(group, "rect", class_="box", width=SWATCH, height=15, rx=3)
        child(group, "rect", class_="stripe", y=3, width=4, height=9)
        child(group, "text", words, x=SWATCH + 8, y=12)
        x += wide
