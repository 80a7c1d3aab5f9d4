"""When people are there: read from a week, its holidays and closures by the clock on their wall."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Annotated
from zoneinfo import ZoneInfo

import holidays as calendars
from pydantic import AfterValidator, Field

from foundation.wall_clock import first_showing, last_showing
from foundation.week import MIDNIGHT, Closure, Frozen, Holiday, Week, Zone

LOOK_AHEAD = timedelta(days=400)  # further than that, "when do you open?" has no useful answer
LONGEST_LIST = 1_000  # holidays or closures in one file
DAYS_READY = 64  # UTC days whose opening times stay ready; a hotline asks about today
DAY_SECONDS = 86_400

Spell = tuple[float, float]  # from and to before, UTC seconds


class NoWorkingTime(ValueError):
    """Fewer open hours within the next 400 days than asked for."""


def _known_country(code: str) -> str:
    if code not in calendars.list_supported_countries():
        raise ValueError(f'no holidays are known for {code!r}; write a country in two letters, such as "ID"')
    return code


class Hours(Frozen):
    """When people are there, as `hours.toml` says it. All times are those of the clock in `zone`.

    Where that clock jumps: what the wall shows twice counts from its first showing to its last, so that
    nobody closes for an hour in the middle of a shift; what it skips counts as the moment of the jump.
    Answers come in UTC: of two moments of one zone, Python compares what the wall shows, not which is first.
    """

    zone: Zone
    week: Week
    holidays: tuple[Holiday, ...] = Field((), max_length=LONGEST_LIST)
    country_holidays: Annotated[str, AfterValidator(_known_country)] | None = Field(
        None, description="ISO 3166 code of the country whose public holidays are kept"
    )
    closures: tuple[Closure, ...] = Field((), max_length=LONGEST_LIST)

    def is_holiday(self, day: date) -> bool:
        """Whether the list or the country's calendar names this date."""
        return day in self._listed or (
            self.country_holidays is not None and day in public_holidays(self.country_holidays, day.year)
        )

    @cached_property
    def zone_info(self) -> ZoneInfo:
        """The rules of the zone."""
        return ZoneInfo(self.zone)

    @cached_property
    def closed_spells(self) -> tuple[Spell, ...]:
        """The closures as UTC seconds, in order."""
        return tuple(
            sorted(
                (first_showing(closure.starts, self.zone_info), last_showing(closure.ends, self.zone_info))
                for closure in self.closures
            )
        )

    @cached_property
    def _listed(self) -> frozenset[date]:
        return frozenset(holiday.date for holiday in self.holidays)

    @cached_property
    def days_ready(self) -> dict[int, tuple[Spell, ...]]:
        """By UTC day, the spells that touch it: what makes `is_open` quick. Filled on the way, at most 64."""
        return {}


@lru_cache(maxsize=256)
def public_holidays(country: str, year: int) -> frozenset[date]:
    """The dates of a country's public holidays; those set by the moon may move by a day when announced."""
    return frozenset(calendars.country_holidays(country, years=year))


def is_open(hours: Hours, at: datetime) -> bool:
    """Whether people are there at this moment (aware, any zone)."""
    second = _seconds(at)
    day = int(second // DAY_SECONDS)
    spells = hours.days_ready.get(day)
    if spells is None:
        spells = _remember(hours, day)
    return any(opens <= second < closes for opens, closes in spells)


def opens_next(hours: Hours, at: datetime) -> datetime | None:
    """The first opening after `at`, in UTC; while open, the one after the next closing.

    None if there is none within 400 days.
    """
    second = _seconds(at)
    opening = next((opens for opens, _ in _spells(hours, second) if opens > second), None)
    if opening is None or opening > second + LOOK_AHEAD.total_seconds():
        return None
    return datetime.fromtimestamp(opening, UTC)


def add_working_time(hours: Hours, at: datetime, working: timedelta) -> datetime:
    """The first moment at which `working` of open time has passed since `at`, in UTC; 0 gives `at`.

    An hour is an hour that passes, also on a day when the clock jumps. NoWorkingTime beyond 400 days.
    """
    second = _seconds(at)
    left = working.total_seconds()
    if left < 0:
        raise ValueError("working time is added, not taken away")
    if not left:
        return at.astimezone(UTC)
    counted = second  # spells may touch or overlap: nothing counts twice
    for opens, closes in _days_spells(hours, second):
        start, end = max(opens, counted), max(closes, counted)
        if start + left <= end:
            return datetime.fromtimestamp(start + left, UTC)
        left -= end - start
        counted = end
    raise NoWorkingTime(f"no {working} of open time within {LOOK_AHEAD.days} days of {at}")


def _seconds(at: datetime) -> float:
    if at.tzinfo is None:
        raise ValueError("opening hours are asked for with a moment that names its zone")
    return at.timestamp()


def _remember(hours: Hours, day: int) -> tuple[Spell, ...]:
    ready = hours.days_ready
    if len(ready) >= DAYS_READY:
        ready.clear()
    begins = float(day * DAY_SECONDS)
    local = datetime.fromtimestamp(begins, hours.zone_info).date()
    near = [spell for offset in range(-1, 3) for spell in _day_spells(hours, local + timedelta(days=offset))]
    spells = tuple(spell for spell in near if spell[1] > begins and spell[0] < begins + DAY_SECONDS)
    ready[day] = spells
    return spells


def _spells(hours: Hours, after: float) -> Iterator[Spell]:
    """The open spells that end after `after`, in order, those that touch made one."""
    held: Spell | None = None
    for opens, closes in _days_spells(hours, after):
        if held is not None and opens <= held[1]:
            held = (held[0], max(held[1], closes))
            continue
        if held is not None and held[1] > after:
            yield held
        held = (opens, closes)
    if held is not None and held[1] > after:
        yield held


def _days_spells(hours: Hours, around: float) -> Iterator[Spell]:
    """The spells of one day after the other, from the day before this moment on, as far as we look ahead.

    Where nobody ever closes they all touch: whoever joins them first has read more than a year.
    """
    first = datetime.fromtimestamp(around, hours.zone_info).date() - timedelta(days=1)
    for offset in range(LOOK_AHEAD.days + 3):
        yield from _day_spells(hours, first + timedelta(days=offset))


def _day_spells(hours: Hours, day: date) -> list[Spell]:
    if hours.is_holiday(day):
        return []
    zone = hours.zone_info
    spells = []
    for span in hours.week.on(day):
        last = day + timedelta(days=1) if span.closes == MIDNIGHT else day
        opens = first_showing(datetime.combine(day, span.opens), zone)
        spells.append((opens, last_showing(datetime.combine(last, span.closes), zone)))
    for closed in hours.closed_spells:
        spells = [rest for spell in spells for rest in _without(spell, closed)]
    return [spell for spell in spells if spell[0] < spell[1]]


def _without(spell: Spell, closed: Spell) -> list[Spell]:
    if closed[1] <= spell[0] or spell[1] <= closed[0]:
        return [spell]
    rests = [(spell[0], closed[0]), (closed[1], spell[1])]
    return [rest for rest in rests if rest[0] < rest[1]]
