"""A value that is read again and again in the background, so that whoever needs it never waits for it."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from structlog.typing import FilteringBoundLogger

EVERY = 1.0  # seconds between two readings

T = TypeVar("T")


class Refreshed(Generic[T]):
    """The newest value that could be read, `first` until then. To be made after a fork.

    `read` has a time limit of its own. While it fails, what was read last goes on to hold.
    """

    def __init__(
        self, name: str, first: T, read: Callable[[], T], log: FilteringBoundLogger, every: float = EVERY
    ) -> None:
        self._name = name
        self._value = first
        self._read = read
        self._log = log
        self._every = every
        self._failing = False
        self._closed = threading.Event()

    def watch(self) -> None:
        """Read now, and from now on every second; until `close()`."""
        threading.Thread(target=self._watch, name=self._name, daemon=True).start()

    def current(self) -> T:
        """The newest value."""
        return self._value

    def close(self) -> None:
        """Read no more."""
        self._closed.set()

    def look(self) -> None:
        """Read once, here and now; a fault is told once, until a reading has gone well again."""
        try:
            self._value = self._read()
        except Exception as fault:  # noqa: BLE001  # a thread that dies of one look never looks again
            if not self._failing:
                self._log.warning("what was read last goes on to hold", of=self._name, why=str(fault))
            self._failing = True
        else:
            self._failing = False

    def _watch(self) -> None:
        self.look()
        while not self._closed.wait(self._every):
            self.look()
