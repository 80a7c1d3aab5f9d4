"""How much of their time the decoders work, and whether there is room for one caller more; pure.

Sound that waits is noticed when everybody waits already. So a caller is refused before it does: each who
comes is counted at once with what a caller may cost, and what they really cost takes the place of that within
seconds. Time is that of the clock on the wall: a decoder that has to share its core works longer, and is
taken for as busy as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp

AVERAGED_OVER = 4.0  # seconds; what is longer ago counts ever less
A_CALLER = 0.055  # of a decoder's time: somebody who hardly pauses, on a busy core
WORKING_AT_MOST = 0.75  # of all decoders' time; beyond it sound begins to wait for other sound
LAG_AT_MOST = 0.3  # seconds, of 95 in 100 of the newest pieces of sound


@dataclass(frozen=True, slots=True)
class Limits:
    """Beyond which no further caller is taken."""

    working: float = WORKING_AT_MOST
    lag: float = LAG_AT_MOST


@dataclass(frozen=True, slots=True)
class Load:
    """How many decoders are at work at a time, on average: `working` as of the moment `at`, in seconds."""

    working: float = 0.0
    at: float = 0.0

    def by(self, now: float) -> Load:
        """What is left of it at a later moment, if nothing happened since."""
        return Load(self.working * exp((self.at - now) / AVERAGED_OVER), now)

    def worked(self, seconds: float, now: float) -> Load:
        """A decoder has worked for so long."""
        return self._more(seconds / AVERAGED_OVER, now)

    def taken(self, now: float) -> Load:
        """One caller more is heard from now on."""
        return self._more(A_CALLER, now)

    def room(self, decoders: int, limits: Limits, now: float) -> int:
        """How many callers more so many decoders can hear."""
        return max(0, int((limits.working * decoders - self.by(now).working) / A_CALLER))

    def _more(self, working: float, now: float) -> Load:
        faded = self.by(now)
        return replace(faded, working=faded.working + working)
