"""The shipped book as drawn."""

from pathlib import Path

from foundation.settings import LIBRARY
from ivr.menus.drawing import draw
from ivr.menus.loader import load


def draw_book(to: Path) -> None:
    """Write the drawing of the shipped book."""
    to.write_text(draw(load(LIBRARY)), encoding="utf-8")
