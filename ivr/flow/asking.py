"""The two shapes of a question by keys: one key, or a number."""

from __future__ import annotations

from typing import Any

from ivr.flow.instructions import Collect
from ivr.flow.state import CallState
from ivr.flow.turn import Scene


def one_key(scene: Scene[Any], state: CallState, seconds: int | None = None) -> Collect:
    """Any key answers at once: no key ends an entry, so that `*` and `#` arrive as keys."""
    return Collect(1, "", seconds or scene.book.timing.menu, state.language)


def number(scene: Scene[Any], state: CallState, count: int | None = None, *, secret: bool = False) -> Collect:
    """`count` keys answer at once; fewer end with `#` or the time-out."""
    return Collect(count, "#", scene.book.timing.digits, state.language, secret)
