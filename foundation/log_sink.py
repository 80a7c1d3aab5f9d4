"""Where the log goes in a process that answers calls: into memory, and from there by a thread of its own.

Whoever takes our log (a pipe, a disk, a terminal) may be slow, stopped or gone; whoever writes a line never
waits for that. What does not fit into memory meanwhile is dropped, counted, and told when the log goes on.
"""

import atexit
import os
import select
import threading
import time
from collections import deque
from collections.abc import Callable

MOST_BYTES = 4 * 1024 * 1024  # that wait, with the lines at hand: some 15,000 lines
GATHER_SECONDS = 0.01  # from the first line to the writing of all that came meanwhile
# Lines of several processes in one pipe are not mixed up to this length; a longer line goes alone.
LARGEST_WRITE = select.PIPE_BUF
DRAIN_SECONDS = 1.0  # what the end of a process waits for its last lines
REST_SECONDS = 0.2  # what a fork waits for the thread
RETRY_SECONDS = 0.1  # between two tries to write to somebody who takes nothing, or is gone


class Sink:
    """Takes lines for a file descriptor, from any thread, also behind a fork: a child begins without lines.

    `dropped` is called for each line that is lost, `tell` with their number as soon as lines are taken again.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.dropped: Callable[[], object] = lambda: None
        self.tell: Callable[[int], object] = lambda _lost: None
        self._thread: threading.Thread | None = None
        self._begin_anew()
        # A thread must not live while a process forks: the child would inherit its locks and not the thread.
        os.register_at_fork(before=self._rest, after_in_child=self._begin_anew, after_in_parent=self._go_on)
        atexit.register(self.drain)

    def write(self, text: str) -> int:
        """Take it, or drop it; never waits for whoever reads."""
        line = text.encode("utf-8", "backslashreplace")
        with self._changed:
            if self._held + len(line) > MOST_BYTES:
                self._lose(1)
                return len(text)
            self._lines.append(line)
            self._held += len(line)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="log", daemon=True)
                self._thread.start()
            elif self._idle:
                self._changed.notify_all()
        return len(text)

    def flush(self) -> None:
        """Nothing: whoever writes to a file asks for this after each line, and must not wait."""

    def isatty(self) -> bool:
        return os.isatty(self._descriptor)

    def drain(self, seconds: float = DRAIN_SECONDS) -> None:
        """Wait until everything is written, but no longer than that."""
        until = time.monotonic() + seconds
        with self._changed:
            while self._held and (left := until - time.monotonic()) > 0:
                self._changed.wait(left)

    def _begin_anew(self) -> None:
        self._changed = threading.Condition()
        self._lines: deque[bytes] = deque()
        self._held = 0
        self._lost = 0
        self._idle = False
        self._resting = False
        self._thread = None

    def _rest(self) -> None:
        thread = self._thread
        if thread is None or thread is threading.current_thread():
            return
        with self._changed:
            self._resting = True
            self._changed.notify_all()
        # One that hangs in a write is left alone: the child begins anew in any case.
        thread.join(REST_SECONDS)

    def _go_on(self) -> None:
        self._resting = False

    def _run(self) -> None:
        while self._awaited():
            with self._changed:
                batch = self._taken()
            written = self._written(b"".join(batch))
            with self._changed:
                self._held -= sum(map(len, batch))
                self._lose(0 if written else len(batch))
                lost = self._lost if written else 0
                self._lost -= lost
                self._changed.notify_all()
            if lost:
                self.tell(lost)

    def _lose(self, lines: int) -> None:
        self._lost += lines
        for _ in range(lines):
            self.dropped()

    def _awaited(self) -> bool:
        """Wait for lines; False if the thread is to end, as a process that forks wants it."""
        with self._changed:
            while not self._lines:
                if self._resting:
                    self._thread = None
                    return False
                self._idle = True
                self._changed.wait()
                self._idle = False
                if not self._resting:
                    # The lock is not held meanwhile, and nobody wakes us for each line.
                    self._changed.wait(GATHER_SECONDS)
        return True

    def _taken(self) -> list[bytes]:
        """The oldest lines, as many as are written in one go."""
        batch = [self._lines.popleft()]
        size = len(batch[0])
        while self._lines and size + len(self._lines[0]) <= LARGEST_WRITE:
            batch.append(self._lines.popleft())
            size += len(batch[-1])
        return batch

    def _written(self, batch: bytes) -> bool:
        """Whether it is; not if nobody is there any more to read it."""
        while batch:
            try:
                batch = batch[os.write(self._descriptor, batch) :]
            except BlockingIOError:
                # Somebody else has said that this file does not wait: then we do.
                select.select([], [self._descriptor], [], RETRY_SECONDS)
            except OSError:
                time.sleep(RETRY_SECONDS)
                return False
        return True
