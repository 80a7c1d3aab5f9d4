"""Opening times as people write them: spans of a week, holidays, closures, and their faults in words."""

import difflib
from datetime import date, datetime, time
from functools import cache
from itertools import pairwise
from typing import Annotated, NamedTuple
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)

SPANS_A_DAY = 6
MIDNIGHT = time(0, 0)
END_OF_DAY = "24:00"


class Span(NamedTuple):
    """Open from `opens` to before `closes` on one day; `closes` 00:00 is the midnight that ends the day."""

    opens: time
    closes: time

    def __str__(self) -> str:
        closes = END_OF_DAY if self.closes == MIDNIGHT else f"{self.closes:%H:%M}"
        return f"{self.opens:%H:%M}-{closes}"


def _span(written: object) -> Span:
    if isinstance(written, Span):
        return written
    opens, dash, closes = str(written).partition("-")
    if not dash:
        raise ValueError(f'{written!r} is no span of time; write it as "08:00-12:00"')
    if closes.strip() == END_OF_DAY:
        return Span(_clock_time(opens), MIDNIGHT)
    span = Span(_clock_time(opens), _clock_time(closes))
    if span.closes <= span.opens:
        raise ValueError(
            f'{written!r} closes before it opens; a night ends at "24:00" and begins anew at "00:00"'
        )
    return span


def _clock_time(written: str) -> time:
    try:
        return datetime.strptime(written.strip(), "%H:%M").time()  # noqa: DTZ007  # a time of day has no zone
    except ValueError:
        raise ValueError(f'{written.strip()!r} is no time of day; write it as "08:00"') from None


def _in_order(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    ordered = tuple(sorted(spans))
    for one, following in pairwise(ordered):
        if one.closes == MIDNIGHT or following.opens < one.closes:
            raise ValueError(f"{one} and {following} overlap")
    return ordered


@cache
def _zones() -> frozenset[str]:
    # Every look walks the whole folder of zones.
    return frozenset(available_timezones())


def _known_zone(name: str) -> str:
    if name in _zones():
        return name
    near = difflib.get_close_matches(name, _zones(), n=1, cutoff=0.5)
    hint = f"; did you mean {near[0]!r}?" if near else '; write it as "Asia/Jakarta"'
    raise ValueError(f"{name!r} is no known time zone{hint}")


def _wall_time(moment: datetime) -> datetime:
    if moment.tzinfo is not None:
        raise ValueError("a closure is written in local time, without an offset: 2026-11-24T13:00:00")
    return moment


_WrittenSpan = Annotated[
    Span,
    BeforeValidator(_span),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^\d\d:\d\d-\d\d:\d\d$", "examples": ["08:00-12:00"]}),
]
_DayHours = Annotated[tuple[_WrittenSpan, ...], Field(max_length=SPANS_A_DAY), AfterValidator(_in_order)]
_WallTime = Annotated[datetime, AfterValidator(_wall_time)]
Zone = Annotated[str, AfterValidator(_known_zone)]


class Frozen(BaseModel):
    """What every part of the opening times has in common: it never changes and knows no other fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Week(Frozen):
    """The spans of each weekday; a day without any is closed."""

    mon: _DayHours = ()
    tue: _DayHours = ()
    wed: _DayHours = ()
    thu: _DayHours = ()
    fri: _DayHours = ()
    sat: _DayHours = ()
    sun: _DayHours = ()

    def on(self, day: date) -> tuple[Span, ...]:
        """The spans of the weekday that this date is."""
        week = (self.mon, self.tue, self.wed, self.thu, self.fri, self.sat, self.sun)
        return week[day.weekday()]


class Holiday(Frozen):
    """One date on which nobody is there."""

    date: date
    name: str


class Closure(Frozen):
    """Nobody is there from `starts` to before `ends`, by the clock on the wall."""

    starts: _WallTime = Field(alias="from")
    ends: _WallTime = Field(alias="to")
    reason: str

    def model_post_init(self, _context: object) -> None:
        """A closure that ends before it starts is a slip of the pen."""
        if self.ends <= self.starts:
            raise ValueError(f"this closure ends ({self.ends}) before it starts ({self.starts})")
