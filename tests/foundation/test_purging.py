"""Rows whose day has come are deleted, on both databases, a few at a time, whoever else is at it."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Column, Integer, LargeBinary, String, Table, Text, func, select

from foundation.clock import Deadline, StoppedClock
from foundation.database import Database, UtcTime
from foundation.purging import ROWS_AT_ONCE, Purge, due_tables
from foundation.schema import deeds
from migrations.tables import metadata

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)
MANY = 2 * ROWS_AT_ONCE + 5


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(NOW)


@pytest.fixture
def database(database_url: str, clock: StoppedClock) -> Iterator[Database]:
    database = Database(database_url, clock, limit=30.0)
    yield database
    database.close()


def soon(database: Database) -> Deadline:
    return Deadline.after(30.0, database.clock)


def some_row(table: Table, number: int, until: datetime | None) -> Mapping[str, object]:
    """A row of any table, with something in every column that must have something."""
    wanted = [column for column in table.columns if not column.nullable or column.primary_key]
    return {column.name: something(column, number) for column in wanted} | {"delete_after": until}


def something(column: Column[Any], number: int) -> object:
    match column.type:
        case UtcTime():
            return NOW
        case Boolean():
            return False
        case Integer():
            return number
        case JSON():
            return {}
        case LargeBinary():
            return b""
        case String() | Text():
            return str(number)
        case other:
            raise AssertionError(f"what goes into {column}, a {other}?")


def write(database: Database, table: Table, *rows: Mapping[str, object]) -> None:
    with database.writing(soon(database)) as connection:
        connection.execute(table.insert(), list(rows))


def numbers(database: Database, table: Table) -> int:
    with database.reading(soon(database)) as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_of_every_table_the_rows_go_whose_day_has_come_and_no_others(
    database: Database, clock: StoppedClock
) -> None:
    purge = Purge(database, {})
    for table in due_tables():
        write(
            database, table, *(some_row(table, n, day) for n, day in enumerate([NOW - DAY, NOW + DAY, None]))
        )
    assert purge.purge(soon(database)) == len(due_tables())
    assert {table.name: numbers(database, table) for table in due_tables()} == dict.fromkeys(
        (table.name for table in due_tables()), 2
    )
    clock.advance(400 * DAY)
    purge.purge(soon(database))
    assert {numbers(database, table) for table in due_tables()} == {1}
    assert purge.purge(soon(database)) == 0


def test_every_table_with_a_day_is_purged_and_every_other_goes_with_one_that_is() -> None:
    names = {table.name for table in due_tables()}
    for table in metadata.tables.values():
        for key in table.foreign_keys:
            # A row that refers to a deleted one must not keep it, nor be left behind.
            assert key.ondelete == "CASCADE", f"{table.name}.{key.parent.name}"
        assert table.name in names or belongs_to(table) <= names, table.name


def belongs_to(table: Table) -> set[str]:
    """The tables whose rows take a row of this one along: those it refers to, or those they refer to."""
    parents = {key.column.table for key in table.foreign_keys}
    above = {name for parent in parents for name in belongs_to(parent)}
    return above or {parent.name for parent in parents}


def test_many_rows_go_a_few_at_a_time(database: Database) -> None:
    pauses: list[float] = []
    write(database, deeds, *(some_row(deeds, number, NOW - DAY) for number in range(MANY)))
    assert Purge(database, {}, pauses.append).purge(soon(database)) == MANY
    assert len(pauses) == MANY // ROWS_AT_ONCE


def test_at_its_deadline_a_purge_leaves_the_rest_for_the_next_time(
    database: Database, clock: StoppedClock
) -> None:
    write(database, deeds, *(some_row(deeds, number, NOW - DAY) for number in range(MANY)))
    slow = Purge(database, {}, lambda _seconds: clock.advance(timedelta(seconds=20)))
    assert slow.purge(soon(database)) == 2 * ROWS_AT_ONCE
    assert slow.purge(soon(database)) == MANY - 2 * ROWS_AT_ONCE


def test_several_workers_delete_each_row_once(database: Database) -> None:
    write(database, deeds, *(some_row(deeds, number, NOW - DAY) for number in range(MANY)))
    with ThreadPoolExecutor(4) as workers:
        deleted = list(workers.map(lambda _: Purge(database, {}).purge(soon(database)), range(4)))
    assert sum(deleted) == MANY
    assert numbers(database, deeds) == 0


def test_a_spared_row_stays_and_the_others_go(database: Database) -> None:
    write(database, deeds, *(some_row(deeds, number, NOW - DAY) for number in range(3)))
    assert Purge(database, {"deeds": deeds.c.key == "1"}).purge(soon(database)) == 2
    assert numbers(database, deeds) == 1
