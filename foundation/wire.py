"""The wire to a database server, and how to cut it: the only thing that ends a wait for a frozen server.

A frozen server keeps no time-out of its own, and its side of the wire stays open (psycopg waited 20 s).
"""

import os
import socket
import sqlite3
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotInTime
from contextlib import suppress

import psycopg

Raw = sqlite3.Connection | psycopg.Connection
CONNECT_LIMIT = 2  # seconds; psycopg knows no less, so the caller stops waiting earlier and leaves it behind


class Wire:
    """The connection that a transaction is using at this moment, if it has got one yet."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._raw: Raw | None = None
        self._is_cut = False

    def use(self, raw: Raw) -> None:
        """From now on this is the connection to cut; at once, if the cut came first."""
        with self._guard:
            self._raw = raw
            if self._is_cut:
                _cut(raw)

    def cut(self) -> None:
        """End whatever the connection is waiting for, from any thread, without waiting."""
        with self._guard:
            self._is_cut = True
            if self._raw is not None:
                _cut(self._raw)


def _cut(raw: Raw) -> None:
    if isinstance(raw, sqlite3.Connection):
        with suppress(sqlite3.Error):
            raw.interrupt()
        return
    # Shut, not closed: the descriptor stays with psycopg, whose wait then ends with "server closed".
    with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(raw.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)


def connect_in_time(
    threads: ThreadPoolExecutor, seconds: float, how: Mapping[str, object]
) -> "psycopg.Connection[tuple[object, ...]]":
    """A connection to PostgreSQL within `seconds`, also when the server is frozen or its name is not found.

    Raises psycopg.OperationalError. A try that comes too late is ended behind our back, within 2 s.
    """
    connecting: Callable[..., psycopg.Connection] = psycopg.connect
    coming: Future[psycopg.Connection] = threads.submit(
        connecting, **{"connect_timeout": CONNECT_LIMIT, **how}
    )
    try:
        return coming.result(timeout=seconds)
    except NotInTime:
        coming.cancel()
        coming.add_done_callback(_hang_up)
        raise psycopg.OperationalError(f"no connection within {seconds:.1f} s") from None


def _hang_up(came: "Future[psycopg.Connection]") -> None:
    if not came.cancelled() and came.exception() is None:
        came.result().close()
