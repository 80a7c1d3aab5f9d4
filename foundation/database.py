"""The way to SQL: transactions that end by a deadline, on SQLite and on PostgreSQL."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import cast

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event, exc

from foundation.breaker import Breaker
from foundation.clock import Clock, Deadline
from foundation.deeds import Deed, KeyReused, Reply, fingerprint, once
from foundation.metrics import FAULTS
from foundation.redaction import Secret
from foundation.schema import DataClass, UtcTime, insert_unless_there, kept_until, metadata, table
from foundation.sql_address import sql_url
from foundation.watchdog import Watchdog
from foundation.wire import Raw, Wire, connect_in_time
from foundation.writers import StillWriting, Writers

THREADS = 8  # connections at most, unless the process says how many threads it has
SQL_LIMIT = 1.2  # seconds for one transaction, whatever is left of the caller's budget
BITE_AFTER = 0.1  # seconds of grace for the server's own time-out, which leaves the connection usable
LONG_WAIT = 1.0  # seconds; a fault that came sooner costs nobody much, and is waited for again
ABANDONED_AFTER = "10s"  # a worker that froze within a transaction gives its locks back
TRIES = 2  # of a deed under its key, and of the first statement, if the connection was lost

_FAULTS = FAULTS.labels("sql")
# Faults of our own making pass as they are. Any other means that the database cannot be used now.
_OUR_FAULTS = (exc.IntegrityError, exc.ProgrammingError, exc.DataError, exc.NotSupportedError)
# Tables that are not there, or older than this code, are no fault of a statement: the database waits to be
# migrated, and SQLite says so as a fault of the database.
_NOT_MIGRATED = (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn)

__all__ = [
    "Connection",
    "DataClass",
    "Database",
    "DatabaseUnavailable",
    "Deed",
    "KeyReused",
    "Reply",
    "UtcTime",
    "fingerprint",
    "insert_unless_there",
    "kept_until",
    "metadata",
    "migrate",
    "once",
    "schema_version",
    "sql_url",
    "table",
]


class DatabaseUnavailable(Exception):
    """SQL did not answer by the deadline, or not at all; the cause is kept.

    Nothing was written, with one exception that nobody can rule out: the answer to a COMMIT may be what
    got lost. Therefore deeds are asked for again under the same key.
    """


class Database:
    """One database and its connections; to be made after a fork, and closed by `close()`.

    `limit`: seconds that one transaction may take at most, with all its waiting.
    No connection is tested before it is used (`pool_pre_ping`): that is a round trip a transaction. BEGIN
    is the test; if the connection was lost since it was used last, it is begun once more on a new one.
    When one waited long in vain, and nobody was answered meanwhile, all are told so at once for a second.
    """

    def __init__(
        self, url: str | Secret, clock: Clock, threads: int = THREADS, limit: float = SQL_LIMIT
    ) -> None:
        self._clock = clock
        self._limit = limit
        self._engine = _engine(sql_url(url), threads)
        self._slots = threading.BoundedSemaphore(threads)
        self._first = threading.Lock()
        self._met = False
        self._writers = Writers() if self._engine.dialect.name == "sqlite" else None
        self._watchdog = Watchdog()
        # Two: where another writer holds the lock, reading goes on.
        self._reads, self._writes = Breaker(clock, faults=1), Breaker(clock, faults=1)
        self._connectors = ThreadPoolExecutor(threads, thread_name_prefix="sql-connect")
        event.listen(self._engine, "connect", _settle)
        if self._engine.dialect.name == "postgresql":
            event.listen(self._engine, "do_connect", self._connect)

    @property
    def clock(self) -> Clock:
        """The clock by which deeds are dated."""
        return self._clock

    def reading(self, deadline: Deadline) -> AbstractContextManager[Connection]:
        """A transaction that writes nothing. On SQLite it sees one state, else each statement the newest."""
        return self._transaction(deadline, writes=False)

    def writing(self, deadline: Deadline) -> AbstractContextManager[Connection]:
        """One transaction: all that is written in the block is kept at its end, or nothing."""
        return self._transaction(deadline, writes=True)

    def once(self, deed: Deed, do: Callable[[Connection], Reply], deadline: Deadline) -> Reply:
        """The deed in a transaction of its own; tried again if the connection was lost and time is left."""
        for last in (False,) * (TRIES - 1) + (True,):
            try:
                with self.writing(deadline) as connection:
                    return once(connection, deed, self._clock.now(), do)
            except DatabaseUnavailable:
                if last or deadline.passed():
                    raise
        raise AssertionError("the last try returns or raises")

    def close(self) -> None:
        """Give all connections back to the server."""
        self._engine.dispose()
        self._connectors.shutdown(wait=False, cancel_futures=True)

    @contextmanager
    def _transaction(self, deadline: Deadline, *, writes: bool) -> Iterator[Connection]:
        breaker, begun = self._writes if writes else self._reads, self._clock.monotonic()
        if breaker.skips():
            raise DatabaseUnavailable("it did not answer a moment ago")
        try:
            with self._limited(deadline, writes=writes) as connection:
                yield connection
        except DatabaseUnavailable:
            if self._clock.monotonic() - begun >= LONG_WAIT:
                breaker.failed(begun)
            raise
        breaker.answered()

    @contextmanager
    def _limited(self, deadline: Deadline, *, writes: bool) -> Iterator[Connection]:
        started = Deadline.after(deadline.allow(self._limit), deadline.clock)
        if started.passed() or not self._slots.acquire(timeout=started.left()):
            raise DatabaseUnavailable("no time left" if started.passed() else "all connections are in use")
        wire = Wire()
        holding = _Hold(wire, started, writes)
        try:
            with (
                _told(),
                self._writers.turn(started.left()) if self._writers and writes else nullcontext(),
                self._watchdog.watch(started.left() + BITE_AFTER, wire.cut),
                closing(self._begun(holding)) as connection,
            ):
                yield from _kept_or_not(connection, started, writes=writes)
        except DatabaseUnavailable:
            _FAULTS.inc()
            raise
        finally:
            self._slots.release()

    def _begun(self, hold: "_Hold") -> Connection:
        """A connection within a transaction that has begun on the server."""
        for last in (False,) * (TRIES - 1) + (True,):
            connection = self._connected(hold)
            try:
                _begin(connection, hold)
            except exc.DBAPIError as fault:
                connection.close()
                if last or not fault.connection_invalidated:
                    raise
            else:
                return connection
        raise AssertionError("the last try returns or raises")

    def _connected(self, hold: "_Hold") -> Connection:
        # SQLAlchemy asks the server about itself on the very first connection, behind a lock without a limit.
        if not self._met:
            if not self._first.acquire(timeout=hold.until.left()):
                raise DatabaseUnavailable("the first connection is not there yet")
            try:
                return self._met_with(hold)
            finally:
                self._first.release()
        return self._met_with(hold)

    def _met_with(self, hold: "_Hold") -> Connection:
        token = _held.set(hold)
        try:
            connection = self._engine.connect()
        finally:
            _held.reset(token)
        self._met = True
        hold.wire.use(cast(Raw, connection.connection.driver_connection))
        return connection

    def _connect(self, _dialect: object, _record: object, _args: object, how: dict[str, object]) -> Raw:
        hold = _held.get()
        raw = connect_in_time(self._connectors, hold.until.left(), how)
        hold.wire.use(raw)
        return raw


@dataclass(frozen=True, slots=True)
class _Hold:
    """What a transaction that is beginning needs while its connection is made."""

    wire: Wire
    until: Deadline
    writes: bool


_held: ContextVar[_Hold] = ContextVar("held")


def _begin(connection: Connection, hold: _Hold) -> None:
    milliseconds = max(1, int(hold.until.left() * 1000))
    if connection.dialect.name == "sqlite":
        cast(sqlite3.Connection, connection.connection.driver_connection).executescript(
            f"PRAGMA busy_timeout = {milliseconds}; PRAGMA query_only = {int(not hold.writes)}"
        )
        connection.exec_driver_sql("BEGIN IMMEDIATE" if hold.writes else "BEGIN")
        return
    opening = "BEGIN" if hold.writes else "BEGIN READ ONLY"
    # Both in one message. The server's time-out is for each statement, the watchdog's for all of them.
    connection.execution_options(no_parameters=True).exec_driver_sql(
        f"{opening}; SET LOCAL statement_timeout = {milliseconds}"
    )


def _kept_or_not(connection: Connection, until: Deadline, *, writes: bool) -> Iterator[Connection]:
    try:
        yield connection
        if writes:
            _commit(connection, until)
    except BaseException:
        # The fault that is on its way says more than a second one from a connection that is gone.
        with suppress(exc.SQLAlchemyError, sqlite3.Error, psycopg.Error):
            connection.rollback()
        raise


def _commit(connection: Connection, until: Deadline) -> None:
    if until.passed():
        raise DatabaseUnavailable("the deadline passed before everything was written")
    connection.commit()


@contextmanager
def _told() -> Iterator[None]:
    """Every way in which a database can fail, as the one exception that callers know."""
    try:
        yield
    except _OUR_FAULTS as fault:
        if not fault.connection_invalidated and not isinstance(fault.orig, _NOT_MIGRATED):
            raise
        raise DatabaseUnavailable(str(fault.orig)) from fault
    except exc.DBAPIError as fault:
        raise DatabaseUnavailable(str(fault.orig)) from fault
    except (
        exc.TimeoutError,
        exc.ResourceClosedError,
        exc.PendingRollbackError,
        StillWriting,
        sqlite3.Error,
        psycopg.Error,
    ) as fault:
        raise DatabaseUnavailable(str(fault)) from fault


def _engine(url: URL, threads: int) -> Engine:
    # The slots are counted by the Database itself, within the deadline; the pool's own wait never happens.
    # What was asked for is personal: a fault that is logged must not carry it.
    shared = {"pool_size": threads, "max_overflow": 0, "hide_parameters": True}
    if url.get_backend_name() == "sqlite":
        return create_engine(url, connect_args={"isolation_level": None}, **shared)
    options = f"-c idle_in_transaction_session_timeout={ABANDONED_AFTER} -c timezone=UTC"
    asked = {"autocommit": True, "application_name": "hotline", "options": options}
    return create_engine(url, connect_args=asked, **shared)


def _settle(raw: Raw, _record: object) -> None:
    if isinstance(raw, sqlite3.Connection):
        raw.executescript(
            # The first line is for a file that is not in WAL mode yet; `_begin` sets the real one.
            "PRAGMA busy_timeout = 200;"
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON"
        )


def migrate(url: str | Secret) -> None:
    """Bring the schema to its newest version; safe when several processes start at once."""
    from foundation import migrating

    migrating.upgrade(sql_url(url))


def schema_version(url: str | Secret) -> str | None:
    """The version of the schema that stands in the database; None if there is none."""
    from foundation import migrating

    return migrating.version(sql_url(url))
