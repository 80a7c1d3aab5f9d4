"""The shipped book, read once for all tests of the conversation."""

import pytest

from ivr.menus.model import MenuBook
from tests.shipped import BOOK


@pytest.fixture(scope="session")
def shipped_book() -> MenuBook:
    return BOOK
