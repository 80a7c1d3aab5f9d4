"""Where each panel stands on the sheet: close together, near the order in which callers meet them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

GAP = 28  # pixels between two panels
WIDER_THAN_HIGH = 1.5  # the sheet we like best: as most walls and screens are
WIDTHS_TRIED = 60

Size = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Places of the panels (upper left corners, in their order) and the size of it all."""

    places: tuple[tuple[float, float], ...]
    width: float
    height: float


def sheet(sizes: Sequence[Size], gap: float = GAP, least: float = 0.0) -> Sheet:
    """The best of some widths (`least` or more): little empty space, and near the shape we like."""
    widest = max(width for width, _ in sizes)
    area = sum((width + gap) * (height + gap) for width, height in sizes)
    liked = max(widest, math.sqrt(area * WIDER_THAN_HIGH))
    tried = {round(max(widest, liked * (0.7 + step / WIDTHS_TRIED))) for step in range(WIDTHS_TRIED)}
    best = min((_packed(sizes, (width, gap)) for width in sorted(tried)), key=_waste)
    return replace(best, width=max(best.width, least))


def _waste(one: Sheet) -> float:
    shape = one.width / one.height / WIDER_THAN_HIGH
    return one.width * one.height * math.sqrt(max(shape, 1 / shape))


def _packed(sizes: Sequence[Size], within: tuple[float, float]) -> Sheet:
    """Each panel where the sheet becomes least high, and there as far left as it goes.

    The skyline says how deep the sheet is filled: from each x on down to that y.
    """
    width, gap = within
    skyline: list[tuple[float, float]] = [(0.0, 0.0)]
    places: list[tuple[float, float]] = []
    right = bottom = 0.0
    for wide, high in sizes:
        depths = [(_depth(skyline, x, wide), x) for x, _ in skyline if x == 0 or x + wide <= width]
        bottom, x, y = min((max(bottom, y + high), x, y) for y, x in depths)
        right = max(right, x + wide)
        places.append((x, y))
        skyline = _filled(skyline, (x, x + wide + gap), y + high + gap)
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
