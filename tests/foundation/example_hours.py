"""Opening hours as the tests of them need them, and moments on the wall of Jakarta."""

import tomllib
from datetime import datetime
from zoneinfo import ZoneInfo

from foundation.hours import Hours

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
EVERY_DAY = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def shipped() -> Hours:
    return Hours.model_validate(tomllib.loads(FILE))


def daily(zone: str, *spans: str) -> Hours:
    return Hours.model_validate({"zone": zone, "week": {day: list(spans) for day in EVERY_DAY}})


def jakarta(*when: int) -> datetime:
    return datetime(*when, tzinfo=JAKARTA)  # type: ignore[arg-type,misc]  # year, month, day, hour, minute
