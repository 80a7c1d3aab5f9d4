"""When people are there, in a week with lunch breaks, holidays and a closure."""

import timeit
from datetime import UTC, datetime, timedelta

import pytest

from foundation.hours import (
    Hours,
    NoWorkingTime,
    add_working_time,
    is_open,
    opens_next,
)
from tests.foundation.example_hours import daily, jakarta, shipped


def test_a_lunch_break_is_closed() -> None:
    hours = shipped()
    assert is_open(hours, jakarta(2026, 11, 23, 11, 59))
    assert not is_open(hours, jakarta(2026, 11, 23, 12, 0))
    assert opens_next(hours, jakarta(2026, 11, 23, 12, 30)) == jakarta(2026, 11, 23, 13, 0)


def test_the_last_minute_before_midnight_is_open_and_runs_into_the_next_day() -> None:
    hours = shipped()
    assert is_open(hours, jakarta(2026, 11, 24, 23, 59))
    assert is_open(hours, jakarta(2026, 11, 25, 0, 0))
    assert is_open(hours, jakarta(2026, 11, 25, 12, 59))
    assert not is_open(hours, jakarta(2026, 11, 25, 13, 0))


def test_a_moment_of_any_zone_is_read_by_the_clock_of_the_hours() -> None:
    assert is_open(shipped(), datetime(2026, 11, 23, 1, 30, tzinfo=UTC))
    assert not is_open(shipped(), datetime(2026, 11, 23, 0, 59, tzinfo=UTC))


def test_a_public_holiday_of_the_country_is_closed() -> None:
    assert not is_open(shipped(), jakarta(2026, 8, 17, 9, 0))  # independence day, a Monday


def test_a_holiday_of_the_list_is_closed() -> None:
    assert not is_open(shipped(), jakarta(2026, 12, 28, 9, 0))


def test_a_closure_interrupts_a_day() -> None:
    hours = shipped()
    assert not is_open(hours, jakarta(2026, 11, 25, 14, 29))
    assert is_open(hours, jakarta(2026, 11, 25, 14, 30))


def test_while_open_the_next_opening_is_the_one_after_the_closing() -> None:
    assert opens_next(shipped(), jakarta(2026, 11, 23, 9, 0)) == jakarta(2026, 11, 23, 13, 0)


def test_working_time_jumps_over_lunch_night_and_closure() -> None:
    done = add_working_time(shipped(), jakarta(2026, 11, 23, 11, 0), timedelta(hours=9 + 24 + 13 + 1))
    assert done == jakarta(2026, 11, 25, 15, 30)


def test_no_working_time_is_no_wait() -> None:
    at = jakarta(2026, 11, 22, 3, 0)
    assert add_working_time(shipped(), at, timedelta(0)) == at


def test_working_time_that_ends_at_closing_time_ends_then() -> None:
    done = add_working_time(shipped(), jakarta(2026, 11, 23, 11, 0), timedelta(hours=1))
    assert done == jakarta(2026, 11, 23, 12, 0)


def test_hours_that_never_open_say_so() -> None:
    never = Hours.model_validate({"zone": "UTC", "week": {}})
    at = datetime(2026, 11, 23, tzinfo=UTC)
    assert opens_next(never, at) is None
    with pytest.raises(NoWorkingTime):
        add_working_time(never, at, timedelta(minutes=1))


def test_hours_that_never_close_say_so() -> None:
    always = daily("UTC", "00:00-24:00")
    at = datetime(2026, 11, 23, tzinfo=UTC)
    assert is_open(always, at)
    assert opens_next(always, at) is None
    assert add_working_time(always, at, timedelta(hours=50)) == at + timedelta(hours=50)


def test_where_nobody_ever_closes_an_end_is_found_without_reading_the_whole_year() -> None:
    always, at = daily("Asia/Jakarta", "00:00-24:00"), jakarta(2026, 11, 23, 9, 0)
    best = (
        min(timeit.repeat(lambda: add_working_time(always, at, timedelta(hours=13)), number=10, repeat=7))
        / 10
    )
    assert best < 1e-3


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="names its zone"):
        is_open(shipped(), datetime(2026, 11, 23))  # noqa: DTZ001  # the fault under test


def test_time_is_not_taken_away() -> None:
    with pytest.raises(ValueError, match="added"):
        add_working_time(shipped(), jakarta(2026, 11, 23), timedelta(minutes=-1))


def test_asking_whether_it_is_open_costs_hardly_more_than_writing_a_moment_down() -> None:
    hours, at = shipped(), jakarta(2026, 11, 23, 9, 0)
    is_open(hours, at)
    asked, written = (
        min(timeit.repeat(one, number=2_000, repeat=7))
        for one in (lambda: is_open(hours, at), lambda: at.astimezone(UTC).isoformat())
    )
    assert asked < 1.5 * written
