"""Until when, as an operator types it: a time of today or tomorrow, or a date and a time."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from foundation.wall_clock import last_showing

LONGEST = timedelta(days=14)
FORMS = '18:00, "tomorrow 09:00" or 2026-11-23T18:00'
_OF_A_DAY = re.compile(r"(?:(today|tomorrow)\s+)?(\d{1,2}):(\d{2})", re.ASCII)
_END_OF_DAY = (24, 0)


class UntilFault(ValueError):
    """Why what was typed cannot be the end of something, with the cure."""


def until_when(told: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The moment in UTC. A time alone is one of today, by the clock of `zone`. Raises UntilFault.

    It must lie ahead, 14 days at most. Where the clock shows a time twice, the second is meant.
    """
    words = told.strip().lower()
    of_a_day = _OF_A_DAY.fullmatch(words)
    moment = _of_a_day(of_a_day, now, zone) if of_a_day else _dated(told.strip(), zone)
    if moment is None:
        raise UntilFault(f"{told!r} is no time; write {FORMS}")
    if moment <= now:
        raise UntilFault(_past(told, of_a_day, now.astimezone(zone)))
    if moment > now + LONGEST:
        latest = (now + LONGEST).astimezone(zone)
        raise UntilFault(
            f"{told} is more than {LONGEST.days} days ahead; {latest:%Y-%m-%dT%H:%M} is the latest. "
            "What holds for longer belongs into the book"
        )
    return moment


def _of_a_day(told: re.Match[str], now: datetime, zone: ZoneInfo) -> datetime | None:
    day = now.astimezone(zone).date() + timedelta(days=1 if told[1] == "tomorrow" else 0)
    hour, minute = int(told[2]), int(told[3])
    if (hour, minute) == _END_OF_DAY:
        return _shown(day + timedelta(days=1), time(0, 0), zone)
    try:
        return _shown(day, time(hour, minute), zone)
    except ValueError:
        return None


def _dated(told: str, zone: ZoneInfo) -> datetime | None:
    try:
        read = datetime.fromisoformat(told)
    except ValueError:
        return None
    if len(told) <= len("2026-11-23"):
        return None  # a date alone: whether its morning or its evening is meant, nobody knows
    return read.astimezone(UTC) if read.tzinfo else _shown(read.date(), read.time(), zone)


def _shown(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(last_showing(datetime.combine(day, at), zone), UTC)


def _past(told: str, of_a_day: re.Match[str] | None, local: datetime) -> str:
    cure = "write a time that lies ahead"
    if of_a_day:
        cure = f'for tomorrow write --until "tomorrow {of_a_day[2]}:{of_a_day[3]}"'
    return f"{told} is past: it is {local:%Y-%m-%d %H:%M} in {local.tzinfo}; {cure}"
