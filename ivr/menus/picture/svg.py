"""Panels, boxes and lines as SVG elements: the only place that knows how they are written."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from ivr.menus.picture.boxes import EDGE, HEAD_HEIGHT, LINE_HEIGHT, ROW, ROW_HEIGHT, WIDTH, Row
from ivr.menus.picture.panels import Line, Panel, Placed
from ivr.menus.picture.text import cut, lines, width

CORNER = 7
RIM, HINT = 22, 11  # of a panel: from its rim to its heading, the size of what stands below that
BEND = 0.5  # how far a line runs straight down before it bends, as a share of the way


def number(value: float) -> str:
    """A coordinate in few characters."""
    return f"{value:.1f}".removesuffix(".0")


def child(parent: Element, tag: str, text: str | None = None, **attributes: str | float) -> Element:
    """An element within another; `class_` is class, `data_from` is data-from."""
    named = {
        name.rstrip("_").replace("_", "-"): value if isinstance(value, str) else number(value)
        for name, value in attributes.items()
    }
    found = SubElement(parent, tag, named)
    found.text = text
    return found


def draw_panel(parent: Element, panel: Panel, heading: tuple[str, str]) -> Element:
    """A room: its rim, its heading, lines below, boxes above."""
    group = child(parent, "g", class_="room", data_room=panel.room.head or "shared")
    child(group, "rect", class_="panel", width=panel.width, height=panel.height, rx=12)
    child(group, "text", heading[0], class_="heading", x=RIM, y=30)
    for n, words in enumerate(lines(heading[1], HINT, panel.width - 2 * RIM, 2)):
        child(group, "text", words, class_="quiet", x=RIM, y=48 + 15 * n)
    for line in panel.lines:
        _way(group, line)
    for placed in panel.placed:
        _node(group, placed)
    for line in panel.lines:
        _label(group, line)
    return group


def _way(parent: Element, line: Line) -> None:
    aside = "" if line.usual else " aside"
    group = child(parent, "g", class_=f"way{aside}", data_from=line.start, data_to=line.end)
    child(group, "path", d=_path(line))
    x, y = line.points[-1]
    head = f"M{number(x)},{number(y)} l-4.5,-9 h9 z"
    child(group, "path", class_="head", d=head)


def _path(line: Line) -> str:
    """Straight beside boxes, bent between layers."""
    (x, y), *rest = line.points
    parts = [f"M{number(x)},{number(y)}"]
    for n, (to_x, to_y) in enumerate(rest):
        if n % 2 == 0:
            parts.append(f"V{number(to_y)}")
        else:
            half = y + (to_y - y) * BEND
            parts.append(
                f"C{number(x)},{number(half)} {number(to_x)},{number(half)} {number(to_x)},{number(to_y)}"
            )
        x, y = to_x, to_y
    return " ".join(parts)


def _label(parent: Element, line: Line) -> None:
    """What leads there, close to where the line begins."""
    if not line.lead:
        return
    x, y = line.points[0]
    wide = width(line.lead, 11.5) + 8
    aside = "" if line.usual else " aside"
    group = child(parent, "g", class_=f"way{aside}", data_from=line.start, data_to=line.end)
    child(group, "rect", class_="label", x=x - wide / 2, y=y + 3, width=wide, height=16, rx=4)
    child(group, "text", line.lead, x=x, y=y + 15)


def _node(parent: Element, placed: Placed) -> None:
    box, height = placed.box, placed.box.height
    group = child(
        parent,
        "g",
        id=f"node-{box.name}",
        class_=f"node kind-{box.kind}",
        transform=f"translate({number(placed.x)} {number(placed.y)})",
    )
    child(group, "title", box.title)
    child(group, "rect", class_="box", width=WIDTH, height=height, rx=CORNER)
    child(group, "rect", class_="stripe", y=CORNER, width=5, height=height - 2 * CORNER)
    child(group, "text", "✓", class_="tick", x=WIDTH - 20, y=20)
    child(group, "text", cut(box.name, 14.5, WIDTH - 2 * EDGE), class_="name", x=EDGE, y=18)
    child(group, "text", box.kind, class_="kind", x=EDGE, y=32)
    y = float(HEAD_HEIGHT)
    for line in box.said:
        y += LINE_HEIGHT
        child(group, "text", line, class_="said", x=EDGE, y=y - 4)
    for row in box.rows:
        y += ROW_HEIGHT
        _row(group, row, y - 4)
    if box.entrances:
        child(group, "text", box.entrances, class_="from", x=EDGE, y=y + LINE_HEIGHT - 3)


def _row(parent: Element, row: Row, y: float) -> None:
    room = WIDTH - 2 * EDGE
    to = f"→ {row.to}" if row.to else ""
    left = room - width(f"{row.lead} {to} ", ROW)
    name = row.name if width(row.name, ROW) <= left or not to else ""
    text = child(parent, "text", class_="row" if row.usual else "row aside", x=EDGE, y=y)
    child(text, "tspan", row.lead, class_="key").tail = f" {cut(name, ROW, max(left, 0))} " if name else " "
    if to:
        child(text, "tspan", cut(to, ROW, room - width(f"{row.lead} {name} ", ROW)), class_="to")
