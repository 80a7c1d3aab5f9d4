"""Notes: the smallest rows that the tests of the database write, and read back."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from foundation.clock import Deadline, SystemClock
from foundation.database import Connection, Database, DatabaseUnavailable, Reply
from foundation.schema import deeds, kept_until

CLOCK = SystemClock()
LATE = 0.3  # seconds that a fault may come after its deadline


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


def count_up(times: list[int]) -> Callable[[Connection], Reply]:
    def do(connection: Connection) -> Reply:
        connection.execute(deeds.insert().values(note(f"row {len(times)}")))
        times.append(1)
        return {"count": len(times)}

    return do


@contextmanager
def raises_by(seconds: float) -> Iterator[None]:
    started = time.monotonic()
    with pytest.raises(DatabaseUnavailable):
        yield
    assert time.monotonic() - started < seconds + LATE
