"""When a clock on a wall shows a time: once, twice (it was set back) or never (it was set forward)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

TICK = timedelta(microseconds=1)
EXACT_TO = timedelta(seconds=1)  # zone rules change on whole seconds


def first_showing(wall: datetime, zone: ZoneInfo) -> float:
    """The first moment (UTC seconds) at which the clock shows `wall` (naive) or has just jumped over it."""
    return _second(_jump_over(wall, zone) or _shown(wall, zone, fold=0))


def last_showing(wall: datetime, zone: ZoneInfo) -> float:
    """The moment (UTC seconds) after which the clock shows nothing before `wall` (naive) any more.

    What lies just before `wall` decides: a clock that is set back from 02:00 to 01:00 reaches 01:00 for
    good the first time, and 02:00 the second.
    """
    before = wall - TICK
    return _second(_jump_over(before, zone) or _shown(before, zone, fold=1) + TICK)


def _shown(wall: datetime, zone: ZoneInfo, fold: int) -> datetime:
    return (wall - _offset(wall, zone, fold)).replace(tzinfo=UTC)


def _offset(wall: datetime, zone: ZoneInfo, fold: int) -> timedelta:
    # A ZoneInfo always knows its offset; None is what the base class of all zones may say.
    return wall.replace(tzinfo=zone, fold=fold).utcoffset() or timedelta(0)


def _jump_over(wall: datetime, zone: ZoneInfo) -> datetime | None:
    """The moment of the jump if the clock never shows `wall` (PEP 495: the offsets of its folds grow)."""
    before, after = _offset(wall, zone, 0), _offset(wall, zone, 1)
    if before >= after:
        return None
    early, late = (wall - after).replace(tzinfo=UTC), (wall - before).replace(tzinfo=UTC)
    while late - early > EXACT_TO:
        middle = early + (late - early) // 2
        if middle.astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)


def _second(moment: datetime) -> float:
    return moment.timestamp()
