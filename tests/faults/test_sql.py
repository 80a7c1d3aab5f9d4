"""Faults 8 to 13: SQL takes no promise; it is kept, no number is told, and later it is made once."""

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from foundation.clock import Deadline
from foundation.spool import Spool
from processes.spooling import replay_of
from storms.disk import small_disk
from tests.faults.line import ENGLISH, Caller, Carrier, Line, on_sqlite
from tests.faults.telling import Fault
from tests.servers import missing, postgres_admin, postgres_url
from tests.shipped import BOOK

# A payment that failed; three checks that do not help; amount, time and shop: the number to call is asked.
TO_THE_PROMISE = ("1", "1", "2", "2", "2", "1#", "1", "1")
ON_THIS_NUMBER = ("1", "2")  # to be called on it; and that is all
URGENT = "9"
BACK_WITHIN = 5.0  # seconds until everything is as before
REPLAY_LIMIT = 20.0  # seconds until a database that is back takes what waits
MANY = 1_000  # replies; more than one call brings
MEGABYTES = 24  # of a disk that is to be filled: the spool takes eight of them
WORDS = BOOK.wordings["en"]
KEPT, NOT_KEPT = WORDS.common.parts["kept"], WORDS.common.parts["failed"]
URGENT_KEPT = WORDS.prompts["stop-my-money"].parts["kept"]
SORRY = "We are sorry: something went wrong on our side."


@pytest.fixture
def at_the_promise(line: Line) -> Iterator[Caller]:
    with line.carrier() as carrier:
        yield brought_to_it(carrier.caller())


@pytest.fixture
def at_the_promise_on_postgres(line_on_postgres: Line) -> Iterator[Caller]:
    with line_on_postgres.carrier() as carrier:
        caller = brought_to_it(carrier.caller())
        # A fault done now meets the promise, and not a row that came late.
        line_on_postgres.hotline.await_turn(caller.call, len((ENGLISH, *TO_THE_PROMISE)))
        yield caller


def brought_to_it(caller: Caller) -> Caller:
    """Somebody who is asked which number to call, the last question before the promise."""
    caller.press(ENGLISH, *TO_THE_PROMISE)
    return caller


def replayed(line: Line) -> int:
    """What the worker makes of that line's spool."""
    hotline = line.hotline
    replay = replay_of(hotline.settings, hotline.database, hotline.database.clock)
    until = Deadline.after(REPLAY_LIMIT, hotline.database.clock)
    made = 0
    with closing(replay.spool):
        while not made and not until.passed():
            made = replay.do(until)
    return made


def assert_kept_without_a_number(line: Line, caller: Caller, words: str = KEPT) -> None:
    """The caller was told so; SQL has nothing of it, and then one ticket, however often it is replayed."""
    assert words in caller.heard
    assert NOT_KEPT not in caller.heard
    assert caller.numbers() == set()
    assert replayed(line) == 1
    assert len(caller.tickets()) == 1


def assert_promises_again(line: Line, carrier: Carrier, kept: Caller) -> None:
    """SQL is back, and soon callers hear numbers as before; what was kept until then is made."""
    assert_kept_without_a_number(line, kept, URGENT_KEPT)
    until = time.monotonic() + BACK_WITHIN
    while True:
        newcomer = carrier.caller()
        newcomer.press(ENGLISH, URGENT)
        newcomer.leave()
        if newcomer.numbers():
            return
        assert_kept_without_a_number(line, newcomer, URGENT_KEPT)
        assert time.monotonic() < until, "SQL is back, and no number is told"


def test_fault_08_sql_down_at_the_promise(
    line_on_postgres: Line, fault: Fault, at_the_promise_on_postgres: Caller
) -> None:
    line_on_postgres.postgres.end()
    try:
        heard = at_the_promise_on_postgres.press(*ON_THIS_NUMBER)
        at_the_promise_on_postgres.leave()
    finally:
        line_on_postgres.postgres.begin()
    assert_kept_without_a_number(line_on_postgres, at_the_promise_on_postgres)
    fault.tells("PostgreSQL is stopped when the last question before a promise is answered", heard)


def test_fault_09_sql_frozen_at_the_promise(
    line_on_postgres: Line, fault: Fault, at_the_promise_on_postgres: Caller
) -> None:
    with line_on_postgres.postgres.frozen():
        heard = at_the_promise_on_postgres.press(*ON_THIS_NUMBER)
        at_the_promise_on_postgres.leave()
    assert_kept_without_a_number(line_on_postgres, at_the_promise_on_postgres)
    fault.tells("PostgreSQL is frozen (SIGSTOP) when the last question before a promise is answered", heard)


def test_fault_09_sql_frozen_for_a_caller_in_a_hurry(line_on_postgres: Line, fault: Fault) -> None:
    with line_on_postgres.carrier() as carrier:
        caller = carrier.caller()
        with line_on_postgres.postgres.frozen():
            heard = caller.press(ENGLISH, URGENT)
            caller.leave()
        assert_promises_again(line_on_postgres, carrier, caller)
    assert WORDS.prompts["stop-not-kept"].say in heard  # the person is called at once
    fault.tells(
        "PostgreSQL is frozen from the language question on, and the caller wants money stopped", heard
    )


def test_fault_09_the_tickets_are_locked(
    line_on_postgres: Line, fault: Fault, at_the_promise_on_postgres: Caller
) -> None:
    with closing(postgres_admin(postgres_url(line_on_postgres.postgres.port))) as other:
        other.execute("BEGIN")
        other.execute("LOCK TABLE tickets IN ACCESS EXCLUSIVE MODE")
        heard = at_the_promise_on_postgres.press(*ON_THIS_NUMBER)
        other.execute("ROLLBACK")
    at_the_promise_on_postgres.leave()
    assert_kept_without_a_number(line_on_postgres, at_the_promise_on_postgres)
    fault.tells("Somebody holds a lock on the table of tickets", heard)


def test_fault_09_redis_and_sql_frozen_at_once(line_on_postgres: Line, fault: Fault) -> None:
    with line_on_postgres.carrier() as carrier:
        caller = carrier.caller()
        with line_on_postgres.redis.frozen(), line_on_postgres.postgres.frozen():
            heard = caller.press(ENGLISH)
            caller.leave()
    assert SORRY in heard
    assert caller.numbers() == set()
    fault.tells("Redis and PostgreSQL are frozen: nothing is left to go on from", heard)


def test_fault_10_another_writer_holds_the_file(line: Line, fault: Fault, at_the_promise: Caller) -> None:
    with line.sql_held():
        heard = at_the_promise.press(*ON_THIS_NUMBER)
    at_the_promise.leave()
    assert_kept_without_a_number(line, at_the_promise)
    fault.tells("Another process holds SQLite's one lock for writing (BEGIN IMMEDIATE)", heard)


def test_fault_13_the_disk_is_full_at_the_promise(tmp_path: Path, fault: Fault) -> None:
    with small_disk(MEGABYTES) as disk:
        if disk is None:
            missing("no file system may be mounted here")
        told = {
            "DATABASE_URL": f"sqlite:///{disk.folder}/hotline.sqlite",
            "SPOOL_DIR": f"{disk.folder}/spool",
        }
        with on_sqlite(tmp_path, **told) as line, line.carrier() as carrier:
            caller = brought_to_it(carrier.caller())
            with disk.full():
                heard = caller.press(*ON_THIS_NUMBER)
                caller.leave()
            assert_kept_without_a_number(line, caller)
    fault.tells("The disk of SQLite and of the spool is filled to its last byte", heard)


def test_fault_13_nothing_takes_the_promise(tmp_path: Path, fault: Fault) -> None:
    with closing(Spool(tmp_path / "spool", slots=1)) as spool:
        spool.prepare()
    with on_sqlite(tmp_path) as line, line.carrier() as carrier:
        first, second = (brought_to_it(carrier.caller()) for _ in range(2))
        with line.sql_held():
            first.press(*ON_THIS_NUMBER)
            heard = second.press(*ON_THIS_NUMBER)
            for caller in (first, second):
                caller.leave()
        assert_kept_without_a_number(line, first)
        assert NOT_KEPT in heard
        assert WORDS.prompts["person-call"].say in heard
        assert second.numbers() == set()
    fault.tells("SQL takes no promise, and the spool is full", heard)


def test_fault_11_the_connection_is_cut_in_the_transaction(
    line_on_postgres: Line, fault: Fault, at_the_promise_on_postgres: Caller
) -> None:
    line_on_postgres.postgres_wire.swallow(b"INSERT INTO tickets ")
    heard = at_the_promise_on_postgres.press(*ON_THIS_NUMBER)
    at_the_promise_on_postgres.leave()
    at_the_promise_on_postgres.promised()
    assert replayed_at_once(line_on_postgres) == 0
    fault.tells("The connection is reset when the ticket is written, before its COMMIT", heard)


def test_fault_12_the_reply_to_commit_is_lost(
    line_on_postgres: Line, fault: Fault, at_the_promise_on_postgres: Caller
) -> None:
    wire = line_on_postgres.postgres_wire
    wire.swallow(b"COMMIT", times=MANY, silent=True)
    heard = at_the_promise_on_postgres.press(*ON_THIS_NUMBER)
    at_the_promise_on_postgres.leave()
    wire.clear()
    assert len(at_the_promise_on_postgres.tickets()) == 1  # it stood before anybody replayed it
    assert_kept_without_a_number(line_on_postgres, at_the_promise_on_postgres)
    fault.tells("PostgreSQL commits, and its answers get lost, from the promise on", heard)


def replayed_at_once(line: Line) -> int:
    """What waits in the spool, made in one round."""
    replay = replay_of(line.hotline.settings, line.hotline.database, line.hotline.database.clock)
    with closing(replay.spool):
        return replay.do(Deadline.after(REPLAY_LIMIT, line.hotline.database.clock))
