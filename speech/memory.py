"""How much memory a process has of its own, and which one the machine ends first when it has none left."""

from __future__ import annotations

import resource
from contextlib import suppress
from pathlib import Path

_PAGE = resource.getpagesize()
_FIRST = "1000"  # Linux: from -1000, never, to 1000, before all others


def of_its_own(process: int | str = "self") -> int:
    """Bytes of memory that a process shares with nobody; 0 where it has ended, or nothing tells."""
    try:
        _, resident, shared = Path(f"/proc/{process}/statm").read_text("ascii").split()[:3]
    except (OSError, ValueError):
        return 0
    return (int(resident) - int(shared)) * _PAGE


def go_first() -> None:
    """Have the machine end this process before any other when its memory is gone, where it can be told so."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_FIRST, "ascii")
