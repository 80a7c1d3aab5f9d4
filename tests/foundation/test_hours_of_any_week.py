"""Whatever the week, the zone, the holidays and the closure: the answers agree with each other."""

from datetime import UTC, date, datetime, timedelta
from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from foundation.hours import (
    Hours,
    NoWorkingTime,
    add_working_time,
    is_open,
    opens_next,
)
from foundation.week import Closure, Holiday, Week
from tests.foundation.example_hours import EVERY_DAY

ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Asia/Jakarta",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "UTC",
]
zones = st.sampled_from([*ZONES, "America/St_Johns", "America/Havana", "Asia/Kathmandu", "Pacific/Chatham"])
moments = st.datetimes(datetime(2025, 12, 1), datetime(2027, 2, 1), timezones=st.just(UTC))  # noqa: DTZ001  # bounds


@st.composite
def spans(draw: st.DrawFn) -> list[str]:
    marks = sorted(draw(st.sets(st.integers(0, 288), min_size=0, max_size=6)))  # in steps of five minutes
    clocks = [f"{mark // 12:02}:{mark % 12 * 5:02}" for mark in marks[: len(marks) // 2 * 2]]
    return [f"{opens}-{closes}" for opens, closes in zip(clocks[::2], clocks[1::2], strict=True)]


@cache
def in_zone(zone: str) -> Hours:
    # Looking a zone's name up in the list of all takes far longer than all else that an example does.
    return Hours.model_validate({"zone": zone, "week": {}})


@st.composite
def any_hours(draw: st.DrawFn) -> Hours:
    days = {day: draw(spans()) for day in EVERY_DAY}
    free = draw(st.lists(st.dates(date(2025, 12, 1), date(2027, 2, 1)), max_size=3))
    starts = draw(st.datetimes(datetime(2025, 12, 1), datetime(2027, 1, 1)))  # noqa: DTZ001  # wall time
    closure = {"from": starts, "to": starts + draw(st.timedeltas(timedelta(minutes=5), timedelta(days=9)))}
    return in_zone(draw(zones)).model_copy(
        update={
            "week": Week.model_validate(days),
            "holidays": tuple(Holiday(date=day, name="free") for day in free),
            "closures": (Closure.model_validate({**closure, "reason": "closed"}),),
        }
    )


def on_the_wall(hours: Hours, at: datetime) -> bool:
    """The plain rule, for days on which the clock does not jump."""
    wall = at.astimezone(hours.zone_info).replace(tzinfo=None)
    return (
        any(
            span.opens <= wall.time()
            and (wall.time() < span.closes or not span.closes.hour * 60 + span.closes.minute)
            for span in hours.week.on(wall.date())
        )
        and not hours.is_holiday(wall.date())
        and not any(closure.starts <= wall < closure.ends for closure in hours.closures)
    )


def jumps_near(hours: Hours, at: datetime) -> bool:
    around = (at + timedelta(hours=step) for step in range(-30, 31, 6))
    return len({moment.astimezone(hours.zone_info).utcoffset() for moment in around}) > 1


@given(any_hours(), moments)
def test_open_means_what_the_wall_says_wherever_the_clock_does_not_jump(hours: Hours, at: datetime) -> None:
    if not jumps_near(hours, at):
        assert is_open(hours, at) == on_the_wall(hours, at)


@given(any_hours(), moments)
def test_the_next_opening_is_where_being_open_begins(hours: Hours, at: datetime) -> None:
    opening = opens_next(hours, at)
    if opening is not None:
        assert opening > at
        assert is_open(hours, opening)
        assert not is_open(hours, opening - timedelta(microseconds=1))


@given(any_hours(), moments, st.integers(1, 3_000), st.integers(1, 3_000))
def test_working_time_adds_up(hours: Hours, at: datetime, one: int, more: int) -> None:
    try:
        whole = add_working_time(hours, at, timedelta(minutes=one + more))
    except NoWorkingTime:
        return
    half = add_working_time(hours, at, timedelta(minutes=one))
    assert at < half < whole
    assert abs(add_working_time(hours, half, timedelta(minutes=more)) - whole) < timedelta(milliseconds=1)
    assert is_open(hours, whole - timedelta(milliseconds=1))


@given(any_hours(), moments, st.integers(1, 40))
def test_working_time_is_the_open_minutes_that_pass(hours: Hours, at: datetime, minutes: int) -> None:
    at = at.replace(second=0, microsecond=0)
    hours = hours.model_copy(update={"closures": ()})
    try:
        done = add_working_time(hours, at, timedelta(minutes=minutes))
    except NoWorkingTime:
        return
    span = int((done - at) / timedelta(minutes=1))
    if span < 3_000:  # counting each minute of a longer wait teaches nothing new
        assert sum(is_open(hours, at + timedelta(minutes=passed)) for passed in range(span)) == minutes
