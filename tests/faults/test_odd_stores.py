"""Faults 3, 9, 13 and 14: stores on slow and odd wires, on a full disk, and changed under callers."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress

import httpx
import psycopg
import pytest
from sqlalchemy import Connection, make_url

from foundation import migrating
from storms.disk import Disk, small_disk
from storms.proxy import Proxy
from storms.striking import begun
from storms.weather import Way, Weather
from tests.faults.line import ENGLISH, Caller, Carrier, Line, on_postgres
from tests.faults.telling import Fault
from tests.faults.test_redis import FILES, HELPLESS, TO_A_CHECK, URGENT, assert_goes_on
from tests.faults.test_sql import (
    ON_THIS_NUMBER,
    TO_THE_PROMISE,
    assert_kept_without_a_number,
    assert_promises_again,
    brought_to_it,
    replayed_at_once,
)
from tests.servers import Server, missing, postgres_admin, postgres_url

MEGABYTES = 160  # of the disk; an empty PostgreSQL takes a third of it
BACK_WITHIN = 20.0  # seconds until PostgreSQL has read its log again
WEATHERS: Mapping[str, Mapping[Way, Weather]] = {
    "a fifth of a second late": {Way.BACK: Weather(delay=0.2)},
    "byte by byte, as do the questions": {way: Weather(slice=1) for way in Way},
    **{
        f"until byte {bytes_} of each connection, which is cut then": {Way.BACK: Weather(cut_after=bytes_)}
        for bytes_ in (1, 50, 200)
    },
}
# What a version to come may do to the tables while this one answers: add to them.
NEXT = "9999"
CHANGES = (
    "ALTER TABLE tickets ADD COLUMN mood VARCHAR(20)",
    "ALTER TABLE turns ADD COLUMN mood VARCHAR(20)",
    "ALTER TABLE deeds ADD COLUMN mood VARCHAR(20)",
    "CREATE TABLE moods (name VARCHAR(20) PRIMARY KEY)",
)
TAKEN_BACK = (
    *(f"ALTER TABLE {table} DROP COLUMN mood" for table in ("tickets", "turns", "deeds")),
    "DROP TABLE moods",
)


@pytest.fixture(scope="module")
def disk() -> Iterator[Disk | None]:
    """A small disk for SQL and the spool; None where we may not mount one."""
    with small_disk(MEGABYTES) as disk:
        yield disk


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory, disk: Disk | None) -> Iterator[Line]:
    """A line on PostgreSQL, whose data stand on that disk."""
    folder = tmp_path_factory.mktemp("odd")
    data = disk.folder if disk else folder
    with on_postgres(folder, disk.folder if disk else None, SPOOL_DIR=str(data / "spool")) as line:
        yield line


@contextmanager
def under(skies: Mapping[Way, Weather], wire: Proxy) -> Iterator[None]:
    """The wire in this weather; fair again at the end."""
    for way, weather in skies.items():
        wire.change(way, weather)
    try:
        yield
    finally:
        wire.clear()


def at_the_promise(line: Line, carrier: Carrier) -> Caller:
    """Somebody at the last question before it, all of whose turns stand in SQL."""
    caller = brought_to_it(carrier.caller())
    line.hotline.await_turn(caller.call, len((ENGLISH, *TO_THE_PROMISE)))
    return caller


def assert_told_the_truth(line: Line, caller: Caller) -> None:
    """The number that was heard is a row; or none was, and it is kept."""
    if caller.numbers():
        caller.promised()
        assert replayed_at_once(line) == 0
    else:
        assert_kept_without_a_number(line, caller)


def test_fault_03_redis_at_the_end_of_an_odd_wire(odd: Line, fault: Fault) -> None:
    for how, skies in WEATHERS.items():
        with odd.carrier() as carrier:
            caller = carrier.caller()
            caller.press(ENGLISH, *TO_A_CHECK)
            odd.hotline.await_turn(caller.call, len((ENGLISH, *TO_A_CHECK)))
            with under(skies, odd.redis_wire):
                heard = caller.press(HELPLESS)
                caller.press(*URGENT)
                caller.leave()
        assert_goes_on(heard)
        caller.promised()
        fault.tells(f"What Redis says comes {how}", heard)


def test_fault_09_sql_at_the_end_of_an_odd_wire(odd: Line, fault: Fault) -> None:
    for how, skies in WEATHERS.items():
        with odd.carrier() as carrier:
            caller = at_the_promise(odd, carrier)
            with under(skies, odd.postgres_wire):
                heard = caller.press(*ON_THIS_NUMBER)
                caller.leave()
        assert_told_the_truth(odd, caller)
        fault.tells(f"What PostgreSQL says comes {how}, from the promise on", heard)


@contextmanager
def migrating_to_the_next(line: Line) -> Iterator[None]:
    """While this is open the migration of a version to come is under way; then its schema stands."""
    with migrating.alone(make_url(postgres_url(line.postgres.port))) as connection:
        _change(connection, CHANGES, NEXT)
        yield


def taken_back(line: Line) -> None:
    """The schema is again the one of this code."""
    with migrating.alone(make_url(postgres_url(line.postgres.port))) as connection:
        _change(connection, TAKEN_BACK, migrating.newest())


def _change(connection: Connection, statements: Sequence[str], version: str | None) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql("UPDATE alembic_version SET version_num = %s", (version,))


def test_fault_14_a_migration_runs_and_the_schema_is_newer_than_the_code(odd: Line, fault: Fault) -> None:
    with odd.carrier() as carrier:
        urgent, asked = carrier.caller(), carrier.caller()
        urgent.press(ENGLISH)
        with migrating_to_the_next(odd):
            heard = urgent.press(FILES)
            asked.press(ENGLISH, *TO_A_CHECK)
            urgent.leave()
        try:
            assert_promises_again(odd, carrier, urgent)
            goes_on = asked.press(HELPLESS)
            number = asked.press(*URGENT)
            asked.leave()
            assert_goes_on(goes_on)
            asked.promised()
            ready = httpx.get(f"{odd.hotline.web}/health/ready", trust_env=False)
            assert ready.status_code == httpx.codes.OK
            assert NEXT in ready.json()["checks"]["database"]
        finally:
            taken_back(odd)
    fault.tells("The migration of a later version holds the tables when a promise is made", heard)
    fault.tells("Its tables stand, and this version goes on", number)


def test_fault_13_the_disk_of_postgresql_is_full_at_the_promise(
    odd: Line, disk: Disk | None, fault: Fault
) -> None:
    if disk is None:
        missing("no file system may be mounted here")
    with odd.carrier() as carrier:
        caller = at_the_promise(odd, carrier)
        with disk.full():
            ask_for_a_new_log(odd.postgres)
            heard = caller.press(*ON_THIS_NUMBER)
            caller.leave()
        begin_again(odd.postgres)
        assert_kept_without_a_number(odd, caller)
    fault.tells("The disk of PostgreSQL and of the spool is full, and its log needs a new file", heard)


def ask_for_a_new_log(sql: Server) -> None:
    """Else what is written next would find room in the file that is begun."""
    with suppress(psycopg.Error), closing(postgres_admin(postgres_url(sql.port))) as other:
        other.execute("SELECT pg_switch_wal()")


def begin_again(sql: Server) -> None:
    """Without room for its log it has ended itself, or is about to, or comes back by itself."""
    until = time.monotonic() + BACK_WITHIN
    while time.monotonic() < until:
        if not sql.lives():
            begun(sql)
        with suppress(psycopg.Error), closing(postgres_admin(postgres_url(sql.port))) as other:
            other.execute("CREATE TABLE room (one INTEGER); DROP TABLE room")
            return
        time.sleep(0.1)
    raise AssertionError("PostgreSQL does not come back")
