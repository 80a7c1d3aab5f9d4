"""By when a promise is to be kept."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import assert_never

from foundation.hours import Hours, add_working_time


@dataclass(frozen=True, slots=True)
class WithinMinutes:
    """Around the clock: minutes that pass, whether anybody is there or not."""

    minutes: int


@dataclass(frozen=True, slots=True)
class WithinWorkingMinutes:
    """Minutes during which people are there."""

    minutes: int


Within = WithinMinutes | WithinWorkingMinutes


def working_hours(hours: int) -> WithinWorkingMinutes:
    """So many hours during which people are there."""
    return WithinWorkingMinutes(hours * 60)


def due_at(hours: Hours, at: datetime, promise: Within) -> datetime:
    """When an answer is due that was promised at `at` (aware); in UTC.

    Raises `foundation.hours.NoWorkingTime` if the hours do not open long enough within 400 days.
    """
    match promise:
        case WithinMinutes(minutes):
            return (at + timedelta(minutes=minutes)).astimezone(UTC)
        case WithinWorkingMinutes(minutes):
            return add_working_time(hours, at, timedelta(minutes=minutes)).astimezone(UTC)
        case _:
            assert_never(promise)
