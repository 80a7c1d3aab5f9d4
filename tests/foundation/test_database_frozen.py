"""A PostgreSQL that freezes, or cuts its connections, is given up in time and used again."""

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from foundation.breaker import SKIP_SECONDS
from foundation.database import SQL_LIMIT, Connection, Database, DatabaseUnavailable, Deed, Reply, migrate
from foundation.schema import deeds
from tests.foundation.notes import CLOCK, LATE, keys, note, raises_by, within, write
from tests.kept_databases import empty
from tests.servers import postgres_server


@pytest.fixture(scope="module")
def own_server() -> Iterator[str]:
    """A server of these tests alone, because it is frozen and its connections are cut."""
    with postgres_server() as url:
        migrate(url)
        yield url


@pytest.fixture
def own_postgres(own_server: str) -> str:
    """The same server with an empty database and without any connection."""
    empty(own_server)
    return own_server


def backends(url: str) -> list[int]:
    """The server's own processes: first the one that accepts connections, then all that serve."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as admin:
        served = admin.execute("SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()").fetchall()
        own = admin.info.backend_pid
        # The fourth field of a process's line is its parent; the second is a name in brackets.
        parent = int(Path(f"/proc/{own}/stat").read_text("ascii").rpartition(")")[2].split()[1])
    return [parent, *(int(row[0]) for row in served)]


@contextmanager
def frozen(url: str) -> Iterator[None]:
    stopped = backends(url)
    send(signal.SIGSTOP, stopped)
    try:
        yield
    finally:
        send(signal.SIGCONT, stopped)


def send(what: signal.Signals, processes: list[int]) -> None:
    for process in processes:
        os.kill(process, what)


def test_a_frozen_server_is_given_up_by_the_deadline_and_used_again_when_it_thaws(own_postgres: str) -> None:
    with closing(Database(own_postgres, CLOCK)) as database:
        write(database, "before")
        with frozen(own_postgres):
            for deadline in (0.3, 0.6):  # on the connection there was, then on a new one that nobody accepts
                with raises_by(deadline):
                    write(database, f"frozen {deadline}", within(deadline))
        write(database, "after")
        assert keys(database) == {"before", "after"}


def test_after_one_long_wait_in_vain_the_next_are_told_at_once_and_soon_one_tries_again(
    own_postgres: str,
) -> None:
    with closing(Database(own_postgres, CLOCK)) as database:
        write(database, "before")
        with frozen(own_postgres):
            with raises_by(SQL_LIMIT):
                write(database, "first", within(1.8))
            with raises_by(0.0):
                write(database, "second", within(1.8))
        time.sleep(SKIP_SECONDS)
        write(database, "after")
        assert keys(database) == {"before", "after"}


def test_many_callers_of_a_frozen_server_are_all_told_by_their_deadline(own_postgres: str) -> None:
    with closing(Database(own_postgres, CLOCK, threads=4)) as database:
        with frozen(own_postgres), ThreadPoolExecutor(12) as callers:

            def ask(number: int) -> float:
                started = time.monotonic()
                with pytest.raises(DatabaseUnavailable):
                    write(database, str(number), within(0.5))
                return time.monotonic() - started

            took = list(callers.map(ask, range(12)))
        assert max(took) < 0.5 + LATE
        write(database, "after")


def write_to_one_that_freezes(url: str, database: Database, stopped: list[int]) -> None:
    with database.writing(within(0.6)) as connection:
        connection.execute(deeds.insert().values(note("half")))
        stopped += backends(url)
        send(signal.SIGSTOP, stopped)
        connection.execute(deeds.select())


def test_a_server_that_freezes_within_a_transaction_is_given_up_by_the_deadline(own_postgres: str) -> None:
    with closing(Database(own_postgres, CLOCK)) as database:
        stopped: list[int] = []
        started = time.monotonic()
        try:
            with pytest.raises(DatabaseUnavailable):
                write_to_one_that_freezes(own_postgres, database, stopped)
            took = time.monotonic() - started
        finally:
            send(signal.SIGCONT, stopped)
        assert took < 0.6 + LATE
        assert keys(database) == set()


def test_a_deed_whose_connection_is_cut_is_done_on_a_new_one(own_postgres: str) -> None:
    times: list[int] = []

    def cut_the_first(connection: Connection) -> Reply:
        times.append(1)
        if len(times) == 1:
            with psycopg.connect(own_postgres.replace("+psycopg", ""), autocommit=True) as admin:
                own = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
                admin.execute("SELECT pg_terminate_backend(%s)", (own,))
        connection.execute(deeds.insert().values(note("row")))
        return {"tries": len(times)}

    with closing(Database(own_postgres, CLOCK)) as database:
        assert database.once(Deed("CA1/3/1", "count", ""), cut_the_first, within()) == {"tries": 2}
        assert keys(database) == {"CA1/3/1", "row"}


def test_connections_that_the_server_has_closed_meanwhile_are_replaced_unnoticed(own_postgres: str) -> None:
    with closing(Database(own_postgres, CLOCK, threads=3)) as database:
        with database.reading(within()), database.reading(within()), database.reading(within()):
            pass
        with psycopg.connect(own_postgres.replace("+psycopg", ""), autocommit=True) as admin:
            others = "FROM pg_stat_activity WHERE application_name = 'hotline'"
            admin.execute(f"SELECT pg_terminate_backend(pid) {others}".encode())
        for number in range(6):
            write(database, str(number))
