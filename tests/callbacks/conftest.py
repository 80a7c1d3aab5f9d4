"""A desk for the tests of this room, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from foundation.database import Database
from foundation.spool import Spool
from tests.callbacks.paging_desk import PagingDesk
from tests.callbacks.promise_desk import CLOCK, Desk
from tests.callbacks.spool_counter import Counter


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


@pytest.fixture
def counter(desk: Desk, tmp_path: Path) -> Iterator[Counter]:
    spool = Spool(tmp_path, 4)
    yield Counter(desk, spool)
    spool.close()
