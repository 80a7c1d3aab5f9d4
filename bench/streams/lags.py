"""How long pieces of sound took, from counts of those that took no longer than each of some bounds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

HELD = 0.5  # seconds, of 95 in 100
SHARE = 0.95


@dataclass(frozen=True, slots=True)
class Lags:
    """`counts`: upper bound in seconds -> pieces that took no longer, the last bound without end."""

    counts: Mapping[float, float]

    @classmethod
    def told(cls, written: bytes | None) -> Self:
        """What the speech process has said; pieces that nobody heard took for ever."""
        told: dict[str, float] = json.loads(written or "{}")
        dropped = told.pop("dropped", 0.0)
        counts = {float(bound): count for bound, count in told.items()}
        return cls(
            {bound: count + (dropped if bound == float("inf") else 0) for bound, count in counts.items()}
        )

    def since(self, before: Lags) -> Lags:
        """Those that came after a moment."""
        return Lags({bound: count - before.counts.get(bound, 0.0) for bound, count in self.counts.items()})

    @property
    def p95(self) -> float:
        """Seconds, even between two bounds. Without end where none, or too many, were worked through."""
        bounds = sorted(self.counts)
        if not bounds or not self.counts[bounds[-1]]:
            return float("inf")
        wanted = SHARE * self.counts[bounds[-1]]
        for low, high in pairwise([0.0, *bounds]):
            below, within = self.counts.get(low, 0.0), self.counts[high]
            if within >= wanted:
                return low + (high - low) * (wanted - below) / (within - below)
        return float("inf")
