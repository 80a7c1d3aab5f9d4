"""A backup file is whole or refused: cut, changed, of another program, or on a disk that is full."""

import gzip
import json
import resource
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from foundation.backup_file import Header, Line, NotABackup, TableShape, counted, opened, write

HEADER = Header(
    "0004", "2026-11-23T02:30:00+00:00", "k", (TableShape("one", ("a", "b")), TableShape("two", ("c",)))
)
ROWS: list[tuple[str, Line]] = [
    ("one", [1, "sebuah pesan"]),
    ("one", [2, {"an": [None, True, "转账"]}]),
    ("two", ["  \u2028 \n"]),
]


def packed(content: bytes) -> bytes:
    """The same bytes at every moment: they are in the names of tests, which all workers must agree on."""
    return gzip.compress(content, mtime=0)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    file = tmp_path / "backup.gz"
    write(file, HEADER, ROWS)
    return file


def read(place: Path) -> tuple[Header, list[tuple[str, Line]]]:
    with opened(place) as (header, rows):
        return header, list(rows)


def test_what_was_written_is_read_again(place: Path) -> None:
    assert read(place) == (HEADER, ROWS)
    assert counted(place) == (HEADER, {"one": 2, "two": 1})


def test_only_its_owner_may_read_it_and_nothing_is_left_beside_it(place: Path) -> None:
    assert place.stat().st_mode & 0o777 == 0o600
    assert list(place.parent.iterdir()) == [place]


def test_a_file_that_is_cut_anywhere_is_refused(place: Path) -> None:
    whole = place.read_bytes()
    for length in range(len(whole)):
        place.write_bytes(whole[:length])
        with pytest.raises(NotABackup):
            counted(place)


def test_one_changed_byte_is_found_wherever_it_stands(place: Path) -> None:
    whole = place.read_bytes()
    passed = []
    for at in range(len(whole)):
        for flip in (0x01, 0x80, 0xFF):
            place.write_bytes(whole[:at] + bytes([whole[at] ^ flip]) + whole[at + 1 :])
            try:
                found = read(place)
            except NotABackup:
                continue
            # Some bits of the packing mean nothing to anybody: then the rows are as they were.
            passed.append(at)
            assert found == (HEADER, ROWS)
    # Seven bytes of gzip's head, and what fills up the last byte before its own sum and length.
    assert set(passed) <= {*range(3, 10), len(whole) - 9}


@pytest.mark.parametrize("more", [packed(b'["one",3]\n'), packed(b"x"), b"something"])
def test_what_was_added_behind_is_refused(place: Path, more: bytes) -> None:
    place.write_bytes(place.read_bytes() + more)
    with pytest.raises(NotABackup, match="changed"):
        counted(place)


@pytest.mark.parametrize(
    "other",
    [
        b"",
        b"a letter to somebody\n",
        packed(b""),
        packed(b"a letter to somebody\n"),
        packed(b"[1, 2]\n"),
        packed(b'{"format": "another 1", "tables": []}\n'),
        packed(b'{"format": "hotline backup 2", "tables": []}\n'),
        packed(b'{"format": "hotline backup 1", "tables": 7}\n'),
        packed(b"x" * 10_000_000),
        packed(b"[" * 90_000 + b"\n"),
        bytes(range(256)) * 40,
    ],
)
def test_a_file_of_another_program_is_no_backup(place: Path, other: bytes) -> None:
    place.write_bytes(other)
    with pytest.raises(NotABackup, match="no backup of the hotline"):
        counted(place)


def test_a_database_itself_is_no_backup(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "database.sqlite")) as file:
        file.execute("CREATE TABLE one (a)")
        file.commit()
    with pytest.raises(NotABackup, match="no backup of the hotline"):
        counted(tmp_path / "database.sqlite")


@pytest.mark.parametrize(
    "lines",
    [
        ['{"table":"one"}', "[1]"],
        ["[1,2]"],
        ['{"table":"three"}'],
        ['{"table":"two"}', '["x"]', '{"table":"one"}', '[1,"y"]'],
        ['{"table":"one"}', "7"],
        ['{"table":"one"}', "[" * 5_000 + "]" * 5_000],
        ["{}"],
    ],
)
def test_rows_that_cannot_be_of_its_tables_are_refused(place: Path, lines: list[str]) -> None:
    head = gzip.decompress(place.read_bytes()).partition(b"\n")[0]
    end = json.dumps({"rows": {"one": 0, "two": 0}, "sha256": "0" * 64})
    place.write_bytes(
        gzip.compress(b"\n".join([head, *(line.encode() for line in lines), end.encode(), b""]))
    )
    with pytest.raises(NotABackup):
        counted(place)


FILLING = """
import random, sys
from pathlib import Path
from foundation.backup_file import Header, TableShape, write
noise = random.Random(1)
rows = (("one", [str(noise.random())]) for _ in range(200_000))
try:
    write(Path(sys.argv[1]), Header("0004", "now", "k", (TableShape("one", ("a",)),)), rows)
except OSError as fault:
    sys.exit(fault.errno)
"""


def limit_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))


def test_a_disk_that_is_full_leaves_the_earlier_backup_and_nothing_else(place: Path) -> None:
    before = place.read_bytes()
    filled = subprocess.run(
        [sys.executable, "-c", FILLING, place], check=False, timeout=60, preexec_fn=limit_files
    )
    assert filled.returncode > 0
    assert place.read_bytes() == before
    assert list(place.parent.iterdir()) == [place]
