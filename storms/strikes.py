"""What a storm does and when: a plan drawn from a seed, before the first call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from random import Random

SHORTEST, LONGEST = 0.2, 2.5  # seconds that something stays dead, frozen or full


class Blow(Enum):
    """One thing that is done to one part of the hotline; the value is how the figures name it."""

    KILL_WEB = "web workers killed"
    KILL_WORKER = "workers of the Procfile killed"
    KILL_REDIS = "Redis killed"
    KILL_SQL = "PostgreSQL killed"
    KILL_AT_POINT = "processes killed at a fault point"
    FREEZE_AT_POINT = "processes frozen at a fault point"
    FREEZE_WEB = "web workers frozen"
    FREEZE_REDIS = "Redis frozen"
    FREEZE_SQL = "PostgreSQL frozen"
    RESTART_SQL = "PostgreSQL restarted"
    FLUSH_REDIS = "Redis flushed"
    FILL_DISK = "disks filled"


KILLS = frozenset({Blow.KILL_WEB, Blow.KILL_WORKER, Blow.KILL_REDIS, Blow.KILL_SQL, Blow.KILL_AT_POINT})
OF_SQL = frozenset({Blow.KILL_SQL, Blow.FREEZE_SQL, Blow.RESTART_SQL})
# How often each is drawn when something is to be killed: what serves callers most of all.
_SHARES = {
    Blow.KILL_WEB: 4,
    Blow.KILL_AT_POINT: 2,
    Blow.KILL_REDIS: 2,
    Blow.KILL_SQL: 2,
    Blow.KILL_WORKER: 1,
}


@dataclass(frozen=True, slots=True)
class Strike:
    """One blow once so many calls have ended; what can be taken back is, after `lasts` seconds."""

    after: int
    blow: Blow
    lasts: float = 1.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """How much is to be done: kills of every kind, and so many of the others."""

    kills: int
    others: Mapping[Blow, int]

    def without_a_server(self) -> Wanted:
        """Where the database is a file there is none to be struck."""
        return Wanted(self.kills, {blow: many for blow, many in self.others.items() if blow not in OF_SQL})


@dataclass(frozen=True, slots=True)
class Plan:
    """The blows in order; then of `further` kills as many as are missing of the `kills` that must be done."""

    strikes: Sequence[Strike]
    kills: int = 0
    further: Sequence[Strike] = ()

    def falling(self, killed: Callable[[], int]) -> Iterator[Strike]:
        """One blow after the other; `killed` tells how many kills have found somebody until now."""
        yield from self.strikes
        for strike in self.further:
            if killed() >= self.kills:
                return
            yield strike


def more_kills(chance: Random, most: int, *, server: bool) -> tuple[Strike, ...]:
    """Kills to fall one after the other, once the plan is at its end: for those of it that found nobody."""
    blows = _kills(chance, most, server=server)
    return tuple(Strike(0, blow, chance.uniform(SHORTEST, LONGEST)) for blow in blows)


def _kills(chance: Random, many: int, *, server: bool) -> list[Blow]:
    shares = {blow: share for blow, share in _SHARES.items() if server or blow not in OF_SQL}
    return chance.choices(list(shares), list(shares.values()), k=many)


def drawn(chance: Random, calls: int, wanted: Wanted, *, server: bool) -> tuple[Strike, ...]:
    """The blows spread over the calls, in an order by chance; `server`: the database has one of its own."""
    if not server:
        wanted = wanted.without_a_server()
    blows = _kills(chance, wanted.kills, server=server)
    blows += [blow for blow, times in wanted.others.items() for _ in range(times)]
    chance.shuffle(blows)
    # The first calls begin in fair weather, and some are left when the last blow has fallen.
    moments = sorted(chance.randint(calls // 50, calls - calls // 20) for _ in blows)
    return tuple(
        Strike(after, blow, chance.uniform(SHORTEST, LONGEST))
        for after, blow in zip(moments, blows, strict=True)
    )
