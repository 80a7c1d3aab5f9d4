"""Opening hours on the days when the clock on the wall skips an hour, a day, or shows one twice."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from foundation.hours import (
    Hours,
    add_working_time,
    is_open,
    opens_next,
)
from tests.foundation.example_hours import daily

BERLIN = ZoneInfo("Europe/Berlin")


def closes(hours: Hours, at: datetime) -> bool:
    """Whether people leave at this very moment."""
    return is_open(hours, at - timedelta(microseconds=1)) and not is_open(hours, at)


# The clock of Berlin goes from 02:00 to 03:00 on 29 March 2026 and from 03:00 back to 02:00 on 25 October.
def test_an_opening_that_the_clock_skips_is_at_the_jump() -> None:
    hours = daily("Europe/Berlin", "02:30-10:00")
    before = datetime(2026, 3, 29, 0, 0, tzinfo=UTC)
    assert opens_next(hours, before) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_a_closing_that_the_clock_skips_is_at_the_jump() -> None:
    hours = daily("Europe/Berlin", "00:00-02:30")
    assert closes(hours, datetime(2026, 3, 29, 1, 0, tzinfo=UTC))


def test_a_span_that_the_clock_skips_whole_does_not_open() -> None:
    hours = daily("Europe/Berlin", "02:10-02:50")
    next_day = datetime(2026, 3, 30, 0, 10, tzinfo=UTC)
    assert opens_next(hours, datetime(2026, 3, 29, 0, 30, tzinfo=UTC)) == next_day


def test_what_is_shown_twice_is_open_from_its_first_showing_to_its_last() -> None:
    hours = daily("Europe/Berlin", "02:30-05:00")
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert opens_next(hours, first - timedelta(hours=1)) == first
    assert closes(hours, datetime(2026, 10, 25, 4, 0, tzinfo=UTC))
    assert is_open(hours, datetime(2026, 10, 25, 1, 10, tzinfo=UTC))  # 02:10 for the second time
    early = daily("Europe/Berlin", "00:00-02:30")
    assert is_open(early, first)  # 02:30 for the first time
    assert closes(early, datetime(2026, 10, 25, 1, 30, tzinfo=UTC))


def test_a_closing_at_the_hour_that_begins_anew_is_not_repeated() -> None:
    hours = daily("Europe/Berlin", "00:00-02:00")
    assert closes(hours, datetime(2026, 10, 25, 0, 0, tzinfo=UTC))
    assert not is_open(hours, datetime(2026, 10, 25, 1, 0, tzinfo=UTC))  # 02:00 for the second time
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
