"""All rows of our tables, out of one database and into another, whichever of the two kinds each is."""

import base64
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    URL,
    Connection,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    create_engine,
    exc,
    func,
    inspect,
    select,
    text,
)

from foundation import migrating
from foundation.backup_file import Line, NotABackup, TableShape
from foundation.database import DatabaseUnavailable
from foundation.schema import UtcTime

AT_ONCE = 500  # rows in memory: all that a copy of any size needs
LOCK_LIMIT = 30  # seconds that a restore waits for those who still write
LOCK_TRY = 300  # milliseconds of each try; PostgreSQL looks for a deadlock after 1,000
LOCK_PAUSE = 0.05  # seconds between two tries
VERSIONS = "alembic_version"


def absent(url: URL) -> bool:
    """Whether it is a file of SQLite's that is not there."""
    return url.get_backend_name() == "sqlite" and not Path(str(url.database).removeprefix("file:")).exists()


@contextmanager
def snapshot(url: URL) -> Iterator[Connection]:
    """One moment of a database, for as long as it takes: what others write meanwhile is not seen."""
    with _plainly():
        if url.get_backend_name() == "sqlite":
            # Else an empty one would be made.
            if absent(url):
                raise DatabaseUnavailable(f"there is no file {url.database}")
            engine = create_engine(url, connect_args={"isolation_level": None, "timeout": LOCK_LIMIT})
        else:
            engine = create_engine(url, isolation_level="REPEATABLE READ")
        try:
            asked = engine.execution_options(postgresql_readonly=True)
            with asked.begin() as connection:
                if url.get_backend_name() == "sqlite":
                    connection.exec_driver_sql("PRAGMA query_only = 1")
                    connection.exec_driver_sql("BEGIN")
                yield connection
        finally:
            engine.dispose()


@contextmanager
def changing(url: URL) -> Iterator[Connection]:
    """One transaction that may change everything, tables too: all of it is kept at its end, or nothing."""
    with _plainly(), migrating.alone(url) as connection:
        yield connection


def tables_in(connection: Connection) -> tuple[Table, ...]:
    """Our tables as they stand in this database, each after those that it refers to."""
    ours = migrating.known_tables(connection) & set(inspect(connection).get_table_names())
    there = MetaData()
    there.reflect(connection, only=sorted(ours))
    for table in there.tables.values():
        for column in table.columns:
            column.type = _kind(column.type)
    return tuple(there.sorted_tables)


def shapes(tables: Iterable[Table]) -> tuple[TableShape, ...]:
    """The tables as a backup names them."""
    return tuple(TableShape(table.name, tuple(column.name for column in table.columns)) for table in tables)


def hold(connection: Connection, tables: Iterable[Table]) -> None:
    """Let nobody else read or write these tables until the transaction ends.

    It never holds some while it waits for others: a process that writes at the same time would do so too,
    the other way round. DatabaseUnavailable if somebody always holds one.
    """
    names = ", ".join(f'"{table.name}"' for table in tables)
    if connection.dialect.name != "postgresql" or not names:
        return
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_TRY}ms'")
    until = time.monotonic() + LOCK_LIMIT
    while True:
        try:
            with connection.begin_nested():
                connection.exec_driver_sql(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")
        except exc.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(LOCK_PAUSE)
        else:
            break
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_LIMIT}s'")


def sizes(connection: Connection, tables: Iterable[Table]) -> dict[str, int]:
    """How many rows each table has."""
    return {table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def rows(connection: Connection, tables: Iterable[Table]) -> Iterator[tuple[str, Line]]:
    """Every row, table by table, as a backup carries it."""
    streamed = {"stream_results": True, "yield_per": AT_ONCE}
    for table in tables:
        for row in connection.execute(select(*table.columns), execution_options=streamed):
            yield table.name, [_carried(value) for value in row]


def clear(connection: Connection) -> None:
    """Take our tables away, and the note of their version."""
    for table in reversed(tables_in(connection)):
        table.drop(connection)
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {VERSIONS}")


def load(
    connection: Connection, backup: tuple[TableShape, ...], kept: Iterable[tuple[str, Line]]
) -> Iterator[int]:
    """Write the rows of a backup into empty tables of its shape; says how many with each portion.

    Raises NotABackup if the tables are of another shape, or a row refers to one that is not there.
    """
    tables = {table.name: table for table in tables_in(connection)}
    for shape in backup:
        if shape.name not in tables or {*shape.columns} != {*tables[shape.name].columns.keys()}:
            raise NotABackup(f"has a table {shape.name} of another shape")
    columns = {shape.name: shape.columns for shape in backup}
    for name, group in groupby(kept, key=itemgetter(0)):
        table = tables[name]
        while portion := list(islice(group, AT_ONCE)):
            connection.execute(table.insert(), [_row(table, columns[name], row) for _, row in portion])
            yield len(portion)
    _whole(connection)


def count_on(connection: Connection) -> None:
    """Let what the database numbers by itself go on behind the largest number; SQLite does so anyway."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables_in(connection):
        for column in table.primary_key:
            if isinstance(column.type, Integer):
                asked = {"table": f'"{table.name}"', "column": column.name}
                find = text("SELECT pg_get_serial_sequence(:table, :column)")
                sequence = connection.scalar(find, asked)
                largest = connection.scalar(select(func.max(column)))
                if sequence and largest is not None:
                    connection.execute(select(func.setval(sequence, largest)))


def _kind(known: Any) -> Any:  # noqa: ANN401  # any type of a column
    if isinstance(known, DateTime):
        return UtcTime()
    # A column without a value is written without one, not with the word null.
    return JSON(none_as_null=True) if isinstance(known, JSON) else known


def _carried(value: object) -> object:
    match value:
        case datetime():
            return value.isoformat()
        case bytes() | memoryview():
            return base64.b64encode(value).decode()
        case _:
            return value


def _row(table: Table, columns: tuple[str, ...], carried: Line) -> dict[str, object]:
    return {
        name: _value(table.columns[name].type, value) for name, value in zip(columns, carried, strict=True)
    }


def _value(kind: object, carried: Any) -> object:  # noqa: ANN401  # whatever JSON carries
    if carried is None:
        return None
    if isinstance(kind, UtcTime):
        return datetime.fromisoformat(carried)
    return base64.b64decode(carried, validate=True) if isinstance(kind, LargeBinary) else carried


def _whole(connection: Connection) -> None:
    """SQLite does not look while tables are changed; PostgreSQL looked at every row."""
    if connection.dialect.name == "sqlite":
        lost = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if lost is not None:
            raise NotABackup(f"has a row of {lost[0]} that belongs to nothing")


@contextmanager
def _plainly() -> Iterator[None]:
    """Every way in which a database can fail, as the one fault that callers know; its first line says it."""
    try:
        yield
    except exc.DBAPIError as fault:
        raise DatabaseUnavailable(str(fault.orig).partition("\n")[0]) from fault
