"""A clock speaks of UTC and never runs back; a deadline shares what is left of a budget."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from foundation.clock import Clock, Deadline, StoppedClock, SystemClock

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def test_the_system_clock_speaks_of_utc_and_never_runs_back() -> None:
    clock: Clock = SystemClock()
    first = clock.monotonic()
    assert clock.now().utcoffset() == timedelta(0)
    assert clock.monotonic() >= first


def test_a_stopped_clock_moves_only_when_told() -> None:
    clock = StoppedClock(NOON)
    assert (clock.now(), clock.monotonic()) == (NOON, 0.0)
    clock.advance(timedelta(seconds=90))
    assert (clock.now(), clock.monotonic()) == (NOON + timedelta(seconds=90), 90.0)


def test_a_stopped_clock_turns_other_zones_into_utc() -> None:
    jakarta = timezone(timedelta(hours=7))
    assert StoppedClock(datetime(2026, 3, 2, 19, 0, tzinfo=jakarta)).now().tzinfo is UTC


def test_a_clock_is_not_set_without_a_zone_and_does_not_run_back() -> None:
    with pytest.raises(ValueError, match="names its zone"):
        StoppedClock(NOON.replace(tzinfo=None))
    with pytest.raises(ValueError, match="does not run back"):
        StoppedClock(NOON).advance(timedelta(seconds=-1))


def test_a_deadline_gives_each_wait_the_smaller_of_its_limit_and_what_is_left() -> None:
    clock = StoppedClock(NOON)
    deadline = Deadline.after(1.8, clock)
    assert deadline.allow(0.25) == 0.25
    clock.advance(timedelta(seconds=1.7))
    assert deadline.allow(0.25) == pytest.approx(0.1)
    assert not deadline.passed()


def test_a_passed_deadline_leaves_nothing_and_never_less() -> None:
    clock = StoppedClock(NOON)
    deadline = Deadline.after(1.0, clock)
    clock.advance(timedelta(seconds=1))
    assert deadline.passed()
    clock.advance(timedelta(hours=1))
    assert (deadline.left(), deadline.allow(5.0)) == (0.0, 0.0)
