"""The chore that sweeps: far back when a worker begins, then what has come since, and each message once."""

from datetime import timedelta

from foundation.clock import Deadline
from ivr.calls.sweep import Fate, Sweep

AT_FIRST = timedelta(
    days=7
)  # back, when a worker begins: no host is down for longer without anybody's notice
OVERLAP = timedelta(
    hours=2
)  # longer than a call takes to end after its message, and than the list lags behind
MOST_REMEMBERED = 20_000  # messages; beyond them all are looked at anew, which costs time alone


class Broom:
    """Remembers until when everything is swept, and which messages need no second look."""

    def __init__(self, sweep: Sweep) -> None:
        self._sweep = sweep
        self._clock = sweep.turns.clock
        self._since = self._clock.now() - AT_FIRST
        self._settled: set[str] = set()

    def sweep(self, deadline: Deadline) -> int:
        """How many messages became tickets. Raises NotSwept, DatabaseUnavailable."""
        began, became, unfinished = self._clock.now(), 0, False
        if len(self._settled) > MOST_REMEMBERED:
            self._settled = set()
        for swept in self._sweep.sweep(self._since, deadline, but=self._settled):
            became += swept.fate is Fate.BECAME
            unfinished = unfinished or swept.fate in (Fate.NOT_LOOKED_AT, Fate.NOT_KEPT)
            if swept.fate.is_final:
                self._settled.add(swept.message.sid)
        if not unfinished:
            self._since = began - OVERLAP
        return became
