"""The worker as a process: it is heard of, outlives what it depends on, and ends when it is told to."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from foundation.clock import Deadline, SystemClock
from foundation.database import Database, migrate
from foundation.heartbeats import Beat, Heartbeats
from processes.launch.readiness import await_that
from tests.house.plan import ROOT
from tests.servers import free_port

COMMAND = [sys.executable, "-m", "processes.worker"]
START_LIMIT, END_LIMIT = 20.0, 15.0  # seconds


@contextmanager
def worker(folder: Path, database_url: str, redis_url: str) -> Iterator["subprocess.Popen[bytes]"]:
    told = {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONUNBUFFERED": "1",
        "HOTLINE_ENV": "development",
        "PUBLIC_URL": "http://127.0.0.1:5000",
        "SECRET_KEY": "5c" * 32,
        "TWILIO_AUTH_TOKEN": "a1" * 16,
        "TWILIO_ACCOUNT_SID": "AC" + "de30" * 8,
        # Nobody listens there: the carrier is away.
        "TWILIO_API_URL": f"http://127.0.0.1:{free_port()}",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
    }
    with (folder / "worker.log").open("wb") as out:
        process = subprocess.Popen(COMMAND, cwd=ROOT, env=told, stdout=out, stderr=out)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def beats_of(database: Database) -> tuple[Beat, ...]:
    return Heartbeats(database).newest(Deadline.after(1.0, database.clock))


def test_a_worker_is_heard_of_while_it_lives_and_forgotten_when_it_ends_in_order(
    tmp_path: Path, database_url: str, redis_url: str
) -> None:
    database = Database(database_url, SystemClock())
    with worker(tmp_path, database_url, redis_url) as process:
        assert await_that(lambda: bool(beats_of(database)), START_LIMIT, lambda: process.poll() is not None)
        (beat,) = beats_of(database)
        assert f"/{process.pid}/" in beat.worker
        assert beat.late == ()
        process.send_signal(signal.SIGTERM)
        assert process.wait(END_LIMIT) == 0
        assert beats_of(database) == ()
    database.close()


def test_a_worker_that_finds_nothing_it_depends_on_waits_and_then_does_its_chores(tmp_path: Path) -> None:
    place = tmp_path / "hotline.sqlite"
    with worker(tmp_path, f"sqlite:///{place}", f"redis://127.0.0.1:{free_port()}/0") as process:
        log = tmp_path / "worker.log"
        assert await_that(lambda: b"a chore failed" in log.read_bytes(), START_LIMIT, lambda: False)
        assert process.poll() is None
        migrate(f"sqlite:///{place}")
        database = Database(f"sqlite:///{place}", SystemClock())
        assert await_that(lambda: bool(beats_of(database)), START_LIMIT, lambda: process.poll() is not None)
        database.close()
        process.send_signal(signal.SIGINT)
        assert process.wait(END_LIMIT) == 0


def test_a_worker_without_settings_says_all_that_is_missing() -> None:
    told = {"PATH": os.environ.get("PATH", os.defpath)}
    said = subprocess.run(
        COMMAND, cwd=ROOT, env=told, capture_output=True, text=True, timeout=START_LIMIT, check=False
    )
    assert said.returncode == 2
    assert "SECRET_KEY" in said.stderr
    assert "Traceback" not in said.stderr
