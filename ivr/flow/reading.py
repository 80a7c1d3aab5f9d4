"""How values are read out: digit by digit in groups, numbers, money, and moments, in a caller's language."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, match_skeleton
from babel.numbers import format_decimal

from ivr.flow.instructions import Break
from ivr.menus.wording import Wording

GROUP = 3  # digits in one breath
GROUP_PAUSE = Break(600)
READINGS_KEPT = 1024
DAY = "MMMMEEEEd"  # CLDR skeleton: weekday, day and month, in the order of the language


def read(value: str, form: str, wording: Wording, zone: str) -> tuple[str | Break, ...]:
    """One value as words and pauses. A value that does not fit its form is read as it stands."""
    if not value:
        return ()
    match form:
        case "digits":
            return digits(value, wording)
        case "number":
            return (number(value, wording.locale),)
        case "money":
            return (wording.currency.format(amount=number(value, wording.locale)),)
        case "time":
            return (moment(value, wording.locale, zone, wording.moment),)
        case _:
            return (value,)


def digits(value: str, wording: Wording) -> tuple[str | Break, ...]:
    """`123456789` as three groups of words with a pause between them. Anything but digits is left out."""
    spoken: list[str | Break] = []
    for group in groups("".join(one for one in value if one in "0123456789")):
        if spoken:
            spoken.append(GROUP_PAUSE)
        spoken.append(" ".join(wording.digits[int(digit)] for digit in group))
    return tuple(spoken)


def groups(value: str) -> list[str]:
    """Groups of three; a last digit alone joins the group before it, so that four stay together."""
    found = [value[start : start + GROUP] for start in range(0, len(value), GROUP)]
    if len(found) > 1 and len(found[-1]) == 1:
        found[-2:] = [found[-2] + found[-1]]
    return found


@lru_cache(maxsize=READINGS_KEPT)
def number(value: str, locale: str) -> str:
    """`50000` as `50,000`, `50.000` or `50,000` by the habit of the locale."""
    return format_decimal(int(value), locale=locale) if value.isascii() and value.isdecimal() else value


@lru_cache(maxsize=READINGS_KEPT)
def moment(value: str, locale: str, zone: str, glue: str) -> str:
    """An ISO 8601 moment as weekday, date and time of day in `zone`."""
    try:
        at = datetime.fromisoformat(value).astimezone(ZoneInfo(zone))
    except ValueError:
        return value
    day = format_date(at, _day_pattern(locale), locale=locale)
    return glue.format(date=day, time=format_time(at, "short", locale=locale))


@lru_cache(maxsize=READINGS_KEPT)
def _day_pattern(locale: str) -> str:
    """The order of the language (CLDR), weekday and month in full: they are heard, not read."""
    known = Locale.parse(locale).datetime_skeletons
    pattern = known[match_skeleton(DAY, known) or "MMMEd"].pattern
    return re.sub("M{3,}", "MMMM", re.sub("E+", "EEEE", pattern))
