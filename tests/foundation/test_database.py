import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from foundation.clock import Deadline, StoppedClock, SystemClock
from foundation.database import Connection, Database, DatabaseUnavailable, Deed, KeyReused, Reply, fingerprint
from foundation.schema import DataClass, deeds, kept_until, metadata
from tests.servers import postgres_server

CLOCK = SystemClock()
LATE = 0.3  # seconds that a fault may come after its deadline


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, CLOCK)
    yield database
    database.close()


def within(seconds: float = 5.0) -> Deadline:
    return Deadline.after(seconds, CLOCK)


def note(key: str) -> dict[str, object]:
    at = CLOCK.now()
    return {"key": key, "kind": "note", "fingerprint": "", "at": at, "delete_after": kept_until(deeds, at)}


def keys(database: Database) -> set[str]:
    with database.reading(within()) as connection:
        return {row.key for row in connection.execute(deeds.select())}


def write(database: Database, key: str, deadline: Deadline | None = None) -> None:
    with database.writing(deadline or within()) as connection:
        connection.execute(deeds.insert().values(note(key)))


def test_what_was_written_is_there(database: Database) -> None:
    write(database, "one")
    assert keys(database) == {"one"}


def write_and_fail(database: Database) -> None:
    with database.writing(within()) as connection:
        connection.execute(deeds.insert().values(note("one")))
        raise KeyError("a fault of the caller")


def test_of_a_transaction_that_fails_nothing_is_kept(database: Database) -> None:
    with pytest.raises(KeyError):
        write_and_fail(database)
    assert keys(database) == set()
    write(database, "two")


def write_while_reading(database: Database) -> None:
    with database.reading(within()) as connection:
        connection.execute(deeds.insert().values(note("one")))


def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(DatabaseUnavailable):
        write_while_reading(database)
    write(database, "two")
    assert keys(database) == {"two"}


def test_many_transactions_share_few_connections(database_url: str) -> None:
    with closing(Database(database_url, CLOCK, threads=2)) as database:
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda number: write(database, str(number)), range(40)))
        assert len(keys(database)) == 40


def test_a_moment_comes_back_in_utc(database: Database) -> None:
    jakarta = timezone(timedelta(hours=7))
    with database.writing(within()) as connection:
        moment = datetime(2026, 11, 23, 9, 30, 15, 123456, tzinfo=jakarta)
        connection.execute(deeds.insert().values({**note("one"), "at": moment}))
        back = connection.execute(deeds.select()).one().at
    assert back == moment
    assert back.tzinfo is UTC


def test_a_moment_without_zone_is_refused(database: Database) -> None:
    naive = datetime(2026, 11, 23)  # noqa: DTZ001  # the fault under test
    with database.writing(within()) as connection, pytest.raises(Exception, match="names its zone"):
        connection.execute(deeds.insert().values({**note("one"), "at": naive}))


def test_every_table_says_what_it_holds_and_until_when() -> None:
    import migrations.tables  # noqa: F401  # all rooms make their tables known

    for table in metadata.tables.values():
        assert isinstance(table.info["data_class"], DataClass), table.name
        cascades = any(column.ondelete == "CASCADE" for column in table.foreign_keys)
        assert ("delete_after" in table.c) if table.info["keep"] else cascades, table.name


def test_rows_that_go_with_another_have_no_end_of_their_own() -> None:
    from callbacks.schema import ticket_moves

    with pytest.raises(ValueError, match="go with"):
        kept_until(ticket_moves, CLOCK.now())


@pytest.mark.parametrize("wrong", ["sqlite://", "sqlite:///:memory:", "mysql://127.0.0.1/x"])
def test_a_database_that_keeps_nothing_or_is_unknown_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="sqlite"):
        Database(wrong, CLOCK)


# Deeds: done once, answered always.


def count_up(times: list[int]) -> Callable[[Connection], Reply]:
    def do(connection: Connection) -> Reply:
        connection.execute(deeds.insert().values(note(f"row {len(times)}")))
        times.append(1)
        return {"count": len(times)}

    return do


def test_a_deed_asked_twice_is_done_once_and_answered_twice(database: Database) -> None:
    times: list[int] = []
    deed = Deed("CA1/3/1", "count", fingerprint("count"))
    replies = [database.once(deed, count_up(times), within()) for _ in range(3)]
    assert replies == [{"count": 1}] * 3
    assert times == [1]


def test_a_deed_that_failed_is_done_when_asked_again(database: Database) -> None:
    def fail(_connection: Connection) -> Reply:
        raise KeyError("not now")

    deed = Deed("CA1/3/1", "count", fingerprint("count"))
    with pytest.raises(KeyError):
        database.once(deed, fail, within())
    assert database.once(deed, count_up([]), within()) == {"count": 1}


@pytest.mark.parametrize("other", [Deed("CA1/3/1", "sum", "a"), Deed("CA1/3/1", "count", "b")])
def test_a_key_that_comes_with_another_deed_is_a_fault(database: Database, other: Deed) -> None:
    database.once(Deed("CA1/3/1", "count", "a"), count_up([]), within())
    with pytest.raises(KeyReused):
        database.once(other, count_up([]), within())


def test_rivals_for_one_deed_do_it_once_and_hear_the_same(database: Database) -> None:
    for round_number in range(20):
        times: list[int] = []
        together = threading.Barrier(4)
        deed = Deed(f"CA{round_number}/3/1", "count", "")

        def ask(deed: Deed = deed, times: list[int] = times, together: threading.Barrier = together) -> Reply:
            together.wait()
            return database.once(deed, slowly(times), within(10))

        with ThreadPoolExecutor(4) as threads:
            replies = [threads.submit(ask) for _ in range(4)]
        assert [reply.result() for reply in replies] == [{"count": 1}] * 4
        assert len(times) == 1


def slowly(times: list[int]) -> Callable[[Connection], Reply]:
    def do(_connection: Connection) -> Reply:
        times.append(1)
        time.sleep(0.005)
        return {"count": len(times)}

    return do


def test_a_rival_does_the_deed_itself_if_the_first_one_fails(database: Database) -> None:
    begun = threading.Event()

    def fail(_connection: Connection) -> Reply:
        begun.set()
        time.sleep(0.1)
        raise KeyError("not now")

    deed = Deed("CA1/3/1", "count", "")
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(database.once, deed, fail, within())
        begun.wait(5)
        assert database.once(deed, count_up([]), within()) == {"count": 1}
    assert isinstance(first.exception(), KeyError)


def test_a_fingerprint_tells_two_contents_apart() -> None:
    assert fingerprint("a", ("b", 1)) == fingerprint("a", ("b", 1))
    assert fingerprint("a", "b") != fingerprint("ab")
    assert fingerprint("\ud800") != fingerprint("?")


# Deadlines, and servers that do not answer.


@contextmanager
def raises_by(seconds: float) -> Iterator[None]:
    started = time.monotonic()
    with pytest.raises(DatabaseUnavailable):
        yield
    assert time.monotonic() - started < seconds + LATE


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


@pytest.fixture
def own_postgres() -> Iterator[str]:
    """A server of this test alone, because it is frozen and its connections are cut."""
    from foundation.database import migrate

    with postgres_server() as url:
        migrate(url)
        yield url


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
        with pytest.raises(DatabaseUnavailable):
            write_to_one_that_freezes(own_postgres, database, stopped)
        took = time.monotonic() - started
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
