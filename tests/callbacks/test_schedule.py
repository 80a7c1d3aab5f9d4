from datetime import UTC, datetime, timedelta

import pytest

from callbacks.schedule import WithinMinutes, due_at, working_hours
from foundation.hours import Hours, NoWorkingTime

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
OFFICE = Hours.model_validate({"zone": "Asia/Jakarta", "week": {day: ["08:00-16:00"] for day in WEEKDAYS}})


def test_an_urgent_promise_counts_minutes_around_the_clock() -> None:
    night = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
    assert due_at(OFFICE, night, WithinMinutes(30)) == night + timedelta(minutes=30)


def test_a_promise_in_working_hours_goes_over_the_weekend() -> None:
    friday = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)  # 15:00 in Jakarta: one hour is left
    assert due_at(OFFICE, friday, working_hours(3)) == datetime(2026, 11, 30, 3, 0, tzinfo=UTC)


def test_a_promise_that_the_hours_can_never_keep_is_a_fault() -> None:
    never = Hours.model_validate({"zone": "UTC", "week": {}})
    with pytest.raises(NoWorkingTime):
        due_at(never, datetime(2026, 11, 27, tzinfo=UTC), working_hours(1))
