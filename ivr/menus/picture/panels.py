"""A room as a panel: its boxes in layers, and the lines between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.menus.model import MenuBook
from ivr.menus.picture.boxes import WIDTH, Box, box
from ivr.menus.picture.exits import exits, leads
from ivr.menus.picture.layers import Layers, layered
from ivr.menus.picture.rooms import Room

BESIDE, BETWEEN = 26, 54  # pixels between two boxes of a layer, and between two layers
LABEL = 22  # pixels below a box that its labels take: lines run straight there
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


def panel(book: MenuBook, room: Room, entered: Mapping[str, tuple[str, ...]]) -> Panel:
    """The panel of a room. `entered`: for every node the nodes that lead to it."""
    layers = layered(len(room.nodes), _pairs(book, room))
    name_of = room.nodes
    drawn = {(name_of[a], name_of[b]): across for (a, b), across in layers.lines.items()}
    boxes = tuple(
        box(
            book,
            name,
            frozenset(b for a, b in drawn if a == name),
            tuple(one for one in entered.get(name, ()) if (one, name) not in drawn),
        )
        for name in room.nodes
    )
    tops = _tops(boxes, layers)
    unit = WIDTH + BESIDE
    placed = tuple(
        Placed(one, EDGE + layers.across[n] * unit, tops[layers.layer[n]]) for n, one in enumerate(boxes)
    )
    lines = _lines(book, {one.box.name: one for one in placed}, drawn, tops)
    right = max((x for line in lines for x, _ in line.points), default=0.0)
    width = max(right, *(one.x + WIDTH for one in placed)) + EDGE
    return Panel(room, placed, lines, width, tops[-1] - BETWEEN + EDGE)


def _pairs(book: MenuBook, room: Room) -> list[tuple[int, int]]:
    number = {name: n for n, name in enumerate(room.nodes)}
    return [
        (number[name], number[one.to])
        for name in room.nodes
        for one in exits(book, book.nodes[name])
        if one.to in number and one.to != name and one.lead != "proof first"
    ]


def _tops(boxes: tuple[Box, ...], layers: Layers) -> list[float]:
    """Where each layer begins, and where one more would."""
    tops = [float(HEAD)]
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
            x = EDGE + place * (WIDTH + BESIDE) + WIDTH / 2
            points += [(x, tops[step]), (x, tops[step + 1] - BETWEEN)]
        points.append((last, placed[end].y))
        usual = any(one.usual for one in taken)
        found.append(Line(start, end, leads(taken), usual, tuple(points)))
    return tuple(found)


def _share(left: float, number: int, count: int) -> float:
    """Lines leave and come spread over the width of a box, so that each can be followed."""
    return left + WIDTH * (number + 1) / (count + 1)
