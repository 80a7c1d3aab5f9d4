"""Ends a wait that nobody else would end: bites when a limit has passed, unless it is called off before."""

import heapq
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

LONGEST_SLEEP = 60.0  # seconds between two looks when nothing is being watched


@dataclass(slots=True)
class _Watch:
    bite: Callable[[], None] | None


class Watchdog:
    """One thread for all waits of a process, begun with the first one. `bite` must be quick and not wait."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        # By their ends; the number decides between two that end together.
        self._watches: list[tuple[float, int, _Watch]] = []
        self._order = itertools.count()
        self._thread: threading.Thread | None = None

    @contextmanager
    def watch(self, seconds: float, bite: Callable[[], None]) -> Iterator[None]:
        """Call `bite` from another thread if the block takes longer; never after the block has ended."""
        watch = _Watch(bite)
        entry = (time.monotonic() + seconds, next(self._order), watch)
        with self._changed:
            heapq.heappush(self._watches, entry)
            self._awake(entry)
        try:
            yield
        finally:
            # The lock is what makes "never after": a bite that has begun is waited for.
            with self._changed:
                watch.bite = None

    def _awake(self, entry: tuple[float, int, _Watch]) -> None:
        # After a fork the thread is not there any more: is_alive() says so.
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)
            self._thread.start()
        elif self._watches[0] is entry:
            self._changed.notify()

    def _run(self) -> None:
        with self._changed:
            while True:
                # Also for the end of a watch that was called off: whoever forgot it at once would be woken by
                # the next watch, and so by each webhook.
                left = self._watches[0][0] - time.monotonic() if self._watches else LONGEST_SLEEP
                if left > 0:
                    self._changed.wait(min(left, LONGEST_SLEEP))
                else:
                    self._bite_those_due()

    def _bite_those_due(self) -> None:
        while self._watches and (self._watches[0][2].bite is None or self._watches[0][0] <= time.monotonic()):
            _, _, watch = heapq.heappop(self._watches)
            if watch.bite is not None:
                watch.bite()
