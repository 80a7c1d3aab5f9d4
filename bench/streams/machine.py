"""Whose processor time a measurement took: the server's, the callers', and everybody else's."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.children import children_of

TICKS = os.sysconf("SC_CLK_TCK")
IDLE = (3, 4)  # idle, and waiting for a disk, among the fields of /proc/stat


@dataclass(frozen=True, slots=True)
class Share:
    """Of a core, on average: what the server took, its callers, and other work on this machine."""

    server: float
    callers: float
    others: float


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of processor until a moment.

    Of a server's family, of this process and all that it has started (the server too), and of everybody.
    """

    at: float
    server: float
    ours: float
    all: float

    @classmethod
    def now(cls, server: int) -> Self:
        told = [int(ticks) for ticks in Path("/proc/stat").read_text("ascii").splitlines()[0].split()[1:9]]
        busy = sum(ticks for place, ticks in enumerate(told) if place not in IDLE)
        return cls(time.monotonic(), _family(server), _family(os.getpid()), busy / TICKS)

    def since(self, before: Spent) -> Share:
        """Who took how much between the two moments."""
        seconds, server = self.at - before.at, self.server - before.server
        ours, everybody = self.ours - before.ours, self.all - before.all
        return Share(server / seconds, (ours - server) / seconds, max(0.0, everybody - ours) / seconds)


def _family(pid: int) -> float:
    total = 0
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
        total = int(fields[11]) + int(fields[12])
    return total / TICKS + sum(_family(child) for child in children_of(pid))
