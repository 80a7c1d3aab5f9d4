"""A chore, and how those of one worker are going: when each was done well, and which lag behind."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from foundation.clock import Clock, Deadline

LONGEST_CHORE = 10.0  # seconds that one may ask for: a worker that is told to end waits for the one at hand
PERIODS_MISSED = 2  # that a chore may miss before it is said to lag behind
LEAST_PATIENCE = 120.0  # seconds; a shorter fault of SQL or the carrier mends itself


@dataclass(frozen=True, slots=True)
class Chore:
    """Something that is done again and again.

    `do` returns how much it did and raises what it likes. Two workers may do the same chore at the same
    moment: it takes care of that itself. `every`: seconds from its end to its next beginning; `limit`: those
    it may take, LONGEST_CHORE at most.
    """

    name: str
    do: Callable[[Deadline], int]
    every: float
    limit: float

    def __post_init__(self) -> None:
        if not 0 < self.limit <= LONGEST_CHORE or self.every <= 0:
            raise ValueError(f"the chore {self.name} takes 0 to {LONGEST_CHORE:.0f} s, and has a period")

    @property
    def patience(self) -> float:
        """For how many seconds it may go undone."""
        return max(LEAST_PATIENCE, PERIODS_MISSED * (self.every + self.limit))


class Pulse:
    """How the chores of one worker are going, for any thread. One that is taken in counts as done well."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._patient_until: dict[str, float] = {}

    def take_in(self, chores: Iterable[Chore]) -> None:
        """These are to be done from now on."""
        for chore in chores:
            self.done(chore)

    def done(self, chore: Chore) -> None:
        """It was done well."""
        with self._lock:
            self._patient_until[chore.name] = self._clock.monotonic() + chore.patience

    def late(self) -> tuple[str, ...]:
        """The names of those that have not been done well for too long."""
        now = self._clock.monotonic()
        with self._lock:
            return tuple(name for name, until in self._patient_until.items() if now > until)
