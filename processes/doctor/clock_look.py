"""Whether this machine's clock goes right, held against the one of the carrier."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from foundation.clock import Clock
from foundation.settings import Settings
from processes.doctor.findings import Finding

WHAT = "clock"
LIMIT = 3.0  # seconds
BORN_BY = 1.0  # seconds; the carrier tells whole ones
WORTH_A_WORD, WRONG = 2.0, 60.0  # seconds
CURE = "set the clock, and have it kept: `timedatectl set-ntp true`"


def look_at_clock(settings: Settings, clock: Clock) -> Finding:
    """How far it is off. Opening hours, promised times and tokens go by it."""
    url = settings.twilio_api_url
    before = clock.now()
    try:
        with httpx.stream("GET", url, timeout=LIMIT, trust_env=False) as answer:
            told = answer.headers.get("date", "")
        moment = parsedate_to_datetime(told).astimezone(UTC)
    except httpx.HTTPError:
        return Finding(WHAT, f"not compared: {url} does not answer", "see the line of the carrier", mild=True)
    except ValueError:
        return Finding(WHAT, f"not compared: {url} tells no time", "see the line of the carrier", mild=True)
    return _judged(_off(before, clock.now(), moment))


def _off(before: datetime, after: datetime, told: datetime) -> float:
    """Seconds by which ours is ahead of theirs (negative: behind), as little as what was seen allows."""
    ahead = (before - told).total_seconds() - BORN_BY
    behind = (told - after).total_seconds()
    if ahead > 0:
        return ahead
    return -behind if behind > 0 else 0.0


def _judged(off: float) -> Finding:
    if abs(off) <= WORTH_A_WORD:
        return Finding(WHAT, f"goes with the carrier's, within {WORTH_A_WORD:.0f} s")
    how = f"is {abs(off):.0f} s {'ahead of' if off > 0 else 'behind'} the carrier's"
    return Finding(WHAT, how, CURE, mild=abs(off) <= WRONG)
