"""A thread that writes what others hand it, many at a time: a durable commit a turn would halve the rate."""

from __future__ import annotations

import atexit
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from foundation.database import Connection
from foundation.logs import logger
from foundation.metrics import JOURNAL_LAG, JOURNAL_LOST

GATHER_SECONDS = 0.1  # from the first row to the writing of all that came meanwhile
LATEST_SECONDS = 0.25  # a row is in SQL by then, if SQL answers
BATCH_AT_MOST = 500
WAITING_AT_MOST = 2_000  # rows; beyond them the one who comes writes for itself
RETRY_SECONDS = 0.2
CLOSE_SECONDS = 3.0  # what the end of a process waits for the last rows

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Also:
    """Something for SQL that is owed to nobody. `name`: as a log may call it; `write` may run twice."""

    name: str
    write: Callable[[Connection], None]


class BatchWriter(Generic[T]):
    """Starts with the first row, so also in a process that was forked; ends, written out, with the process.

    A process that ends in order calls `close()`. What Python itself does at its end is the second net: new
    threads, and so new connections to SQL, are no longer to be had then.

    `write` writes all or nothing and may raise `unreachable`: the batch is then tried again. Any other
    fault is a row's own: the rows are written one by one, and the bad one is dropped, counted, and named in
    the log by what `describe` says of it: whose it was, and nothing personal.
    """

    def __init__(
        self,
        write: Callable[[Sequence[T]], None],
        unreachable: type[Exception],
        describe: Callable[[T], str],
        waiting_at_most: int = WAITING_AT_MOST,
    ) -> None:
        self._write = write
        self._unreachable = unreachable
        self._describe = describe
        self._waiting: queue.Queue[T] = queue.Queue(waiting_at_most)
        self._closing = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._away = False
        self._since = 0.0  # when the batch at hand began to be gathered
        atexit.register(self.close)

    def put(self, row: T) -> bool:
        """Whether the row was taken; not when too many wait or the end has begun."""
        if self._closing.is_set():
            return False
        try:
            self._waiting.put_nowait(row)
        except queue.Full:
            return False
        self._awake()
        return True

    def close(self) -> None:
        """Write what waits and stop; the rows that could not be written are counted."""
        atexit.unregister(self.close)
        self._closing.set()
        thread = self._thread
        if thread is not None and thread.is_alive():
            thread.join(CLOSE_SECONDS)

    def _awake(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            with self._starting:
                if self._thread is None or not self._thread.is_alive():
                    self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
                    self._thread.start()

    def _run(self) -> None:
        while not (self._closing.is_set() and self._waiting.empty()):
            batch = self._gathered()
            while batch and not self._written(batch):
                if self._closing.wait(RETRY_SECONDS):
                    if not self._written(batch):
                        JOURNAL_LOST.inc(len(batch))
                        logger("calls").error(
                            "journal rows lost", rows=len(batch), behind=self._waiting.qsize()
                        )
                    break

    def _gathered(self) -> list[T]:
        try:
            batch = [self._waiting.get(timeout=GATHER_SECONDS)]
        except queue.Empty:
            return []
        self._since = time.monotonic()
        self._closing.wait(GATHER_SECONDS)
        while len(batch) < BATCH_AT_MOST:
            try:
                batch.append(self._waiting.get_nowait())
            except queue.Empty:
                break
        return batch

    def _written(self, batch: Sequence[T]) -> bool:
        try:
            self._write(batch)
        except self._unreachable as fault:
            if not self._away:
                logger("calls").warning("the journal waits for sql", rows=len(batch), fault=str(fault))
            self._away = True
            JOURNAL_LAG.set(time.monotonic() - self._since)
            return False
        except Exception:  # noqa: BLE001  # the thread must outlive any row
            if len(batch) == 1:
                JOURNAL_LOST.inc()
                logger("calls").exception("journal row dropped", key=self._name(batch[0]))
                return True
            alone = [self._written([row]) for row in batch]
            return all(alone)
        self._away = False
        JOURNAL_LAG.set(0.0)
        return True

    def _name(self, row: T) -> str:
        try:
            return self._describe(row)
        except Exception:  # noqa: BLE001  # a row that cannot even be named must not end the thread
            return type(row).__name__
