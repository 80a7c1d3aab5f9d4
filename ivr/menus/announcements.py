"""What operators announced, kept in SQL: one sentence before the menu, in all languages, until a moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import JSON, Column, Integer, Row, String, select, update

from foundation.clock import Deadline
from foundation.database import Connection, Database, DataClass, UtcTime, kept_until, table

# Whoever asks later what callers were told then finds it, as with the books.
ANNOUNCEMENTS_KEPT = timedelta(days=400)
LONGEST_NAME = 120  # characters of whoever put it up or took it away

# The row with the highest number is the one that counts: an older one never stands again. So two operators
# at once need no lock, and what was replaced stays as it was said.
announcements = table(
    "announcements",
    Column("number", Integer, primary_key=True),
    Column("words", JSON, nullable=False),
    Column("set_at", UtcTime, nullable=False),
    Column("until", UtcTime, nullable=False),
    Column("set_by", String(LONGEST_NAME), nullable=False),
    Column("cleared_at", UtcTime),
    Column("cleared_by", String(LONGEST_NAME)),
    data_class=DataClass.OPERATION,
    keep=ANNOUNCEMENTS_KEPT,
)
_NEWEST = select(announcements).order_by(announcements.c.number.desc()).limit(1)


@dataclass(frozen=True, slots=True)
class Announcement:
    """One sentence: `words` by language code, aware moments, and who put it up."""

    number: int
    words: Mapping[str, str]
    set_at: datetime
    until: datetime
    set_by: str
    cleared_at: datetime | None = None

    def stands(self, at: datetime) -> bool:
        """Whether callers hear it at this moment; at `until` they no longer do."""
        return self.cleared_at is None and at < self.until


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an operator asks for: the words by language, until when, and who it is."""

    words: Mapping[str, str]
    until: datetime
    by: str


class Announcements:
    """Announcements in SQL, for any thread. Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def standing(self, at: datetime, deadline: Deadline) -> Announcement | None:
        """What callers hear at this moment (aware); None if nothing stands."""
        return _standing(self.newest(deadline), at)

    def newest(self, deadline: Deadline) -> Announcement | None:
        """The one put up last, whether it stands or not; None if there never was one."""
        with self._database.reading(deadline) as connection:
            return _newest(connection)

    def put_up(self, wanted: Wanted, deadline: Deadline) -> Announcement | None:
        """From now on this stands. Brings what it took the place of, None if nothing stood."""
        now = self._database.clock.now()
        with self._database.writing(deadline) as connection:
            before = _taken_down(connection, wanted.by, now)
            row = {
                "words": dict(wanted.words),
                "set_at": now,
                "until": wanted.until,
                "set_by": wanted.by[:LONGEST_NAME],
                "delete_after": kept_until(announcements, wanted.until),
            }
            connection.execute(announcements.insert().values(row))
        return before

    def take_down(self, by: str, deadline: Deadline) -> Announcement | None:
        """From now on nothing stands. Brings what stood, None if nothing did."""
        now = self._database.clock.now()
        with self._database.writing(deadline) as connection:
            return _taken_down(connection, by, now)


@dataclass(frozen=True, slots=True)
class LastRead:
    """What stands by the announcement that was read last (`newest`): whoever asks waits for nothing."""

    newest: Callable[[], Announcement | None]

    def standing(self, at: datetime, deadline: Deadline) -> Announcement | None:
        """What callers hear at this moment (aware); None if nothing stands."""
        del deadline
        return _standing(self.newest(), at)


def _standing(newest: Announcement | None, at: datetime) -> Announcement | None:
    return newest if newest and newest.stands(at) else None


def _newest(connection: Connection) -> Announcement | None:
    found = connection.execute(_NEWEST).one_or_none()
    return _announcement(found) if found else None


def _taken_down(connection: Connection, by: str, now: datetime) -> Announcement | None:
    newest = _newest(connection)
    if newest is None or not newest.stands(now):
        return None
    mark = update(announcements).where(
        announcements.c.number == newest.number, announcements.c.cleared_at.is_(None)
    )
    connection.execute(mark.values(cleared_at=now, cleared_by=by[:LONGEST_NAME]))
    return newest


def _announcement(row: Row[tuple[object, ...]]) -> Announcement:
    return Announcement(row.number, dict(row.words), row.set_at, row.until, row.set_by, row.cleared_at)
