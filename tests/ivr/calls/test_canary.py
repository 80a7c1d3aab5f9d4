"""A telephone PIN is typed: afterwards its digits are nowhere, not in Redis, not in SQL, not in the log."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import closing

import pytest
import structlog
from redis import Redis

from foundation.clock import Deadline, SystemClock
from foundation.database import Database
from foundation.logs import configure
from foundation.schema import metadata
from ivr.calls.codec import decode
from ivr.calls.journal import Journal
from tests.ivr.calls.real_house import ACCOUNT, PHONE, PIN, add_customer, real_house
from tests.ivr.calls.small_house import PATIENT, beginning_at, small_book

CLOCK = SystemClock()
CALL = "CA" + "c" * 32
WRONG = "731946"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    out = io.StringIO()
    before = structlog.get_config()
    configure("production", "debug", out)
    yield out
    structlog.configure(**before)


def redis_dump(url: str) -> str:
    with closing(Redis.from_url(url)) as client:
        found = [(key, client.hgetall(key)) for key in client.scan_iter()]
    return repr(found)


def sql_dump(database: Database) -> str:
    told = []
    with database.reading(Deadline.after(PATIENT, database.clock)) as connection:
        for table in metadata.sorted_tables:
            told += [repr(tuple(row)) for row in connection.execute(table.select())]
    return "\n".join(told)


def test_the_digits_of_a_pin_are_nowhere(database_url: str, fresh_redis_url: str, log: io.StringIO) -> None:
    database = Database(database_url, CLOCK, limit=PATIENT)
    house = real_house(database, fresh_redis_url, beginning_at(small_book(), "proof"))
    add_customer(database, house)
    house.answer(CALL, PHONE)
    house.press(CALL, 1, ACCOUNT)
    house.press(CALL, 2, WRONG)
    house.press(CALL, 3, ACCOUNT)
    house.press(CALL, 4, PIN)
    house.press(CALL, 4, PIN)
    house.press(CALL, 2, WRONG)
    assert isinstance(house.journal, Journal)
    house.journal.close()
    newest = house.journal.newest(CALL, house.deadline())
    assert newest is not None
    assert decode(newest.kept).state.customer == ACCOUNT
    plain = repr([house.journal.newest(CALL, house.deadline())])
    everything = "\n".join([redis_dump(fresh_redis_url), sql_dump(database), log.getvalue(), plain])
    assert len(log.getvalue().splitlines()) >= 5
    for secret in (PIN, WRONG):
        for spelling in (secret, " ".join(secret), ",".join(secret)):
            assert spelling not in everything
    database.close()
