"""Several hearings of the same number as one: how far each digit was behind at each place, added up.

What a model takes for another digit it rarely takes so each time: two unsure hearings make a sure one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from speech.requests import DIGITS, MOST_LENGTHS
from speech.sphinx.model import Figures
from speech.sphinx.places import CLEAR

MOST_BEHIND = 255  # log likelihood; a digit that is further behind is as far as that


def joined(lengths: Sequence[Figures], before: Sequence[bytes]) -> tuple[Figures, ...]:
    """Each length, places x digits, with each digit as much less likely as it was behind before.

    A length that was not likely before was further behind than any that was.
    """
    known = {len(one) // DIGITS: _behind(one) for one in before if one and not len(one) % DIGITS}
    if not known:
        return tuple(lengths)
    return tuple(places - known.get(len(places), CLEAR) for places in lengths)


def handed_on(lengths: Sequence[Figures]) -> tuple[bytes, ...]:
    """The likeliest lengths, in bytes: how far each digit is behind the likeliest of all."""
    best = max((float(places.max()) for places in lengths), default=0.0)
    likeliest = sorted(lengths, key=lambda places: -places.max())[:MOST_LENGTHS]
    return tuple(
        (best - places).round().clip(0, MOST_BEHIND).astype(np.uint8).tobytes() for places in likeliest
    )


def _behind(one: bytes) -> Figures:
    found: Figures = np.frombuffer(one, np.uint8).reshape(-1, DIGITS).astype(np.float32)
    return found
