"""The sign to end: a signal is heard while the worker waits, and remembered while it works."""

import os
import select
import signal
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Ending:
    """Hears SIGTERM and SIGINT. Through a pipe: a lock that a handler and its own thread want is for ever."""

    def __init__(self) -> None:
        self._hears, self._says = os.pipe()

    def listen(self) -> None:
        """From now on these signals end the worker in order; from the main thread alone."""
        for number in SIGNALS:
            signal.signal(number, self._hear)

    def say(self) -> None:
        """Let it end."""
        os.write(self._says, b".")

    def wait(self, seconds: float) -> bool:
        """Wait so long, or until the sign; whether it has been given."""
        # What was written is never read: the sign stays.
        return bool(select.select([self._hears], [], [], seconds)[0])

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        self.say()
