"""Odd requests to every door, in the middle of calls that go on; memory is watched meanwhile."""

from __future__ import annotations

import gc
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from storms.fuzz.callers import Dial, Move, dials, moves
from storms.fuzz.line import line
from storms.fuzz.playing import Late, Player

A_CALL = 40  # requests
PORTION = 250  # calls
WARM = 0.2  # of all requests are sent before memory is read the first time
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of it: answers by status, the slowest in seconds, how much memory grew in MB.

    `late`: calls in which an answer was late, and none when the same was asked in another call.
    """

    requests: int
    by_status: Mapping[int, int]
    slowest: float
    late: int
    grown: float


def send_requests(redis_url: str, requests: int, chance: int) -> Figures:
    """So many, drawn under a seed. Raises Badly with the shortest way to the fault that hypothesis finds."""
    with line(redis_url) as hotline:
        player = Player(hotline)
        warm: list[float] = []
        late: list[str] = []
        calls = max(1, requests // A_CALL)
        # Hypothesis remembers all that it drew; what it has forgotten cannot be taken for a leak of ours.
        for first in range(0, calls, PORTION):
            _send(player, min(PORTION, calls - first), chance + first, late)
            if not warm and player.counts.total() >= requests * WARM:
                warm.append(_megabytes())
        by_status = dict(sorted(player.counts.items()))
        grown = _megabytes() - warm[0]
        return Figures(player.counts.total(), by_status, player.slowest, len(late), grown)


def _send(player: Player, calls: int, chance: int, late: list[str]) -> None:
    @seed(chance)
    @settings(
        max_examples=calls,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(dials, st.lists(moves, min_size=A_CALL - 1, max_size=A_CALL - 1))
    def held(dial: Dial, then: list[Move]) -> None:
        try:
            player.play([dial, *then])
        except Late:
            late.append(dial.sid)
            player.play([replace(dial, sid=f"{len(late):032x}"), *then])

    held()


def _megabytes() -> float:
    """What this process holds in memory now, less what nobody refers to."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * _PAGE / 1e6
