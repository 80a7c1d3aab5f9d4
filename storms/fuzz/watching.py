"""Memory of this process while requests are sent, and a line a minute for whoever watches the run."""

from __future__ import annotations

import gc
import os
import time
from pathlib import Path

MINUTE = 60.0  # seconds between two lines
WARM = 0.2  # of all requests are sent before memory is read for the comparison
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Watch:
    """`row`: MB, one reading after every portion of the requests."""

    def __init__(self, requests: int) -> None:
        self._requests = requests
        self._told = self._began = time.monotonic()
        self._warm: float | None = None
        self.row: list[int] = []

    def look(self, sent: int) -> None:
        """Print a line if the last one is a minute old."""
        now = time.monotonic()
        if now - self._told >= MINUTE:
            self._told = now
            print(f"{sent:,} requests in {now - self._began:.0f} s, {_megabytes():.0f} MB", flush=True)

    def read(self, sent: int) -> None:
        """Read memory, less what nobody refers to."""
        gc.collect()
        self.row.append(round(_megabytes()))
        if self._warm is None and sent >= self._requests * WARM:
            self._warm = _megabytes()

    @property
    def grown(self) -> float:
        """MB since the process was warm."""
        return _megabytes() - (self._warm or _megabytes())


def _megabytes() -> float:
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * _PAGE / 1e6
