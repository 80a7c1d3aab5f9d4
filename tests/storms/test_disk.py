"""A small disk takes nothing more while it is full, but for what has its place already."""

import os
from collections.abc import Iterator

import pytest

from storms.disk import Disk, small_disk
from tests.servers import missing


@pytest.fixture
def disk() -> Iterator[Disk]:
    with small_disk(1) as disk:
        if disk is None:
            missing("no disk of its own here: this user may not mount one")
        yield disk


def test_a_full_disk_takes_nothing_more_until_it_is_emptied(disk: Disk) -> None:
    place = disk.folder / "data"
    place.write_bytes(b"before")
    with disk.full(), pytest.raises(OSError, match="No space left"):
        place.write_bytes(bytes(100_000))
    place.write_bytes(bytes(100_000))


def test_a_file_with_its_blocks_allocated_can_be_written_on_a_full_disk(disk: Disk) -> None:
    place = disk.folder / "spool"
    with place.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, 200_000)
    with disk.full(), place.open("r+b") as file:
        file.write(bytes(range(256)) * 700)
    assert place.read_bytes()[:256] == bytes(range(256))
