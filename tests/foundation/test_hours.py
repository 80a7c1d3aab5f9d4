import timeit
import tomllib
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from foundation.hours import (
    Hours,
    NoWorkingTime,
    add_working_time,
    closes_next,
    is_open,
    opens_next,
)

FILE = """
zone = "Asia/Jakarta"
country_holidays = "ID"
[week]
mon = ["13:00-21:00", "08:00-12:00"]
tue = ["00:00-24:00"]
wed = ["00:00-24:00"]
fri = ["08:00-17:00"]

[[holidays]]
date = 2026-12-28
name = "Stocktaking"

[[closures]]
from = 2026-11-25T13:00:00
to = 2026-11-25T14:30:00
reason = "fire drill"
"""
JAKARTA = ZoneInfo("Asia/Jakarta")
BERLIN = ZoneInfo("Europe/Berlin")
EVERY_DAY = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def shipped() -> Hours:
    return Hours.model_validate(tomllib.loads(FILE))


def daily(zone: str, *spans: str) -> Hours:
    return Hours.model_validate({"zone": zone, "week": {day: list(spans) for day in EVERY_DAY}})


def jakarta(*when: int) -> datetime:
    return datetime(*when, tzinfo=JAKARTA)  # type: ignore[arg-type,misc]  # year, month, day, hour, minute


def test_a_lunch_break_is_closed() -> None:
    hours = shipped()
    assert is_open(hours, jakarta(2026, 11, 23, 11, 59))
    assert not is_open(hours, jakarta(2026, 11, 23, 12, 0))
    assert opens_next(hours, jakarta(2026, 11, 23, 12, 30)) == jakarta(2026, 11, 23, 13, 0)


def test_the_last_minute_before_midnight_is_open_and_runs_into_the_next_day() -> None:
    hours = shipped()
    assert is_open(hours, jakarta(2026, 11, 24, 23, 59))
    assert closes_next(hours, jakarta(2026, 11, 24, 23, 59)) == jakarta(2026, 11, 25, 13, 0)


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
    assert closes_next(never, at) is None
    with pytest.raises(NoWorkingTime):
        add_working_time(never, at, timedelta(minutes=1))


def test_hours_that_never_close_say_so() -> None:
    always = daily("UTC", "00:00-24:00")
    at = datetime(2026, 11, 23, tzinfo=UTC)
    assert is_open(always, at)
    assert opens_next(always, at) is None
    assert closes_next(always, at) is None


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="names its zone"):
        is_open(shipped(), datetime(2026, 11, 23))  # noqa: DTZ001  # the fault under test


def test_time_is_not_taken_away() -> None:
    with pytest.raises(ValueError, match="added"):
        add_working_time(shipped(), jakarta(2026, 11, 23), timedelta(minutes=-1))


# The clock of Berlin goes from 02:00 to 03:00 on 29 March 2026 and from 03:00 back to 02:00 on 25 October.
def test_an_opening_that_the_clock_skips_is_at_the_jump() -> None:
    hours = daily("Europe/Berlin", "02:30-10:00")
    before = datetime(2026, 3, 29, 0, 0, tzinfo=UTC)
    assert opens_next(hours, before) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_a_closing_that_the_clock_skips_is_at_the_jump() -> None:
    hours = daily("Europe/Berlin", "00:00-02:30")
    assert closes_next(hours, datetime(2026, 3, 29, 0, 0, tzinfo=UTC)) == datetime(
        2026, 3, 29, 1, 0, tzinfo=UTC
    )


def test_a_span_that_the_clock_skips_whole_does_not_open() -> None:
    hours = daily("Europe/Berlin", "02:10-02:50")
    next_day = datetime(2026, 3, 30, 0, 10, tzinfo=UTC)
    assert opens_next(hours, datetime(2026, 3, 29, 0, 30, tzinfo=UTC)) == next_day


def test_what_is_shown_twice_is_open_from_its_first_showing_to_its_last() -> None:
    hours = daily("Europe/Berlin", "02:30-05:00")
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert opens_next(hours, first - timedelta(hours=1)) == first
    assert closes_next(hours, first) == datetime(2026, 10, 25, 4, 0, tzinfo=UTC)
    assert is_open(hours, datetime(2026, 10, 25, 1, 10, tzinfo=UTC))  # 02:10 for the second time
    early = daily("Europe/Berlin", "00:00-02:30")
    assert closes_next(early, first) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_closing_at_the_hour_that_begins_anew_is_not_repeated() -> None:
    hours = daily("Europe/Berlin", "00:00-02:00")
    assert closes_next(hours, datetime(2026, 10, 24, 23, 0, tzinfo=UTC)) == datetime(
        2026, 10, 25, 0, 0, tzinfo=UTC
    )
    havana = daily("America/Havana", "00:00-24:00")  # there midnight itself comes twice, on 1 November 2026
    assert is_open(havana, datetime(2026, 11, 1, 4, 30, tzinfo=UTC))


def test_working_time_on_the_day_of_a_jump_is_time_that_passes() -> None:
    hours = daily("Europe/Berlin", "00:00-06:00")
    spring = datetime(2026, 3, 29, 0, 0, tzinfo=BERLIN)
    assert add_working_time(hours, spring, timedelta(hours=5)) == datetime(2026, 3, 29, 6, 0, tzinfo=BERLIN)
    autumn = datetime(2026, 10, 25, 0, 0, tzinfo=BERLIN)
    assert add_working_time(hours, autumn, timedelta(hours=7)) == datetime(2026, 10, 25, 6, 0, tzinfo=BERLIN)


def test_a_day_that_an_island_skipped_is_no_working_day() -> None:
    hours = daily("Pacific/Apia", "09:00-17:00")
    evening = datetime(2011, 12, 29, 18, 0, tzinfo=ZoneInfo("Pacific/Apia"))
    assert opens_next(hours, evening) == datetime(2011, 12, 31, 9, 0, tzinfo=ZoneInfo("Pacific/Apia"))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ('zone = "Asia/Jakata"\nweek = {}', "did you mean 'Asia/Jakarta'"),
        ('zone = "UTC"\nweek.mon = ["08:00-12:00", "11:00-13:00"]', "08:00-12:00 and 11:00-13:00 overlap"),
        ('zone = "UTC"\nweek.mon = ["08:00-24:00", "22:00-23:00"]', "08:00-24:00 and 22:00-23:00 overlap"),
        ('zone = "UTC"\nweek.mon = ["12:00-08:00"]', "closes before it opens"),
        ('zone = "UTC"\nweek.mon = ["12:00-00:00"]', "closes before it opens"),
        ('zone = "UTC"\nweek.mon = ["8 to 12"]', "is no span of time"),
        ('zone = "UTC"\nweek.mon = [8]', "is no span of time"),
        ('zone = "UTC"\nweek.mon = ["25:00-26:00"]', "is no time of day"),
        ('zone = "UTC"\nweek.monday = []', "Extra inputs"),
        ('zone = "UTC"\nweek = {}\ncountry_holidays = "Indonesia"', "two letters"),
        (
            'zone = "UTC"\nweek={}\nclosures=[{from = 2026-11-24T13:00:00Z, to = 2026-11-25, reason = ""}]',
            "without an offset",
        ),
        (
            'zone = "UTC"\nweek = {}\nclosures = [{from = 2026-11-24, to = 2026-11-24, reason = "drill"}]',
            "before it starts",
        ),
    ],
)
def test_a_slip_in_the_file_is_told_with_its_cure(wrong: str, told: str) -> None:
    with pytest.raises(ValidationError) as fault:
        Hours.model_validate(tomllib.loads(wrong))
    assert told in str(fault.value)


def test_hours_survive_being_written_and_read() -> None:
    hours = shipped()
    assert Hours.model_validate_json(hours.model_dump_json()) == hours
    assert Hours.model_validate_json(hours.model_dump_json(by_alias=True)) == hours


def test_hours_have_a_schema_for_editors() -> None:
    schema = Hours.model_json_schema()
    assert schema["$defs"]["Week"]["properties"]["mon"]["items"]["type"] == "string"


def test_asking_whether_it_is_open_takes_less_than_five_microseconds() -> None:
    hours, at = shipped(), jakarta(2026, 11, 23, 9, 0)
    is_open(hours, at)
    best = min(timeit.repeat(lambda: is_open(hours, at), number=2_000, repeat=7)) / 2_000
    assert best < 5e-6


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


@st.composite
def any_hours(draw: st.DrawFn) -> Hours:
    days = {day: draw(spans()) for day in EVERY_DAY}
    free = draw(st.lists(st.dates(date(2025, 12, 1), date(2027, 2, 1)), max_size=3))
    starts = draw(st.datetimes(datetime(2025, 12, 1), datetime(2027, 1, 1)))  # noqa: DTZ001  # wall time
    closure = {"from": starts, "to": starts + draw(st.timedeltas(timedelta(minutes=5), timedelta(days=9)))}
    return Hours.model_validate(
        {
            "zone": draw(zones),
            "week": days,
            "holidays": [{"date": day, "name": "free"} for day in free],
            "closures": [{**closure, "reason": "closed"}],
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
def test_opening_and_closing_are_where_being_open_changes(hours: Hours, at: datetime) -> None:
    tick = timedelta(microseconds=1)
    opening, closing = opens_next(hours, at), closes_next(hours, at)
    if opening is not None:
        assert opening > at
        assert is_open(hours, opening)
        assert not is_open(hours, opening - tick)
    if closing is not None:
        assert closing > at
        assert not is_open(hours, closing)
        assert is_open(hours, closing - tick)
    if opening is not None and not is_open(hours, at):
        assert closing is None or closing > opening


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
