"""A file that takes what must not be lost while SQL cannot: its blocks are allocated before they are needed.

Appending fails on a full disk; writing into a file whose blocks are there does not. What is put in stands
when `keep` returns: the place is written, then its line of the table, then both are on the disk. A process
that dies before the line is written has kept nothing; one whose disk then refuses may have kept it after all.
"""

import fcntl
import os
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from foundation.clock import Deadline
from foundation.spool_file import (
    MARK_BYTES,
    Line,
    SpoolBroken,
    State,
    make,
    measures,
    place_of,
    read_place,
    table,
    write,
    write_line,
)

FILE = "promises.spool"
SLOTS = 2_048  # promises that fit; with the places below a file of 8 MiB
PLACE_BYTES = 4_096  # the longest promise, as it is sealed
READ_AT_MOST = 100  # slots read under one lock
LOCK_POLL = 0.002  # seconds between two looks at a lock that another process holds

__all__ = ["FILE", "Counts", "Entry", "Full", "Kept", "Spool", "SpoolBroken", "State", "TooLong"]


@dataclass(frozen=True, slots=True)
class Kept:
    """It stands in the file."""


@dataclass(frozen=True, slots=True)
class Full:
    """Every slot is taken: nothing was kept."""


@dataclass(frozen=True, slots=True)
class TooLong:
    """It does not fit into a slot: nothing was kept."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One slot that is taken; `body` is None where it cannot be read any more."""

    slot: int
    sequence: int
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many slots wait to be done, how many are set aside, and how many there are."""

    waiting: int
    aside: int
    slots: int


class Spool:
    """The file in one folder, for all threads and processes of a machine; made by whoever comes first.

    Nothing is opened before it is needed: a process whose spool is broken serves all the same, and finds it
    mended without being started anew. Every method raises SpoolBroken.
    """

    def __init__(self, folder: Path, slots: int = SLOTS, place_bytes: int = PLACE_BYTES) -> None:
        self._path = folder / FILE
        self._size = (slots, place_bytes)
        self._mine = threading.Lock()
        self._file = -1

    def prepare(self) -> None:
        """Make the file if it is not there, and open it."""
        with self._mine, _told():
            self._opened()

    def keep(self, name: str, body: bytes, deadline: Deadline) -> Kept | Full | TooLong:
        """Put it in. The same name is kept once: a repeat takes no second slot while the first waits."""
        mark = sha256(name.encode()).digest()[:MARK_BYTES]
        with self._locked(deadline) as file:
            slots, place_bytes = measures(file)
            if len(body) > place_bytes:
                return TooLong()
            lines = table(file, slots)
            if not any(line.state is State.KEPT and line.mark == mark for line in lines):
                free = next((line for line in lines if line.state is State.FREE and line.sound), None)
                if free is None:
                    return Full()
                sequence = max(line.sequence for line in lines) + 1
                write(file, body, place_of(free.slot, slots, place_bytes))
                write_line(file, Line(free.slot, State.KEPT, len(body), sequence, mark, zlib.crc32(body)))
        with _told():
            # Outside the lock: many who wait for the disk wait for one and the same write.
            os.fsync(file)
        return Kept()

    def waiting(self, deadline: Deadline, state: State = State.KEPT) -> tuple[Entry, ...]:
        """The oldest that are in this state, in the order in which they came; at most 100."""
        with self._locked(deadline) as file:
            slots, place_bytes = measures(file)
            taken = [line for line in table(file, slots) if line.state is state]
            oldest = sorted(taken, key=lambda line: line.sequence)[:READ_AT_MOST]
            size = (slots, place_bytes)
            return tuple(Entry(one.slot, one.sequence, read_place(file, one, size)) for one in oldest)

    def free(self, entry: Entry, deadline: Deadline) -> None:
        """It is done: what stood there is wiped, and the slot can be taken again."""
        self._move(entry, State.FREE, deadline)

    def set_aside(self, entry: Entry, deadline: Deadline) -> None:
        """It cannot be done: it stays for people, and blocks no other."""
        self._move(entry, State.ASIDE, deadline)

    def put_back(self, entry: Entry, deadline: Deadline) -> None:
        """It is to be tried again."""
        self._move(entry, State.KEPT, deadline)

    def counts(self, deadline: Deadline) -> Counts:
        """How many wait and how many are set aside."""
        with self._locked(deadline) as file:
            slots, _ = measures(file)
            states = [line.state for line in table(file, slots)]
            return Counts(states.count(State.KEPT), states.count(State.ASIDE), slots)

    def close(self) -> None:
        """Give the file back."""
        with self._mine:
            if self._file >= 0:
                os.close(self._file)
            self._file = -1

    def _move(self, entry: Entry, to: State, deadline: Deadline) -> None:
        with self._locked(deadline) as file:
            slots, place_bytes = measures(file)
            line = table(file, slots)[entry.slot]
            # Somebody else may have been here first, and the slot may hold another promise by now.
            if line.sequence != entry.sequence or line.state is State.FREE:
                return
            write_line(file, Line(line.slot, to, line.length, line.sequence, line.mark, line.crc))
            if to is State.FREE:
                # Behind the line: one that says "kept" of a wiped place would be told to people as lost.
                write(file, bytes(place_bytes), place_of(line.slot, slots, place_bytes))
            os.fsync(file)

    @contextmanager
    def _locked(self, deadline: Deadline) -> Iterator[int]:
        """The open file, held against all threads and processes of the machine."""
        if not self._mine.acquire(timeout=deadline.left()):
            raise SpoolBroken("it is in use")
        try:
            with _told():
                file = self._opened()
                _hold(file, deadline)
                try:
                    yield file
                finally:
                    fcntl.flock(file, fcntl.LOCK_UN)
        finally:
            self._mine.release()

    def _opened(self) -> int:
        if not self._path.exists():
            make(self._path, *self._size)
        if self._file < 0 or os.fstat(self._file).st_ino != self._path.stat().st_ino:
            # One that was put in its place while we ran: what is written into the old one, nobody reads. The
            # old one is not closed, for another thread may wait for its disk.
            self._file = os.open(self._path, os.O_RDWR | os.O_CLOEXEC)
        return self._file


def _hold(file: int, deadline: Deadline) -> None:
    """The lock of the machine; a process that dies gives it back, one that is frozen does not."""
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if deadline.passed():
                raise SpoolBroken("another process holds it") from None
            time.sleep(LOCK_POLL)
        else:
            return


@contextmanager
def _told() -> Iterator[None]:
    """Every way in which a file can fail, as the one exception that callers know."""
    try:
        yield
    except OSError as fault:
        raise SpoolBroken(fault.strerror or str(fault)) from fault
