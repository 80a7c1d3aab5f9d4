"""Whether somebody does the chores between calls, asked without changing anything."""

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from foundation.clock import Clock, Deadline
from foundation.database import Database, DatabaseUnavailable, sql_url
from foundation.heartbeats import Beat, Heartbeats, trouble_of
from foundation.settings import Settings
from processes.doctor.database_look import LIMIT, rows_of_file
from processes.doctor.findings import Finding

WHAT = "worker"
BEATS = "SELECT worker, started_at, at, late FROM heartbeats"
CURE = "start it: `python -m processes.worker`, or hotline-worker.service; its log says what it cannot do"


def look_at_worker(settings: Settings, clock: Clock) -> Finding:
    """When each worker was heard of last. Calls are served without one: whatever is wrong is mild."""
    try:
        beats = _beats(settings, clock)
    except (DatabaseUnavailable, sqlite3.Error):
        return Finding(WHAT, "its heartbeats cannot be read", "see the line of the database", mild=True)
    if not beats and settings.in_development:
        return Finding(WHAT, "none has been heard of; `hotline run` starts one")
    trouble = trouble_of(beats, clock.now())
    if trouble is not None:
        return Finding(WHAT, trouble.partition(";")[0], CURE, mild=True)
    silent = min((clock.now() - beat.at).total_seconds() for beat in beats)
    return Finding(WHAT, f"heard of {max(silent, 0):.0f} s ago; {len(beats)} known")


def _beats(settings: Settings, clock: Clock) -> tuple[Beat, ...]:
    url = sql_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        place = Path((url.database or "").removeprefix("file:"))
        return tuple(_read(*row) for row in rows_of_file(place, "heartbeats", BEATS))
    database = Database(settings.database_url, clock, threads=1, limit=LIMIT)
    try:
        return Heartbeats(database).newest(Deadline.after(LIMIT, clock))
    finally:
        database.close()


def _read(worker: str, started_at: str, at: str, late: str) -> Beat:
    return Beat(worker, _moment(started_at), _moment(at), tuple(json.loads(late)))


def _moment(written: str) -> datetime:
    # As foundation.schema.UtcTime writes it there: UTC, without a zone.
    return datetime.fromisoformat(written).replace(tzinfo=UTC)
