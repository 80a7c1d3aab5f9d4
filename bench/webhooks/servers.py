"""The two servers that are compared, under the same gunicorn settings, and what CPU their processes use."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]
START_LIMIT = 40.0  # seconds until a server answers
END_LIMIT = 20.0
OURS, FLOOR = "processes.webhooks:app", "bench.webhooks.floor:app"


@dataclass(frozen=True, slots=True)
class Server:
    """A gunicorn that answers; `pid` is its master."""

    port: int
    pid: int

    def cpu(self) -> float:
        """Seconds of CPU that its processes have used so far, all threads, user and system."""
        family = [self.pid, *_children(self.pid)]
        return sum(_used(pid) for pid in family)


@contextmanager
def serving(application: str, port: int, told: Mapping[str, str], log: Path) -> Iterator[Server]:
    """Start it as the Procfile does, wait until it answers, and end it."""
    command = ["gunicorn", "--config", "python:processes.web_server", application]
    environment = {"PATH": _path(), "LANG": "C.UTF-8", **told, "PORT": str(port)}
    with log.open("wb") as out:
        started = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
        try:
            _await_answer(started, port, log)
            yield Server(port, started.pid)
        finally:
            started.terminate()
            try:
                started.wait(END_LIMIT)
            except subprocess.TimeoutExpired:
                started.kill()
                started.wait()


def _path() -> str:
    return f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"


def _await_answer(started: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + START_LIMIT
    while time.monotonic() < until and started.poll() is None:
        try:
            httpx.get(f"http://127.0.0.1:{port}/health/live", timeout=2.0, trust_env=False)
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"a server did not start: {log.read_text('utf-8', 'replace')[-3_000:]}")


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]


def _used(pid: int) -> float:
    # The clock of a process, threads that have ended included (clock_getcpuclockid of Linux).
    return time.clock_gettime((~pid << 3) | 2)
