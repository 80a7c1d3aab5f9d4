"""How the spool's file is laid out: a head, a table with a line for each slot, and a place for each slot."""

import os
import struct
import threading
import zlib
from collections.abc import Sequence
from contextlib import suppress
from enum import IntEnum
from pathlib import Path
from typing import NamedTuple

WRITTEN_AT_ONCE = 1 << 20  # bytes of zeros in one write, when the file is made
MARK_BYTES = 16

_MAGIC = b"hotline spool 1\n"
_HEAD = struct.Struct(">16sII")  # magic, slots, bytes of a place
_HEAD_BYTES = 4_096
# state, length, sequence, mark, CRC of the place; then the CRC of the line itself
_LINE = struct.Struct(f">B3xIQ{MARK_BYTES}sI")
_CRC = struct.Struct(">I")
_LINE_BYTES = 64


class SpoolBroken(Exception):
    """The spool cannot be used: there is no such file, the disk refuses, or another process holds it."""


class State(IntEnum):
    """What a line of the table says of its place."""

    FREE = 0
    KEPT = 1
    ASIDE = 2  # it cannot be done; it is kept for people, and nobody tries it by itself


class Line(NamedTuple):  # two thousand are read at a time: a frozen dataclass takes four times as long
    """A line of the table; `sound` is False where its CRC does not hold."""

    slot: int
    state: State
    length: int
    sequence: int
    mark: bytes
    crc: int
    sound: bool = True


def make(path: Path, slots: int, place_bytes: int) -> None:
    """The whole file, its blocks on the disk before it has its name; of two makers one wins for both."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
    size = place_of(slots, slots, place_bytes)
    file = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        if hasattr(os, "posix_fallocate"):  # not on a Mac
            os.posix_fallocate(file, 0, size)
        # Zeros as well: what is merely reserved may still have to be converted when it is first written.
        for start in range(0, size, WRITTEN_AT_ONCE):
            write(file, bytes(min(WRITTEN_AT_ONCE, size - start)), start)
        write(file, _HEAD.pack(_MAGIC, slots, place_bytes), 0)
        for slot in range(slots):
            write_line(file, Line(slot, State.FREE, 0, 0, bytes(MARK_BYTES), 0))
        os.fsync(file)
        with suppress(FileExistsError):
            os.link(draft, path)
        _sync_folder(path.parent)
    finally:
        os.close(file)
        draft.unlink()


def _sync_folder(folder: Path) -> None:
    """Its name is on the disk too."""
    opened = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def measures(file: int) -> tuple[int, int]:
    """Slots, and bytes of a place, as the file was made."""
    head = os.pread(file, _HEAD.size, 0)
    if len(head) < _HEAD.size:
        raise SpoolBroken("it is cut short")
    magic, slots, place_bytes = _HEAD.unpack(head)
    if magic != _MAGIC or os.fstat(file).st_size < place_of(slots, slots, place_bytes):
        raise SpoolBroken("it is no spool of this version, or cut short")
    return slots, place_bytes


def place_of(slot: int, slots: int, place_bytes: int) -> int:
    """Where the place of a slot begins."""
    lines = -(-slots * _LINE_BYTES // _HEAD_BYTES) * _HEAD_BYTES
    return _HEAD_BYTES + lines + slot * place_bytes


def table(file: int, slots: int) -> Sequence[Line]:
    """A line for each slot."""
    written = os.pread(file, slots * _LINE_BYTES, _HEAD_BYTES)
    starts = range(0, slots * _LINE_BYTES, _LINE_BYTES)
    return [_read_line(slot, written[start : start + _LINE_BYTES]) for slot, start in enumerate(starts)]


def _read_line(slot: int, written: bytes) -> Line:
    told, (crc,) = written[: _LINE.size], _CRC.unpack_from(written, _LINE.size)
    if crc != zlib.crc32(told):
        # Whatever stood here, somebody may have been promised it: it is never taken for free.
        return Line(slot, State.ASIDE, 0, 0, bytes(MARK_BYTES), 0, sound=False)
    state, length, sequence, mark, body_crc = _LINE.unpack(told)
    return Line(slot, State(state), length, sequence, mark, body_crc)


def write_line(file: int, line: Line) -> None:
    """Say of a slot what it holds now."""
    told = _LINE.pack(line.state, line.length, line.sequence, line.mark, line.crc)
    write(file, told + _CRC.pack(zlib.crc32(told)), _HEAD_BYTES + line.slot * _LINE_BYTES)


def write(file: int, what: bytes, at: int) -> None:
    """All of it; SpoolBroken for a part."""
    if os.pwrite(file, what, at) != len(what):
        raise SpoolBroken("the disk took a part alone")


def read_place(file: int, line: Line, size: tuple[int, int]) -> bytes | None:
    """What stands in the place of a slot; None where it is not what was put there."""
    if not line.sound:
        return None
    body = os.pread(file, line.length, place_of(line.slot, *size))
    return body if zlib.crc32(body) == line.crc else None
