"""A backup as a file: rows as lines of JSON, packed, with a sum at the end that finds any change."""

import gzip
import hashlib
import json
import os
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

FORMAT = "hotline backup 1"
LONGEST_LINE = 64_000_000  # bytes; one row is far shorter, a book with all its wordings too
LONGEST_HEADER = 100_000
PACKING = 6  # gzip's level: half the time of 9 for nearly the same size
_NOT_OURS = "is no backup of the hotline"
_CHANGED = "is cut or was changed since it was written"
# What reading may stumble over in a file that is not as we wrote it.
_BROKEN = (EOFError, zlib.error, gzip.BadGzipFile, ValueError, TypeError, KeyError, RecursionError)

Line = list[Any]  # one row: values as JSON carries them, in the order of the table's columns


class NotABackup(Exception):
    """The file is no backup, or not as it was written; the words go on after its name."""


@dataclass(frozen=True, slots=True)
class TableShape:
    """A table of a backup: its name, and its columns in the order of each row's values."""

    name: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Header:
    """What stands first in a backup. `schema` is the revision, `key` names SECRET_KEY without telling it."""

    schema: str
    made_at: str
    key: str
    tables: tuple[TableShape, ...]


@dataclass(slots=True)
class _Summed:
    """Lines through a sum: what is written, or what is read."""

    file: gzip.GzipFile
    sum: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def write(self, what: object) -> None:
        line = json.dumps(what, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        self.sum.update(line)
        self.file.write(line)

    def read(self, limit: int = LONGEST_LINE) -> bytes:
        line = self.file.readline(limit)
        if not line.endswith(b"\n"):
            raise NotABackup(_CHANGED)
        return line


def write(place: Path, header: Header, rows: Iterable[tuple[str, Line]]) -> dict[str, int]:
    """The backup at `place`, all of it or nothing; how many rows each table has.

    `rows`: table and values, in the order of the header's tables. Written beside its place, made safe on
    the disk, and put there at once; only its owner may read it. OSError if the disk does not take it.
    """
    with _beside(place) as raw:
        with gzip.GzipFile(filename="", mode="wb", fileobj=raw, compresslevel=PACKING, mtime=0) as packed:
            counts = _write_lines(_Summed(packed), header, rows)
        raw.flush()
        os.fsync(raw.fileno())
    return counts


def _write_lines(out: _Summed, header: Header, rows: Iterable[tuple[str, Line]]) -> dict[str, int]:
    out.write({"format": FORMAT, **asdict(header)})
    counts = {table.name: 0 for table in header.tables}
    now = None
    for table, row in rows:
        if table != now:
            now = table
            out.write({"table": table})
        counts[table] += 1
        out.write(row)
    out.write({"rows": counts, "sha256": out.sum.hexdigest()})
    return counts


@contextmanager
def _beside(place: Path) -> Iterator[IO[bytes]]:
    """A file that takes the place of `place` when the block has ended well, and is gone if not."""
    handle, name = tempfile.mkstemp(prefix=f".{place.name}.", suffix=".partial", dir=place.parent)
    try:
        with os.fdopen(handle, "wb") as raw:
            yield raw
        Path(name).replace(place)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
    _make_safe(place.parent)


def _make_safe(folder: Path) -> None:
    """The new name itself must stand on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def opened(place: Path) -> Iterator[tuple[Header, Iterator[tuple[str, Line]]]]:
    """The header, and the rows in their order, one at a time.

    Whoever reads the rows must read all: that the file is whole is known at its end. Raises NotABackup,
    from the rows too, and OSError.
    """
    with place.open("rb") as raw, gzip.GzipFile(fileobj=raw) as packed:
        lines = _Summed(packed)
        header = _header(lines)
        yield header, _told(_rows(lines, header))


def _header(lines: _Summed) -> Header:
    try:
        first = lines.read(LONGEST_HEADER)
        told = {"format": None, **json.loads(first)}
        tables = tuple(TableShape(one["name"], tuple(one["columns"])) for one in told.pop("tables"))
        ours = told.pop("format") == FORMAT
        header = Header(**told, tables=tables)
    except (*_BROKEN, NotABackup):
        raise NotABackup(_NOT_OURS) from None
    if not ours:
        raise NotABackup(_NOT_OURS)
    lines.sum.update(first)
    return header


def _rows(lines: _Summed, header: Header) -> Iterator[tuple[str, Line]]:
    shapes = {table.name: len(table.columns) for table in header.tables}
    waiting = list(shapes)  # a table's rows stand together, in the order of the header
    counts = dict.fromkeys(shapes, 0)
    now = ""
    while True:
        line = lines.read()
        told = json.loads(line)
        if isinstance(told, dict) and "sha256" in told:
            break
        lines.sum.update(line)
        if isinstance(told, dict):
            now = told["table"]
            waiting = waiting[waiting.index(now) + 1 :]
        else:
            if len(told) != shapes[now]:
                raise NotABackup(_CHANGED)
            counts[now] += 1
            yield now, told
    if told != {"rows": counts, "sha256": lines.sum.hexdigest()} or lines.file.read(1):
        raise NotABackup(_CHANGED)


def _told(rows: Iterator[tuple[str, Line]]) -> Iterator[tuple[str, Line]]:
    """Every way in which a file can be broken, as the one fault that callers know."""
    try:
        yield from rows
    except _BROKEN:
        raise NotABackup(_CHANGED) from None


def counted(place: Path) -> tuple[Header, dict[str, int]]:
    """What is in a backup, after all of it was read and found whole."""
    with opened(place) as (header, rows):
        counts = {table.name: 0 for table in header.tables}
        for table, _ in rows:
            counts[table] += 1
    return header, counts
