"""One database for many tests, emptied for each: to make one and drop it costs more than most tests do."""

import itertools
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.servers import postgres_admin

IN_MEMORY = Path("/dev/shm")  # where there is one: these tests do not ask whether a disk keeps its word
PATIENCE = "10s"  # for whoever still writes while all rows are taken away
_counter = itertools.count(1)  # each module that imports the fixture below has a database of its own


@pytest.fixture(scope="session")
def kept_postgres(postgres_url: str, postgres_template: str) -> str:
    """The migrated database of this worker's tests."""
    server = postgres_url.rpartition("/")[0]
    name = f"kept_{next(_counter)}"
    with postgres_admin(postgres_url) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{postgres_template}"'.encode())
    return f"{server}/{name}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated, empty database for one test, on SQLite and on PostgreSQL."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("kept_postgres")
        empty(url)
        yield url
        return
    quick = IN_MEMORY if os.access(IN_MEMORY, os.W_OK) else tmp_path
    with tempfile.TemporaryDirectory(prefix="hotline-test-", dir=quick) as folder:
        path = Path(folder) / "hotline.sqlite"
        template: Path = request.getfixturevalue("sqlite_template")
        with closing(sqlite3.connect(template)) as source, closing(sqlite3.connect(path)) as copy:
            source.backup(copy)
        yield f"sqlite:///{path}"


def empty(url: str) -> None:
    """Cut whoever is still connected, and take away every row."""
    from migrations.tables import metadata

    tables = ", ".join(f'"{name}"' for name in metadata.tables)
    # Nearly empty tables are deleted from in a quarter of the time in which they are truncated.
    deleted = "; ".join(str(table.delete()) for table in reversed(metadata.sorted_tables))
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    callers = "backend_type = 'client backend'"
    with postgres_admin(url) as admin:
        admin.execute(f"SET lock_timeout = '{PATIENCE}'".encode())
        admin.execute(f"SELECT pg_terminate_backend(pid) {others} AND {callers}".encode())
        admin.execute(f"BEGIN; LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE; {deleted}; COMMIT".encode())
