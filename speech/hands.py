"""Threads for what may take its time, there from the start, and a bound on what waits for them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from foundation.metrics import SPEECH_FAULTS

BEGUN_WITHIN = 30.0  # seconds that one thread waits for the others to begin

P = ParamSpec("P")
T = TypeVar("T")


class Hands:
    """So many threads of one name. RuntimeError where the machine has none to give."""

    def __init__(self, name: str, threads: int, waiting: int) -> None:
        self._name = name
        self._room = threading.BoundedSemaphore(threads + waiting)
        self._pool = ThreadPoolExecutor(threads, name)
        # An executor begins its threads when they are needed. One that cannot be had then would be a piece
        # of work that waits for ever.
        all_here = threading.Barrier(threads)
        for _ in range(threads):
            self._pool.submit(all_here.wait, BEGUN_WITHIN)

    def do(self, what: Callable[P, T], *with_: P.args, **named: P.kwargs) -> Future[T] | None:
        """Have it done, or None where too much waits already: that is counted, and not done."""
        if not self._room.acquire(blocking=False):
            SPEECH_FAULTS.labels(f"{self._name}: too much waits").inc()
            return None
        try:
            doing = self._pool.submit(what, *with_, **named)
        except RuntimeError:  # it is closed
            self._room.release()
            return None
        doing.add_done_callback(lambda _done: self._room.release())
        return doing

    def close(self) -> None:
        """When what waits is done."""
        self._pool.shutdown()

    def drop(self) -> None:
        """At once; what waits is left undone."""
        self._pool.shutdown(wait=False, cancel_futures=True)
