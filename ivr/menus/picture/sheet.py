"""Where each panel stands on the sheet: close together, near the order in which callers meet them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

GAP = 28  # pixels between two panels
WIDER_THAN_HIGH = 1.5  # the sheet we like best: as most walls and screens are
WIDTHS_TRIED = 24
OUT_OF_ORDER = 1.15  # so much room must be saved before panels leave the order in which callers meet them

Size = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Places of the panels (upper left corners, in their order) and the size of it all."""

    places: tuple[tuple[float, float], ...]
    width: float
    height: float


def sheet(sizes: Sequence[Size], gap: float = GAP, least: float = 0.0) -> Sheet:
    """The best of some widths (`least` or more) and of two orders: little empty space, the shape we like."""
    widest = max(width for width, _ in sizes)
    area = sum((width + gap) * (height + gap) for width, height in sizes)
    liked = max(widest, math.sqrt(area * WIDER_THAN_HIGH))
    tried = {round(max(widest, liked * (0.7 + 0.03 * step))) for step in range(WIDTHS_TRIED)}
    met = range(len(sizes))
    # The first stays first: there a call begins.
    high_first = sorted(met, key=lambda n: (n > 0, -sizes[n][1]))
    in_order = [_packed(sizes, met, (width, gap)) for width in sorted(tried)]
    closer = [_packed(sizes, high_first, (width, gap)) for width in sorted(tried)]
    one, other = min(in_order, key=_waste), min(closer, key=_waste)
    best = other if _waste(other) * OUT_OF_ORDER < _waste(one) else one
    return replace(best, width=max(best.width, least))


def _waste(one: Sheet) -> float:
    shape = one.width / one.height / WIDER_THAN_HIGH
    return one.width * one.height * math.sqrt(max(shape, 1 / shape))


def _packed(sizes: Sequence[Size], order: Sequence[int], within: tuple[float, float]) -> Sheet:
    """Each panel as high as it goes, and there as far left; the skyline says how deep the sheet is filled."""
    width, gap = within
    skyline: list[tuple[float, float]] = [(0.0, 0.0)]  # from this x on, filled down to this y
    places: dict[int, tuple[float, float]] = {}
    for one in order:
        wide, high = sizes[one]
        y, x = min((_depth(skyline, x, wide), x) for x, _ in skyline if x == 0 or x + wide <= width)
        places[one] = (x, y)
        skyline = _filled(skyline, (x, x + wide + gap), y + high + gap)
    right = max(x + sizes[one][0] for one, (x, _) in places.items())
    bottom = max(y + sizes[one][1] for one, (_, y) in places.items())
    return Sheet(tuple(places[one] for one in range(len(sizes))), right, bottom)


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
