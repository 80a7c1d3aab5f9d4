"""A hotline that a storm can strike: web process, worker, Redis and database, each begun again after it."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from redis import Redis

from foundation.fault_points import FOLDER
from storms.disk import Disk, small_disk
from tests.children import children_of
from tests.end_to_end.running import ROOT, Hotline, command_of, running
from tests.servers import DURABLE, Server, own_postgres, own_redis, postgres_url, redis_url

REASONS = 40  # lines of a log that are shown
END_LIMIT = 20.0  # seconds for a process to end, and for what it started


@dataclass(slots=True)
class Worker:
    """The worker of the Procfile, beside the web process and told the same."""

    hotline: Hotline
    log: Path
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def begin(self) -> None:
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(
                command_of("worker"), cwd=ROOT, env=self.hotline.environment, stdout=out, stderr=out
            )

    def said(self, words: str) -> Sequence[str]:
        """Where its log first says this, and what follows: the reasons."""
        lines = self.log.read_text("utf-8", "replace").splitlines()
        first = next((place for place, line in enumerate(lines) if words in line), len(lines))
        return lines[first : first + REASONS]

    def lives(self) -> bool:
        """Whether it runs now."""
        return self._process is not None and self._process.poll() is None

    def keep(self) -> None:
        """Begin it again if it has ended, as whoever keeps the processes of a service does."""
        if self._process is not None and self._process.poll() is not None:
            self.begin()

    def thaw(self) -> None:
        """If it has stopped it goes on."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGCONT)

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(END_LIMIT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@dataclass(frozen=True, slots=True)
class StormLine:
    """All of it; `sql` is None where the database is a file, `disk` where we may not mount one."""

    hotline: Hotline
    redis: Server
    sql: Server | None
    worker: Worker
    disk: Disk | None
    orders: Path  # what is put there happens at a fault point

    def web_workers(self) -> list[int]:
        """The processes that serve callers now; gunicorn begins another for each that ends."""
        return children_of(self.hotline.pid)

    def flush_redis(self) -> None:
        """Everything it holds is gone."""
        with closing(Redis.from_url(redis_url(self.redis.port))) as client:
            client.flushall()

    def thaw(self) -> None:
        """Whatever was stopped goes on."""
        send(signal.SIGCONT, self.web_workers())
        self.worker.thaw()


def killed(server: Server) -> None:
    """-9, and nothing of it runs any more: what it had started ends by itself."""
    family = children_of(server.pid)
    server.end(signal.SIGKILL)
    until = time.monotonic() + END_LIMIT
    while any(Path(f"/proc/{one}").exists() for one in family) and time.monotonic() < until:
        time.sleep(0.02)


def send(what: signal.Signals, processes: Iterable[int]) -> int:
    """One signal to each that still runs; how many those were."""
    reached = 0
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, what)
            reached += 1
    return reached


@contextmanager
def line_under_storm(database: str, megabytes: int) -> Iterator[StormLine]:
    """A hotline as the Procfile has it, on "postgresql" or "sqlite", its data on a small disk if we may."""
    with ExitStack() as stack:
        enter = stack.enter_context
        scratch = Path(enter(tempfile.TemporaryDirectory(prefix="hotline-storm-")))
        disk = enter(small_disk(megabytes))
        data = disk.folder if disk else scratch
        redis = enter(own_redis())
        sql = enter(own_postgres(*DURABLE, within=data)) if database == "postgresql" else None
        orders = scratch / "orders"
        orders.mkdir()
        more = {FOLDER: str(orders), "SPOOL_DIR": str(data / "spool"), "LOG_LEVEL": "warning"}
        more["HOSTED_RECOGNITION"] = "on"  # some callers say what they want
        url = postgres_url(sql.port) if sql else f"sqlite:///{data / 'hotline.sqlite'}"
        hotline = enter(running(redis_url(redis.port), url, scratch, **more))
        worker = Worker(hotline, scratch / "worker.log")
        worker.begin()
        stack.callback(worker.end)
        yield StormLine(hotline, redis, sql, worker, disk, orders)
