"""Who is to be paged at a moment: by the week of each, by the clock on the wall, and never nobody."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from callbacks.paging.on_call import OnCall, OnCallPerson, on_duty

ZONE = "Asia/Jakarta"
EVERY_DAY = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONDAY = datetime(2026, 11, 23, tzinfo=UTC) - timedelta(hours=7)  # midnight in Jakarta


def somebody(name: str, *spans: str, **changes: Any) -> OnCallPerson:  # noqa: ANN401  # any field
    """On call in these spans of every day, or always."""
    told: dict[str, Any] = {"name": name, "number": "+622150001021", "language": "en", **changes}
    if spans:
        told["week"] = {day: list(spans) for day in EVERY_DAY}
    return OnCallPerson.model_validate(told)


def names(on_call: OnCall, at: datetime, zone: str = ZONE) -> list[str]:
    return [one.name for one in on_duty(on_call, zone, at)]


DAY, NIGHT = somebody("day", "08:00-20:00"), somebody("night", "00:00-08:00", "20:00-24:00")


def test_those_whose_hours_hold_are_paged_in_the_order_of_the_file() -> None:
    on_call = OnCall(people=(NIGHT, somebody("always"), DAY))
    assert names(on_call, MONDAY + timedelta(hours=9)) == ["always", "day"]
    assert names(on_call, MONDAY + timedelta(hours=20)) == ["night", "always"]
    assert names(on_call, MONDAY + timedelta(hours=7, minutes=59)) == ["night", "always"]


def test_in_an_hour_that_nobody_has_everybody_is_paged() -> None:
    assert names(OnCall(people=(DAY,)), MONDAY + timedelta(hours=3)) == ["day"]


def test_somebody_who_is_only_written_to_does_not_fill_an_hour() -> None:
    reader = somebody("reader", by="text")
    assert names(OnCall(people=(reader, DAY)), MONDAY + timedelta(hours=3)) == ["reader", "day"]
    assert names(OnCall(people=(reader, DAY)), MONDAY + timedelta(hours=9)) == ["reader", "day"]


def test_where_nobody_is_named_nobody_is_on_duty() -> None:
    assert names(OnCall(), MONDAY) == []


@pytest.mark.parametrize(("utc", "who"), [(0, "early"), (1, "late"), (2, "late")])
def test_a_shift_that_begins_in_the_hour_a_clock_skips_begins_at_the_jump(utc: int, who: str) -> None:
    # On 28 March 2027 Berlin's clock goes from 02:00 to 03:00, at 01:00 UTC.
    on_call = OnCall(people=(somebody("early", "00:00-02:30"), somebody("late", "02:30-24:00")))
    assert names(on_call, datetime(2027, 3, 28, utc, 0, tzinfo=UTC), "Europe/Berlin") == [who]


def test_in_the_hour_that_a_clock_shows_twice_somebody_is_on_duty_all_the_time() -> None:
    # On 31 October 2027 Berlin's clock goes back from 03:00 to 02:00, at 01:00 UTC.
    on_call = OnCall(people=(somebody("early", "00:00-02:30"), somebody("late", "02:30-24:00")))
    for minute in range(0, 180, 10):
        at = datetime(2027, 10, 31, tzinfo=UTC) + timedelta(minutes=minute)
        assert names(on_call, at, "Europe/Berlin")
