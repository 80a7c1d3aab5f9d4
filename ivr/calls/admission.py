"""Whether a call that begins is taken: decided from counts alone, so that it costs next to nothing.

Counts are buckets: each call taken is one drop less, and drops come back steadily. So a number that has
called too often is heard again soon, and a burst is taken whole if there was quiet before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

MINUTE = 60.0  # seconds in which the bucket of all calls fills
OF_A_NUMBER_SECONDS = 600.0  # seconds in which the bucket of one number fills
# A customer whose money is stuck calls again and again, and each process counts for itself: the share of one
# process is never less than this, or the same person would be refused by the one and taken by the other.
FEWEST_OF_A_NUMBER = 6


class Met(Enum):
    """How a call that begins is met."""

    TAKEN = "taken"
    OVERFLOW = "overflow"  # more calls than this installation takes
    CAPPED = "capped"  # its number has called too often
    BLOCKED = "blocked"  # its number is on the list


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is taken: calls in progress at once, new ones in a minute, those of a number in ten minutes.

    Nothing is limited by 0.
    """

    at_once: int = 0
    a_minute: int = 0
    of_a_number: int = 0

    def share(self, processes: int) -> Limits:
        """What one of so many processes takes of it. Calls in progress are counted for all of them."""
        of_a_number = max(FEWEST_OF_A_NUMBER, _part(self.of_a_number, processes)) if self.of_a_number else 0
        return Limits(self.at_once, _part(self.a_minute, processes), of_a_number)


@dataclass(frozen=True, slots=True)
class Bucket:
    """So many calls may still be taken as of that moment (monotonic seconds)."""

    left: float
    at: float

    def refilled(self, size: int, seconds: float, now: float) -> Bucket:
        """As of now; it fills in `seconds`."""
        return Bucket(min(float(size), self.left + (now - self.at) * size / seconds), now)

    def without_one(self) -> Bucket:
        """After one more call."""
        return Bucket(self.left - 1.0, self.at)

    @property
    def empty(self) -> bool:
        """Whether the next call is one too many."""
        return self.left < 1.0


@dataclass(frozen=True, slots=True)
class Arrival:
    """What counts when a call begins; `of_number` is None for a caller who shows no number."""

    blocked: bool
    in_progress: int
    of_all: Bucket
    of_number: Bucket | None


def met(arrival: Arrival, limits: Limits) -> Met:
    """How this call is met. Who is refused for their own number is not told that others are to blame."""
    if arrival.blocked:
        return Met.BLOCKED
    if limits.of_a_number and arrival.of_number is not None and arrival.of_number.empty:
        return Met.CAPPED
    if limits.a_minute and arrival.of_all.empty:
        return Met.OVERFLOW
    if limits.at_once and arrival.in_progress >= limits.at_once:
        return Met.OVERFLOW
    return Met.TAKEN


def _part(whole: int, processes: int) -> int:
    return -(-whole // processes)
