"""A room as a panel: its boxes in layers, and the lines between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ivr.menus.model import MenuBook
from ivr.menus.picture.boxes import WIDTH, Box, box
from ivr.menus.picture.exits import exits, leads
from ivr.menus.picture.layers import Layers, joined, layered
from ivr.menus.picture.rooms import Room
from ivr.menus.picture.sheet import sheet

BESIDE, BETWEEN = 26, 54  # pixels between two boxes of a layer, and between two layers
LABEL = 22  # pixels below a box that its labels take: lines run straight there
LINES_TO_ONE = 10  # where more would come together, the name is written instead
EDGE, HEAD = 22, 78  # from the rim of a panel to its boxes; above them its heading

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Placed:
    """A box and where its upper left corner stands in the panel."""

    box: Box
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Line:
    """A way from box to box: its points from top to bottom, bent between layers, straight beside boxes."""

    start: str
    end: str
    lead: str
    usual: bool
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """A room as it is drawn, before it is known where."""

    room: Room
    placed: tuple[Placed, ...]
    lines: tuple[Line, ...]
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class _Part:
    """Boxes of a room that lines join, from their own upper left corner."""

    placed: tuple[Placed, ...]
    lines: tuple[Line, ...]
    width: float
    height: float


def panel(book: MenuBook, room: Room, entered: Mapping[str, tuple[str, ...]]) -> Panel:
    """The panel of a room. `entered`: for every node the nodes that lead to it.

    Parts of a room that no line joins are laid out each for itself and set close together.
    """
    pairs = _pairs(book, room)
    parts = [_part(book, names, pairs, entered) for names in joined(room.nodes, pairs)]
    where = sheet([(one.width, one.height) for one in parts], BESIDE)
    placed: list[Placed] = []
    lines: list[Line] = []
    for one, (x, y) in zip(parts, where.places, strict=True):
        placed += [Placed(box.box, box.x + x + EDGE, box.y + y + HEAD) for box in one.placed]
        lines += [_moved(line, x + EDGE, y + HEAD) for line in one.lines]
    return Panel(room, tuple(placed), tuple(lines), where.width + 2 * EDGE, where.height + HEAD + EDGE)


def _moved(line: Line, right: float, down: float) -> Line:
    return replace(line, points=tuple((x + right, y + down) for x, y in line.points))


def _pairs(book: MenuBook, room: Room) -> tuple[tuple[str, str], ...]:
    """From where to where lines may lead: within the room, and not to a place that too many lead to."""
    within = frozenset(room.nodes)
    pairs = dict.fromkeys(
        (name, one.to)
        for name in room.nodes
        for one in exits(book, book.nodes[name])
        if one.to in within and one.to != name and one.lead != "proof first"
    )
    coming = Counter(to for _, to in pairs)
    return tuple(pair for pair in pairs if coming[pair[1]] <= LINES_TO_ONE)


def _part(
    book: MenuBook,
    names: tuple[str, ...],
    pairs: tuple[tuple[str, str], ...],
    entered: Mapping[str, tuple[str, ...]],
) -> _Part:
    number = {name: n for n, name in enumerate(names)}
    layers = layered(len(names), [(number[a], number[b]) for a, b in pairs if a in number])
    drawn = {(names[a], names[b]): across for (a, b), across in layers.lines.items()}
    boxes = tuple(
        box(
            book,
            name,
            frozenset(b for a, b in drawn if a == name),
            tuple(one for one in entered.get(name, ()) if (one, name) not in drawn),
        )
        for name in names
    )
    tops = _tops(boxes, layers)
    unit = WIDTH + BESIDE
    placed = tuple(Placed(one, layers.across[n] * unit, tops[layers.layer[n]]) for n, one in enumerate(boxes))
    lines = _lines(book, {one.box.name: one for one in placed}, drawn, tops)
    right = max((x for line in lines for x, _ in line.points), default=0.0)
    return _Part(placed, lines, max(right, *(one.x + WIDTH for one in placed)), tops[-1] - BETWEEN)


def _tops(boxes: tuple[Box, ...], layers: Layers) -> list[float]:
    """Where each layer begins, and where one more would."""
    tops = [0.0]
    for layer in range(max(layers.layer) + 1):
        tallest = max(one.height for n, one in enumerate(boxes) if layers.layer[n] == layer)
        tops.append(tops[-1] + tallest + BETWEEN)
    return tops


def _lines(
    book: MenuBook,
    placed: Mapping[str, Placed],
    drawn: Mapping[tuple[str, str], tuple[float, ...]],
    tops: list[float],
) -> tuple[Line, ...]:
    found = []
    for (start, end), across in drawn.items():
        leaves = sorted((pair for pair in drawn if pair[0] == start), key=lambda pair: drawn[pair][1])
        comes = sorted((pair for pair in drawn if pair[1] == end), key=lambda pair: drawn[pair][-2])
        taken = tuple(one for one in exits(book, book.nodes[start]) if one.to == end)
        first = _share(placed[start].x, leaves.index((start, end)), len(leaves))
        last = _share(placed[end].x, comes.index((start, end)), len(comes))
        layer = tops.index(placed[start].y)
        foot = placed[start].y + placed[start].box.height
        points = [(first, foot), (first, max(foot + LABEL, tops[layer + 1] - BETWEEN))]
        for step, place in enumerate(across[1:-1], start=layer + 1):
            x = place * (WIDTH + BESIDE) + WIDTH / 2
            points += [(x, tops[step]), (x, tops[step + 1] - BETWEEN)]
        points.append((last, placed[end].y))
        usual = any(one.usual for one in taken)
        found.append(Line(start, end, leads(taken), usual, tuple(points)))
    return tuple(found)


def _share(left: float, number: int, count: int) -> float:
    """Lines leave and come spread over the width of a box, so that each can be followed."""
    return left + WIDTH * (number + 1) / (count + 1)
