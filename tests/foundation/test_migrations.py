"""Migrations lead to the tables that the code speaks of, once, and back again."""

import multiprocessing
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine, inspect, text

from foundation import migrating
from foundation.database import migrate, schema_version
from migrations.tables import metadata


@pytest.fixture
def migrated(database_url: str) -> Iterator[Connection]:
    engine = create_engine(database_url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_a_migrated_schema_is_the_one_that_the_code_speaks_of(migrated: Connection) -> None:
    context = MigrationContext.configure(migrated, opts={"compare_type": True})
    assert compare_metadata(context, metadata) == []


def test_one_open_ticket_a_proven_customer_is_a_rule_of_the_database(migrated: Connection) -> None:
    queries = {
        "postgresql": "SELECT indexdef FROM pg_indexes WHERE indexname = :name",
        "sqlite": "SELECT sql FROM sqlite_master WHERE name = :name",
    }
    named = {"name": "uq_tickets_open_customer_topic"}
    rule = migrated.execute(text(queries[migrated.dialect.name]), named).scalar_one()
    assert "UNIQUE" in rule
    for part in ("customer, topic", "proven", "promised", "in-investigation", "reopened"):
        assert part in rule
    for part in ("solved", "closed", "cancelled"):
        assert part not in rule


def test_a_database_knows_its_version_and_is_migrated_once(empty_database_url: str) -> None:
    assert schema_version(empty_database_url) is None
    migrate(empty_database_url)
    assert schema_version(empty_database_url) == migrating.newest()
    migrate(empty_database_url)


def test_every_revision_can_be_taken_back(empty_database_url: str) -> None:
    from alembic import command
    from sqlalchemy import make_url

    migrate(empty_database_url)
    with migrating.alone(make_url(empty_database_url)) as connection:
        command.downgrade(migrating.config_for(connection), "base")
    engine = create_engine(empty_database_url)
    assert inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()


def migrate_at_once(url: str, together: Barrier, told: "multiprocessing.Queue[str]") -> None:
    together.wait(30)
    try:
        migrate(url)
        told.put("migrated")
    except Exception as fault:  # noqa: BLE001  # told to the test, which fails
        told.put(repr(fault))


def test_processes_that_start_at_once_migrate_once(empty_database_url: str) -> None:
    spawn = multiprocessing.get_context("spawn")
    together, told = spawn.Barrier(2), spawn.Queue()
    asked = (empty_database_url, together, told)
    rivals = [spawn.Process(target=migrate_at_once, args=asked) for _ in range(2)]
    for rival in rivals:
        rival.start()
    assert [told.get(timeout=40) for _ in rivals] == ["migrated"] * 2
    for rival in rivals:
        rival.join(10)
    assert schema_version(empty_database_url) == migrating.newest()


def test_a_migrated_sqlite_file_is_in_wal_mode(tmp_path: Path) -> None:
    migrate(f"sqlite:///{tmp_path / 'new.sqlite'}")
    with closing(sqlite3.connect(tmp_path / "new.sqlite")) as file:
        assert file.execute("PRAGMA journal_mode").fetchone() == ("wal",)
