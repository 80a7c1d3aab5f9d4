"""What the doctor says of the worker, on both databases, without changing anything."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from foundation.clock import Deadline, StoppedClock
from foundation.database import Database
from foundation.heartbeats import SILENT_AFTER, Beat, Heartbeats
from processes.doctor.findings import Finding
from processes.doctor.worker_look import look_at_worker
from tests.processes.test_parts import settings_of

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LIVE = {
    "HOTLINE_ENV": "production",
    "HOTLINE_NUMBER": "+622150001000",
    "PERSON_FALLBACK_NUMBER": "+622150001001",
}


def looked(folder: Path, url: str, clock: StoppedClock, **more: str) -> Finding:
    settings = settings_of(folder, "redis://127.0.0.1:1/0", DATABASE_URL=url, **more)
    return look_at_worker(settings, clock)


def test_a_worker_that_is_heard_of_is_well_and_one_that_is_silent_is_told(
    tmp_path: Path, database_url: str
) -> None:
    clock = StoppedClock(NOW)
    database = Database(database_url, clock)
    Heartbeats(database).beat(Beat("one", NOW, NOW, ("sweep",)), Deadline.after(5, clock))
    database.close()
    late = looked(tmp_path, database_url, clock)
    assert (late.how, late.well, late.grave) == ("its chores lag behind: sweep", False, False)
    clock.advance(SILENT_AFTER + timedelta(seconds=1))
    silent = looked(tmp_path, database_url, clock)
    assert (silent.how, silent.well, silent.grave) == ("none has been heard of for 121 s", False, False)


def test_a_worker_that_does_all_its_chores_is_well(tmp_path: Path, database_url: str) -> None:
    clock = StoppedClock(NOW)
    database = Database(database_url, clock)
    Heartbeats(database).beat(Beat("one", NOW, NOW), Deadline.after(5, clock))
    database.close()
    clock.advance(timedelta(seconds=20))
    found = looked(tmp_path, database_url, clock)
    assert (found.how, found.well) == ("heard of 20 s ago; 1 known", True)


def test_where_none_ever_was_a_laptop_is_well_and_a_service_is_not(tmp_path: Path, database_url: str) -> None:
    assert looked(tmp_path, database_url, StoppedClock(NOW)).well
    assert not looked(tmp_path, database_url, StoppedClock(NOW), **LIVE).well


def test_a_database_that_is_not_there_is_not_made_for_the_look(tmp_path: Path) -> None:
    place = tmp_path / "none.sqlite"
    found = looked(tmp_path, f"sqlite:///{place}", StoppedClock(NOW), **LIVE)
    assert not found.well
    assert not place.exists()
