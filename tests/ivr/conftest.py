"""The shipped book, read once for all tests of the conversation."""

from pathlib import Path

import pytest

from ivr.menus.loader import load
from ivr.menus.model import MenuBook

LIBRARY = Path(__file__).resolve().parents[2] / "ivr" / "menus" / "library"


@pytest.fixture(scope="session")
def shipped_book() -> MenuBook:
    return load(LIBRARY)
