"""The worker as a process: it is heard of, outlives what it depends on, and ends when it is told to."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from callbacks.records import Sought
from callbacks.spooled import SpoolSeal
from callbacks.store import TicketStore
from foundation.clock import Deadline, SystemClock
from foundation.database import Database, migrate
from foundation.fault_points import FOLDER
from foundation.heartbeats import Beat, Heartbeats
from foundation.redaction import Secret
from foundation.spool import Kept, Spool
from migrations.tables import metadata
from processes.launch.readiness import await_that
from tests.house.plan import ROOT
from tests.makers import a_draft
from tests.servers import free_port

COMMAND = [sys.executable, "-m", "processes.worker"]
START_LIMIT, END_LIMIT = 20.0, 15.0  # seconds


@contextmanager
def worker(
    folder: Path, database_url: str, redis_url: str, **more: str
) -> Iterator["subprocess.Popen[bytes]"]:
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
        "SPOOL_DIR": str(folder / "spool"),
        "REDIS_URL": redis_url,
        **more,
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


def test_a_worker_waits_for_what_it_depends_on_is_heard_of_and_ends_when_it_is_told_to(
    tmp_path: Path,
) -> None:
    place = f"sqlite:///{tmp_path / 'hotline.sqlite'}"
    with worker(tmp_path, place, f"redis://127.0.0.1:{free_port()}/0") as process:
        log = tmp_path / "worker.log"
        assert await_that(lambda: b"a chore failed" in log.read_bytes(), START_LIMIT, lambda: False)
        assert process.poll() is None
        migrate(place)
        with closing(Database(place, SystemClock())) as database:
            assert await_that(lambda: bool(beats_of(database)), START_LIMIT, lambda: False)
            (beat,) = beats_of(database)
            assert f"/{process.pid}/" in beat.worker
            assert beat.late == ()
            process.send_signal(signal.SIGTERM)
            assert process.wait(END_LIMIT) == 0
            # It ended in order and is not missed.
            assert beats_of(database) == ()


def test_what_waits_in_the_spool_is_made_once_though_the_worker_dies_before_its_slot_is_free(
    tmp_path: Path, database_url: str, redis_url: str
) -> None:
    seal, spool = SpoolSeal(Secret("5c" * 32)), Spool(tmp_path / "spool")
    assert spool.keep("name", seal.close(a_draft()), Deadline.after(5, SystemClock())) == Kept()
    (tmp_path / "after_replay_before_free").write_text("kill", "ascii")
    with worker(tmp_path, database_url, redis_url, **{FOLDER: str(tmp_path)}) as process:
        assert process.wait(START_LIMIT) == -signal.SIGKILL
    assert waiting_in(spool) == 1
    with worker(tmp_path, database_url, redis_url) as process:
        assert await_that(lambda: not waiting_in(spool), START_LIMIT, lambda: process.poll() is not None)
    with closing(Database(database_url, SystemClock())) as database:
        assert topics_of(database) == [a_draft().topic]
    spool.close()


def waiting_in(spool: Spool) -> int:
    return spool.counts(Deadline.after(5, SystemClock())).waiting


def topics_of(database: Database) -> list[str]:
    with database.reading(Deadline.after(1.0, database.clock)) as connection:
        return [ticket.topic for ticket in TicketStore().listed(connection, Sought())]


def test_a_worker_without_settings_says_all_that_is_missing() -> None:
    told = {"PATH": os.environ.get("PATH", os.defpath)}
    said = subprocess.run(
        COMMAND, cwd=ROOT, env=told, capture_output=True, text=True, timeout=START_LIMIT, check=False
    )
    assert said.returncode == 2
    assert "SECRET_KEY" in said.stderr
    assert "Traceback" not in said.stderr


def test_a_worker_knows_every_table_that_it_is_to_purge() -> None:
    # In a process of its own: here the tests have made all rooms known.
    asked = "import processes.worker; from foundation.schema import metadata; print(*sorted(metadata.tables))"
    said = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=START_LIMIT,
        check=True,
    )
    assert said.stdout.split() == sorted(metadata.tables)
