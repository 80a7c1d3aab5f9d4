"""A database for the tests of the way to SQL, on SQLite and on PostgreSQL."""

from collections.abc import Iterator

import pytest

from foundation.database import Database
from tests.foundation.notes import CLOCK


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, CLOCK)
    yield database
    database.close()
