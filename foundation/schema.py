"""What every table has in common: names for its rules, moments in UTC, a class of data and an end."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    DateTime,
    Dialect,
    Index,
    Insert,
    MetaData,
    Row,
    String,
    Table,
    TypeDecorator,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import SchemaItem

__all__ = [
    "Connection",
    "DataClass",
    "Row",
    "UtcTime",
    "deeds",
    "insert_unless_there",
    "kept_until",
    "metadata",
    "table",
]

LONGEST_KEY = 200  # characters of `call/turn/errand-number`
DEEDS_KEPT = timedelta(days=30)  # longer than any call, any repeat of a webhook and any spool

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class DataClass(StrEnum):
    """What kind of data a table holds, which decides how long it may be kept."""

    PROMISE = "what we owe a customer, and how it was kept"
    PERSON = "who a customer is"
    OPINION = "what a caller thought of us"
    OPERATION = "what the hotline needs to run: keys, counters, versions"


class UtcTime(TypeDecorator[datetime]):
    """An aware moment, kept and returned in UTC by every database; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """SQLite keeps no zone, so it is given UTC without one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment that goes into SQL names its zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """What comes back is UTC, whatever zone the server shows."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def table(name: str, *parts: SchemaItem, data_class: DataClass, keep: timedelta | None) -> Table:
    """A table that says what it holds and until when.

    `keep`: how long a row is kept once it has served; `delete_after` is filled with `kept_until` when the
    row is written (empty = not yet). None: a row goes with the row that it belongs to (ON DELETE CASCADE).
    """
    end = [] if keep is None else [Column("delete_after", UtcTime), Index(None, "delete_after")]
    return Table(name, metadata, *parts, *end, info={"data_class": data_class, "keep": keep})


def kept_until(of: Table, at: datetime) -> datetime:
    """When a row of this table is to be deleted that has served at `at`."""
    keep: timedelta | None = of.info["keep"]
    if keep is None:
        raise ValueError(f"rows of {of.name} go with the row they belong to")
    return at + keep


def insert_unless_there(connection: Connection, into: Table, row: Mapping[str, object]) -> bool:
    """Write the row unless a unique rule forbids it; whether it was written.

    A rival who is writing the same key is waited for, on both databases.
    """
    return connection.execute(_insert_unless_there(into, connection.dialect.name), dict(row)).rowcount == 1


@cache
def _insert_unless_there(into: Table, dialect: str) -> Insert:
    # Kept: making a statement costs more than executing it does.
    insert = sqlite.insert(into) if dialect == "sqlite" else postgresql.insert(into)
    # SQLAlchemy keeps the count of an INSERT only if it is asked to.
    return insert.on_conflict_do_nothing().execution_options(preserve_rowcount=True)


deeds = table(
    "deeds",
    Column("key", String(LONGEST_KEY), primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("reply", JSON),
    Column("at", UtcTime, nullable=False),
    data_class=DataClass.OPERATION,
    keep=DEEDS_KEPT,
)
