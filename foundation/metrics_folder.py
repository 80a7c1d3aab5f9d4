"""Where the counts of the processes of one machine meet: a folder in memory, each process a file of its own.

When `foundation.metrics` is imported for the first time it is decided, for the life of a process, whether it
counts into files: `join` comes before, and whatever is imported before it (settings, logs) must not count.
"""

import os
import re
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"  # the library's own name
MEMORY = Path("/dev/shm")  # noqa: S108  # memory, not a disk: a slow one would hold up every count
PRIVATE = 0o700
_FILE = re.compile(r"\w+_(\d+)\.db")  # the library's: kind and process


class NotOurs(Exception):
    """Somebody else has made the folder: what stands there is not to be trusted."""


def folder_of(port: int) -> Path:
    """The folder of the hotline at this port, for the web processes and for a worker beside them."""
    place = MEMORY if os.access(MEMORY, os.W_OK) else Path(tempfile.gettempdir())
    return place / f"hotline-metrics-{os.geteuid()}-{port}"


def join(folder: Path) -> None:
    """Count there from now on; made if it is not there. Raises NotOurs."""
    with suppress(FileExistsError):
        folder.mkdir(PRIVATE)
    found = folder.lstat()
    if found.st_uid != os.geteuid() or not stat.S_ISDIR(found.st_mode):
        raise NotOurs(str(folder))
    folder.chmod(PRIVATE)
    os.environ[VARIABLE] = str(folder)


def empty(folder: Path) -> None:
    """Take away what processes counted that are gone. One that lives (a worker beside us) counts on."""
    for file, process in _files(folder):
        if not _lives(process):
            file.unlink(missing_ok=True)


def gone() -> frozenset[int]:
    """The processes that have counted into the folder and live no more."""
    written = {process for _, process in _files(Path(os.environ[VARIABLE]))}
    return frozenset(process for process in written if not _lives(process))


def is_joined() -> bool:
    """Whether this process counts into a folder."""
    return VARIABLE in os.environ


def _files(folder: Path) -> Iterator[tuple[Path, int]]:
    for file in folder.iterdir():
        named = _FILE.fullmatch(file.name)
        if named is not None:
            yield file, int(named[1])


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # somebody else's
    return True
