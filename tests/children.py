"""Processes of ours: whom they have started, and how they stand still for a while."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def stopped(*processes: int) -> Iterator[None]:
    """They stand still (SIGSTOP) while this is open."""
    try:
        for process in processes:
            os.kill(process, signal.SIGSTOP)
        yield
    finally:
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGCONT)


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    """A process of ours and its children stand still while this is open."""
    with stopped(pid, *children_of(pid)):
        yield


def children_of(pid: int) -> list[int]:
    """The processes that a process has started; the fourth field of a process's line is its parent."""
    found = []
    for place in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # The second field is a name in brackets, which may hold anything.
            if int(place.read_text("utf-8", "replace").rpartition(")")[2].split()[1]) == pid:
                found.append(int(place.parent.name))
    return found
