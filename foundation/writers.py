"""One writer of this process after the other, where the database is a file."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class StillWriting(Exception):
    """Another thread of this process was writing all the while."""


class Writers:
    """SQLite has no queue: it lets whoever finds another writer sleep, up to a tenth of a second a time, and
    look again. Within a process the next one goes on as soon as the one before has ended.
    """

    def __init__(self) -> None:
        self._writing = threading.Lock()

    @contextmanager
    def turn(self, seconds: float) -> Iterator[None]:
        """Nobody else of this process writes in the block. StillWriting if that is not so in time."""
        if not self._writing.acquire(timeout=seconds):
            raise StillWriting("another thread of this process is writing")
        try:
            yield
        finally:
            self._writing.release()
