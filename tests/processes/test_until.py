"""Until when, as operators type it: read by the clock of the book's zone, or refused with the cure."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from processes.commands.until import UntilFault, until_when

JAKARTA, BERLIN = ZoneInfo("Asia/Jakarta"), ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)  # half past nine of a Monday in Jakarta


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("18:00", "2026-11-23T18:00+07:00"),
        ("9:31", "2026-11-23T09:31+07:00"),
        ("24:00", "2026-11-24T00:00+07:00"),
        ("today 18:00", "2026-11-23T18:00+07:00"),
        ("tomorrow 09:00", "2026-11-24T09:00+07:00"),
        ("  Tomorrow   09:00 ", "2026-11-24T09:00+07:00"),
        ("2026-11-23T18:00", "2026-11-23T18:00+07:00"),
        ("2026-11-23 18:00", "2026-11-23T18:00+07:00"),
        ("2026-11-23T18:00:30", "2026-11-23T18:00:30+07:00"),
        ("2026-11-23T18:00Z", "2026-11-23T18:00+00:00"),
        ("2026-11-23T18:00+09:00", "2026-11-23T18:00+09:00"),
        ("2026-12-07T09:30", "2026-12-07T09:30+07:00"),
    ],
)
def test_what_is_typed_is_a_moment_of_the_zone(told: str, meant: str) -> None:
    read = until_when(told, NOW, JAKARTA)
    assert read == datetime.fromisoformat(meant)
    assert read.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "told",
    ["25:99", "18:60", "24:01", "18", "6 pm", "", "tomorrow", "2026-11-23", "20261123", "2026-13-01T10:00"],
)
def test_what_is_no_time_is_refused_with_the_forms(told: str) -> None:
    with pytest.raises(UntilFault, match=r'is no time; write 18:00, "tomorrow 09:00" or'):
        until_when(told, NOW, JAKARTA)


def test_a_time_that_is_past_names_tomorrows_form() -> None:
    with pytest.raises(UntilFault) as refused:
        until_when("09:30", NOW, JAKARTA)
    assert str(refused.value) == (
        '09:30 is past: it is 2026-11-23 09:30 in Asia/Jakarta; for tomorrow write --until "tomorrow 09:30"'
    )
    with pytest.raises(UntilFault, match="write a time that lies ahead"):
        until_when("2026-11-22T18:00", NOW, JAKARTA)


def test_two_weeks_ahead_is_the_longest() -> None:
    with pytest.raises(UntilFault, match="2026-12-07T09:30 is the latest"):
        until_when("2026-12-07T09:31", NOW, JAKARTA)


def test_a_time_that_the_clock_shows_twice_is_the_second_one() -> None:
    evening = datetime(2026, 10, 24, 20, 0, tzinfo=UTC)  # the night in which Berlin's clocks are set back
    assert until_when("tomorrow 02:30", evening, BERLIN) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_time_that_the_clock_skips_is_the_moment_of_the_jump() -> None:
    evening = datetime(2026, 3, 28, 20, 0, tzinfo=UTC)
    assert until_when("tomorrow 02:30", evening, BERLIN) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
