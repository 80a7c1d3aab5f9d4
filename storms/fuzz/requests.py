"""Odd requests to every door, in the middle of calls that go on; memory is watched meanwhile."""

from __future__ import annotations

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

        @seed(chance)
        @settings(
            max_examples=max(1, requests // A_CALL),
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
            if not warm and player.counts.total() > requests * WARM:
                warm.append(_megabytes())

        held()
        grown = _megabytes() - warm[0]
        by_status = dict(sorted(player.counts.items()))
        return Figures(player.counts.total(), by_status, player.slowest, len(late), grown)


def _megabytes() -> float:
    """What this process holds in memory now."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * _PAGE / 1e6
