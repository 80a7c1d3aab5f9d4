"""Where each panel stands on the sheet: close together, near the order in which callers meet them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

GAP = 28  # pixels between two panels
WIDER_THAN_HIGH = 1.5  # the sheet we like best: as most walls and screens are
WIDTHS_TRIED = 24

Size = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Places of the panels (upper left corners, in their order) and the size of it all."""

    places: tuple[tuple[float, float], ...]
    width: float
    height: float


def sheet(sizes: Sequence[Size]) -> Sheet:
    """The best of some widths: little empty space, and near the shape we like."""
    widest = max(width for width, _ in sizes)
    area = sum((width + GAP) * (height + GAP) for width, height in sizes)
    liked = max(widest, math.sqrt(area * WIDER_THAN_HIGH))
    tried = {round(max(widest, liked * (0.7 + 0.03 * step))) for step in range(WIDTHS_TRIED)}
    return min((_packed(sizes, width) for width in sorted(tried)), key=_waste)


def _waste(one: Sheet) -> float:
    shape = one.width / one.height / WIDER_THAN_HIGH
    return one.width * one.height * math.sqrt(max(shape, 1 / shape))


def _packed(sizes: Sequence[Size], width: float) -> Sheet:
    """Each panel as high as it goes, and there as far left; the skyline says how deep the sheet is filled."""
    skyline: list[tuple[float, float]] = [(0.0, 0.0)]  # from this x on, filled down to this y
    places = []
    for wide, high in sizes:
        y, x = min((_depth(skyline, x, wide), x) for x, _ in skyline if x == 0 or x + wide <= width)
        places.append((x, y))
        skyline = _filled(skyline, (x, x + wide + GAP), y + high + GAP)
    right = max(x + wide for (x, _), (wide, _) in zip(places, sizes, strict=True))
    bottom = max(y + high for (_, y), (_, high) in zip(places, sizes, strict=True))
    return Sheet(tuple(places), right, bottom)


def _depth(skyline: list[tuple[float, float]], x: float, wide: float) -> float:
    return max(
        y
        for n, (begins, y) in enumerate(skyline)
        if begins < x + wide and (n + 1 == len(skyline) or skyline[n + 1][0] > x)
    )


def _filled(
    skyline: list[tuple[float, float]], span: tuple[float, float], depth: float
) -> list[tuple[float, float]]:
    start, end = span
    behind = [y for x, y in skyline if x <= end][-1]
    kept = [(x, y) for x, y in skyline if x < start or x > end]
    return sorted([*kept, (start, depth), (end, behind)])
