"""Odd requests to every door, in the middle of calls that go on; memory is watched meanwhile."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from storms.fuzz.callers import Dial, Move, dials, moves
from storms.fuzz.doors import EACH
from storms.fuzz.line import NUMBER, line
from storms.fuzz.playing import PerhapsBusy, Player
from storms.fuzz.watching import Watch

A_CALL = 40  # requests
PORTION = 250  # calls, 10,000 requests


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of it: answers by status and by door, the slowest in seconds, memory in MB.

    `asked_again`: by kind, the answers that a busy machine may have caused, none of them when the same was
    asked in another call. `unentered`: doors that nobody came through. `memory`: after each portion;
    `grown`: since the process was warm.
    """

    requests: int
    by_status: Mapping[int, int]
    by_door: Mapping[str, Mapping[int, int]]
    unentered: tuple[str, ...]
    slowest: float
    asked_again: Mapping[str, int]
    memory: tuple[int, ...]
    grown: float


@dataclass
class Run:
    """Calls one after the other, watched; `asked_again`: how often, by kind."""

    player: Player
    watch: Watch
    asked_again: Counter[str] = field(default_factory=Counter)

    def play(self, dial: Dial, then: list[Move]) -> None:
        """One call. What a busy machine may have caused is asked once more in another; then it is ours."""
        try:
            self.player.play([dial, *then])
        except PerhapsBusy as busy:
            self.asked_again[busy.kind] += 1
            print(f"asked again: {busy}; last fault: {self.player.line.last_words()}", flush=True)
            self.player.play([replace(dial, sid=f"{self.asked_again.total() << 64:032x}"), *then])
        self.watch.look(self.player.counts.total())

    def figures(self) -> Figures:
        """As they are now."""
        counts = self.player.counts
        by_status: Counter[int] = Counter()
        by_door: dict[str, dict[int, int]] = defaultdict(dict)
        for (door, status), count in sorted(counts.items()):
            by_status[status] += count
            by_door[door][status] = count
        return Figures(
            counts.total(),
            dict(sorted(by_status.items())),
            dict(by_door),
            tuple(sorted(self.player.line.unentered(counts))),
            self.player.slowest,
            dict(self.asked_again),
            tuple(self.watch.row),
            self.watch.grown,
        )


def send_requests(redis_url: str, requests: int, chance: int) -> Figures:
    """So many, drawn under a seed. Raises Badly with the shortest way to the fault that hypothesis finds."""
    with line(redis_url) as hotline:
        run = Run(Player(hotline), Watch(requests))
        calls = max(1, requests // A_CALL)
        # Hypothesis remembers all that it drew; what it has forgotten cannot be taken for a leak of ours.
        for first in range(0, calls, PORTION):
            run.play(Dial(f"{first:032x}", NUMBER), [*EACH])
            _send(run, min(PORTION, calls - first), chance + first)
            run.watch.read(run.player.counts.total())
        return run.figures()


def _send(run: Run, calls: int, chance: int) -> None:
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
        run.play(dial, then)

    held()
