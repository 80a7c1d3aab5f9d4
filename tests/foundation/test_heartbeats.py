"""Workers are heard of while they live, and missed two minutes after their last word."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from foundation.clock import Deadline, StoppedClock
from foundation.database import Database
from foundation.heartbeats import SILENT_AFTER, Beat, Heartbeats, trouble_of

BEGAN = datetime(2026, 3, 2, 9, tzinfo=UTC)
SOON = timedelta(seconds=20)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, StoppedClock(BEGAN))
    yield database
    database.close()


def soon(database: Database) -> Deadline:
    return Deadline.after(1.0, database.clock)


def test_the_last_word_of_each_worker_counts(database: Database) -> None:
    beats = Heartbeats(database)
    for at in (BEGAN, BEGAN + SOON):
        beats.beat(Beat("one", BEGAN, at), soon(database))
    beats.beat(Beat("other", BEGAN, BEGAN + SOON / 2, ("purge",)), soon(database))
    assert beats.newest(soon(database)) == (
        Beat("one", BEGAN, BEGAN + SOON),
        Beat("other", BEGAN, BEGAN + SOON / 2, ("purge",)),
    )


def test_a_worker_that_ends_in_order_is_not_missed(database: Database) -> None:
    beats = Heartbeats(database)
    for name in ("one", "other"):
        beats.beat(Beat(name, BEGAN, BEGAN), soon(database))
    beats.forget("one", soon(database))
    assert [beat.worker for beat in beats.newest(soon(database))] == ["other"]


def test_a_worker_of_a_very_long_name_is_one_worker(database: Database) -> None:
    beats = Heartbeats(database)
    for at in (BEGAN, BEGAN + SOON):
        beats.beat(Beat("host" * 100, BEGAN, at), soon(database))
    assert len(beats.newest(soon(database))) == 1
    beats.forget("host" * 100, soon(database))
    assert beats.newest(soon(database)) == ()


def test_silence_of_two_minutes_is_told_and_less_is_not() -> None:
    beat = Beat("one", BEGAN, BEGAN)
    assert trouble_of([beat], BEGAN + SILENT_AFTER) is None
    told = trouble_of([beat], BEGAN + SILENT_AFTER + timedelta(seconds=1))
    assert told is not None
    assert told.startswith("none has been heard of for 121 s")


def test_no_worker_at_all_is_told() -> None:
    told = trouble_of([], BEGAN)
    assert told is not None
    assert "`worker` of the Procfile" in told


def test_a_chore_lags_behind_if_no_living_worker_does_it() -> None:
    one, other = Beat("one", BEGAN, BEGAN, ("purge", "sweep")), Beat("other", BEGAN, BEGAN, ("sweep",))
    assert trouble_of([one, other], BEGAN) == "its chores lag behind: sweep"
    assert trouble_of([one, Beat("other", BEGAN, BEGAN)], BEGAN) is None
    dead = Beat("dead", BEGAN, BEGAN - 2 * SILENT_AFTER)
    assert trouble_of([other, dead], BEGAN) == "its chores lag behind: sweep"


def test_a_worker_whose_clock_is_ahead_lives() -> None:
    assert trouble_of([Beat("one", BEGAN, BEGAN + SOON)], BEGAN) is None
