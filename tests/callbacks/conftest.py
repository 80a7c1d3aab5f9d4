"""A desk for the tests of this room, on SQLite and on PostgreSQL."""

from collections.abc import Iterator

import pytest

from foundation.database import Database
from tests.callbacks.paging_desk import PagingDesk
from tests.callbacks.promise_desk import CLOCK, Desk


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    database = Database(database_url, CLOCK, limit=20)
    yield Desk(database)
    database.close()


@pytest.fixture
def paging(database_url: str) -> Iterator[PagingDesk]:
    database = Database(database_url, CLOCK, limit=20)
    yield PagingDesk(database)
    database.close()
