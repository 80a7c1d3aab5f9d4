"""Whoever asks the database is answered by the deadline, whatever is in the way."""

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import text

from foundation.clock import Deadline, StoppedClock
from foundation.database import Database
from foundation.schema import deeds
from tests.foundation.notes import CLOCK, keys, note, raises_by, within, write


def test_a_spent_deadline_is_told_at_once(database: Database) -> None:
    spent = Deadline.after(0, StoppedClock(datetime(2026, 11, 23, tzinfo=UTC)))
    with raises_by(0):
        write(database, "late", spent)


def test_what_is_not_written_by_the_deadline_is_not_written(database: Database) -> None:
    with raises_by(0.4), database.writing(within(0.3)) as connection:
        connection.execute(deeds.insert().values(note("late")))
        time.sleep(0.35)
    assert keys(database) == set()


def test_nobody_waits_longer_than_the_deadline_for_a_free_connection(database_url: str) -> None:
    with closing(Database(database_url, CLOCK, threads=1)) as database:
        with database.reading(within()), raises_by(0.2):
            write(database, "late", within(0.2))
        write(database, "next")


def written(database: Database, name: str) -> float:
    """When it was."""
    write(database, name)
    return time.monotonic()


def test_a_writer_goes_on_as_soon_as_the_one_before_has_ended(database: Database) -> None:
    late = []
    with ThreadPoolExecutor(1) as other:
        for number in range(3):
            with database.writing(within()):
                waiting = other.submit(written, database, str(number))
                time.sleep(0.34)  # by then SQLite looks every tenth of a second, the next time at 0.43
                ended = time.monotonic()
            late.append(waiting.result() - ended)
    assert sorted(late)[1] < 0.06


def endless(database: Database) -> None:
    with database.reading(within(0.3)) as connection:
        endless_sqlite = (
            "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
        )
        is_sqlite = connection.dialect.name == "sqlite"
        connection.execute(text(endless_sqlite if is_sqlite else "SELECT pg_sleep(30)"))


def test_a_question_that_takes_too_long_is_ended(database: Database) -> None:
    with raises_by(0.3):
        endless(database)
    write(database, "next")


def test_a_limit_of_the_database_counts_when_the_caller_has_more_time(database_url: str) -> None:
    with closing(Database(database_url, CLOCK, limit=0.3)) as database:
        with raises_by(0.4), database.writing(within(30)):
            time.sleep(0.4)
        with locked(database_url), raises_by(0.3):
            write(database, "late", within(30))


@contextmanager
def locked(database_url: str) -> Iterator[None]:
    """Somebody else is writing and does not come to an end."""
    if database_url.startswith("sqlite"):
        with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
    else:
        with psycopg.connect(database_url.replace("+psycopg", "")) as other_server:
            other_server.execute("LOCK TABLE deeds")
            yield


def test_a_locked_database_is_given_up_by_the_deadline(database: Database, database_url: str) -> None:
    with locked(database_url), raises_by(0.5):
        write(database, "late", within(0.5))
    write(database, "next")
    assert keys(database) == {"next"}


@pytest.mark.parametrize("url", ["postgresql://nobody@127.0.0.1:1/none", "sqlite:////nowhere/at/all.sqlite"])
def test_a_database_that_is_not_there_is_told(url: str) -> None:
    with closing(Database(url, CLOCK)) as database, raises_by(1.0):
        write(database, "late", within(1.0))
