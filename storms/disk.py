"""A small disk of its own, which can be filled to the last byte and emptied again."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

BALLAST = "ballast"
PIECE = 4_096  # bytes; what is left beyond the last whole piece is no place for anything
MOUNT_LIMIT = 10.0  # seconds


@dataclass(frozen=True, slots=True)
class Disk:
    """A file system that holds the data of a hotline and little else."""

    folder: Path

    @contextmanager
    def full(self) -> Iterator[None]:
        """Nothing more can be written; what others free meanwhile stays theirs."""
        ballast = self.folder / BALLAST
        try:
            _fill(ballast)
            yield
        finally:
            ballast.unlink(missing_ok=True)


@contextmanager
def small_disk(megabytes: int) -> Iterator[Disk | None]:
    """One in memory (a tmpfs); None where we may not mount one."""
    folder = Path(tempfile.mkdtemp(prefix="hotline-disk-"))
    try:
        if not _told("mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "hotline", str(folder)):
            yield None
            return
        try:
            yield Disk(folder)
        finally:
            # Lazily: a process that is slow to end may still hold a file of it.
            _told("umount", "--lazy", str(folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _told(*command: str) -> bool:
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, capture_output=True, timeout=MOUNT_LIMIT, check=False).returncode == 0


def _fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        room = os.statvfs(ballast.parent)
        os.posix_fallocate(file.fileno(), 0, max(PIECE, room.f_bavail * room.f_bsize - PIECE))
    with ballast.open("ab", buffering=0) as file, suppress(OSError):
        while True:  # until there is no room: the one bound that a disk has
            file.write(bytes(PIECE))
