"""Every book that was ever taken up, kept in SQL under its version: a call ends on the book it began with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import ValidationError
from sqlalchemy import Column, String, Text, exists, not_, select, update

from foundation.clock import Deadline
from foundation.database import (
    SQL_LIMIT,
    Database,
    DataClass,
    UtcTime,
    insert_unless_there,
    kept_until,
    table,
)
from foundation.logs import logger
from ivr.menus.fingerprint import short
from ivr.menus.model import MenuBook

# A book is needed by the calls that began on it, and by whoever asks later what callers were told then.
BOOKS_KEPT = timedelta(days=400)
LISTED_AT_MOST = 200
ALIKE_AT_MOST = 5  # versions that are told where one was not named clearly

log = logger("menus")

books = table(
    "books",
    Column("version", String(64), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("content", Text, nullable=False),
    Column("stored_at", UtcTime, nullable=False),
    Column("loaded_at", UtcTime, nullable=False),
    data_class=DataClass.OPERATION,
    keep=BOOKS_KEPT,
)


_later = books.alias("later")
# It stays whatever its day: a process that starts while the files are faulty goes on with it.
TAKEN_UP_LAST = not_(exists().where(_later.c.name == books.c.name, _later.c.loaded_at > books.c.loaded_at))


@dataclass(frozen=True, slots=True)
class KeptBook:
    """A book in SQL: when it was first kept, and when it was last taken up (UTC)."""

    version: str
    name: str
    stored_at: datetime
    loaded_at: datetime


class BookVault:
    """Books in SQL, for any thread. Every method may raise `foundation.database.DatabaseUnavailable`.

    `deadline`: that of the turn, if one waits; else the database's own limit holds.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def store(self, book: MenuBook, deadline: Deadline | None = None) -> None:
        """Keep a book that is being taken up; one that is there already is marked as taken up again."""
        now = self._database.clock.now()
        again = {"loaded_at": now, "delete_after": kept_until(books, now)}
        row = {
            "version": book.version,
            "name": book.name,
            "content": book.model_dump_json(),
            "stored_at": now,
            **again,
        }
        with self._database.writing(self._until(deadline)) as connection:
            if not insert_unless_there(connection, books, row):
                connection.execute(update(books).where(books.c.version == book.version).values(again))

    def fetch(self, version: str, deadline: Deadline | None = None) -> MenuBook | None:
        """The book of this version, None if it was never kept here."""
        wanted = select(books.c.content).where(books.c.version == version)
        with self._database.reading(self._until(deadline)) as connection:
            content = connection.execute(wanted).scalar_one_or_none()
        return _book(version, content)

    def newest(self, name: str, deadline: Deadline | None = None) -> MenuBook | None:
        """The book of this name that was taken up last."""
        wanted = (
            select(books.c.version, books.c.content)
            .where(books.c.name == name)
            .order_by(books.c.loaded_at.desc(), books.c.version)
            .limit(1)
        )
        with self._database.reading(self._until(deadline)) as connection:
            found = connection.execute(wanted).one_or_none()
        return _book(found.version, found.content) if found else None

    def kept(self, deadline: Deadline | None = None) -> tuple[KeptBook, ...]:
        """The books that are kept, the one taken up last in front; at most `LISTED_AT_MOST`."""
        wanted = (
            select(books.c.version, books.c.name, books.c.stored_at, books.c.loaded_at)
            .order_by(books.c.loaded_at.desc(), books.c.version)
            .limit(LISTED_AT_MOST)
        )
        with self._database.reading(self._until(deadline)) as connection:
            return tuple(KeptBook(*row) for row in connection.execute(wanted))

    def beginning(self, characters: str, deadline: Deadline | None = None) -> tuple[str, ...]:
        """The versions that begin with these hexadecimal digits, in order; at most `ALIKE_AT_MOST`."""
        wanted = (
            select(books.c.version)
            .where(books.c.version.startswith(characters, autoescape=True))
            .order_by(books.c.version)
            .limit(ALIKE_AT_MOST)
        )
        with self._database.reading(self._until(deadline)) as connection:
            return tuple(connection.execute(wanted).scalars())

    def _until(self, deadline: Deadline | None) -> Deadline:
        return deadline or Deadline.after(SQL_LIMIT, self._database.clock)


def _book(version: str, content: str | None) -> MenuBook | None:
    if content is None:
        return None
    try:
        return MenuBook.model_validate_json(content)
    except ValidationError as trouble:
        # Kept by another version of this program, which knew other fields: as if it were not there.
        log.warning("a kept book cannot be read", book=short(version), faults=trouble.error_count())
        return None
