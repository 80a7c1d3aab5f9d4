"""Misses are counted exactly in any crowd, and waits grow, end and are forgotten."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.clock import Deadline, SystemClock
from foundation.database import Database
from foundation.redaction import Secret
from identity.guesses import Bucket, Guesses, Patience
from identity.schema import guesses as table
from tests.makers import NOW

CLOCK = SystemClock()
SECOND = timedelta(seconds=1)
PATIENCE = Patience(free=3, first=30 * SECOND, longest=timedelta(hours=1), forgotten_after=timedelta(days=1))
ACCOUNT = Bucket("account", "1002003019", PATIENCE)
NUMBER = Bucket("number", "+6281234567890", PATIENCE)


class Counter:
    """Guesses, each call in a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.guesses = Guesses(Secret("a key"))

    def begin(self, at: datetime, *buckets: Bucket) -> datetime | None:
        with self.database.writing(within()) as connection:
            return self.guesses.begin(connection, buckets or (ACCOUNT,), at)

    def forget(self, bucket: Bucket) -> None:
        with self.database.writing(within()) as connection:
            self.guesses.forget(connection, bucket)

    def forgive(self, bucket: Bucket, at: datetime) -> None:
        with self.database.writing(within()) as connection:
            self.guesses.forgive(connection, bucket, at)

    def misses(self, bucket: Bucket = ACCOUNT) -> int:
        with self.database.reading(within()) as connection:
            return self.guesses.misses(connection, bucket)


def within() -> Deadline:
    return Deadline.after(30, CLOCK)


@pytest.fixture
def counter(database_url: str) -> Iterator[Counter]:
    database = Database(database_url, CLOCK, limit=30)
    yield Counter(database)
    database.close()


def test_the_first_guesses_wait_for_nothing_and_then_waits_grow_to_an_hour(counter: Counter) -> None:
    at, waits = NOW, []
    for _ in range(14):
        assert counter.begin(at) is None
        until = counter.begin(at)
        waits.append(int((until - at).total_seconds()) if until else 0)
        at = until or at
        if waits[-1] == 0:  # the look itself was a guess
            continue
    assert waits[0] == 0
    assert waits[1:9] == [30, 60, 120, 240, 480, 960, 1920, 3600]
    assert set(waits[9:]) == {3600}


def test_a_guess_that_is_not_looked_at_makes_no_wait_longer(counter: Counter) -> None:
    for _ in range(3):
        counter.begin(NOW)
    until = counter.begin(NOW)
    assert until == NOW + 30 * SECOND
    for second in range(29):
        assert counter.begin(NOW + second * SECOND) == until
    assert counter.misses() == 3
    assert counter.begin(until) is None


def test_a_wait_in_one_bucket_counts_nothing_in_the_other(counter: Counter) -> None:
    for _ in range(3):
        counter.begin(NOW, ACCOUNT)
    assert counter.begin(NOW, NUMBER, ACCOUNT) == NOW + 30 * SECOND
    assert counter.misses(NUMBER) == 0


def test_what_is_forgotten_begins_anew(counter: Counter) -> None:
    for _ in range(3):
        counter.begin(NOW)
    counter.forget(ACCOUNT)
    assert counter.misses() == 0
    assert counter.begin(NOW) is None


def test_a_guess_forgiven_is_no_miss_and_ends_the_wait_it_began(counter: Counter) -> None:
    for second in range(3):
        counter.begin(NOW + second * SECOND)
    counter.forgive(ACCOUNT, NOW + 2 * SECOND)
    assert counter.misses() == 2
    assert counter.begin(NOW + 3 * SECOND) is None


def test_a_guess_forgiven_does_not_end_the_wait_of_another(counter: Counter) -> None:
    for second in range(3):
        counter.begin(NOW + second * SECOND)
    counter.forgive(ACCOUNT, NOW + SECOND)
    assert counter.begin(NOW + 3 * SECOND) == NOW + 32 * SECOND


def test_after_a_quiet_day_misses_are_forgotten(counter: Counter) -> None:
    for _ in range(3):
        counter.begin(NOW)
    later = NOW + timedelta(days=1, seconds=1)
    assert counter.begin(later) is None
    assert counter.misses() == 1


def test_a_thousand_guesses_at_once_are_counted_exactly(counter: Counter) -> None:
    with ThreadPoolExecutor(32) as threads:
        told = list(threads.map(lambda _: counter.begin(NOW, ACCOUNT, NUMBER), range(1_000)))
    assert told.count(None) == 3
    assert (counter.misses(ACCOUNT), counter.misses(NUMBER)) == (3, 3)


def test_guesses_at_two_buckets_in_either_order_do_not_wait_for_each_other(counter: Counter) -> None:
    patient = Patience(10_000, SECOND, SECOND, timedelta(days=1))
    one, other = Bucket("a", "", patient), Bucket("b", "", patient)
    together = threading.Barrier(8)

    def ask(number: int) -> None:
        together.wait()
        for _ in range(10):
            counter.begin(NOW, *((one, other) if number % 2 else (other, one)))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(ask, range(8)))
    assert (counter.misses(one), counter.misses(other)) == (80, 80)


def test_guesses_begun_while_others_are_forgotten_are_all_looked_at(counter: Counter) -> None:
    together = threading.Barrier(6)

    def ask(number: int) -> None:
        together.wait()
        for _ in range(40):
            if number % 2:
                counter.forget(ACCOUNT)
            else:
                counter.begin(NOW)

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(ask, range(6)))
    assert counter.misses() <= 3


def test_neither_account_nor_number_stands_in_the_table(counter: Counter) -> None:
    counter.begin(NOW, ACCOUNT, NUMBER)
    with counter.database.reading(within()) as connection:
        written = str(connection.execute(table.select()).all())
    assert "1002003019" not in written
    assert "6281234567890" not in written


@given(st.integers(0, 10_000))
def test_no_wait_is_longer_than_the_longest_and_none_shrinks(misses: int) -> None:
    assert PATIENCE.wait(misses) <= PATIENCE.wait(misses + 1) <= PATIENCE.longest
