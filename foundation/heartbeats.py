"""Whether a worker lives: each says so in SQL several times a minute, and which of its chores lag behind."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import JSON, Column, String, select, update

from foundation.clock import Deadline
from foundation.database import Database, DataClass, UtcTime, insert_unless_there, kept_until, table

BEATS_EVERY = 20.0  # seconds between two of one worker
SILENT_AFTER = timedelta(minutes=2)  # then nobody does the chores, and somebody should know
BEATS_KEPT = timedelta(days=1)  # of a worker that is gone
WORKERS_AT_MOST = 50  # that are looked at
LONGEST_NAME = 120  # characters

heartbeats = table(
    "heartbeats",
    Column("worker", String(LONGEST_NAME), primary_key=True),
    Column("started_at", UtcTime, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("late", JSON, nullable=False),
    data_class=DataClass.OPERATION,
    keep=BEATS_KEPT,
)


@dataclass(frozen=True, slots=True)
class Beat:
    """A worker was alive at `at` (aware); `late`: the chores that it has not done well for too long."""

    worker: str
    started_at: datetime
    at: datetime
    late: tuple[str, ...] = ()


class Heartbeats:
    """Heartbeats in SQL, for any thread. Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def beat(self, beat: Beat, deadline: Deadline) -> None:
        """Say that a worker lives; its newest word counts."""
        end = kept_until(heartbeats, beat.at)
        news = {"at": beat.at, "late": list(beat.late), "delete_after": end}
        row = {"worker": beat.worker[:LONGEST_NAME], "started_at": beat.started_at, **news}
        with self._database.writing(deadline) as connection:
            if not insert_unless_there(connection, heartbeats, row):
                same = heartbeats.c.worker == row["worker"]
                connection.execute(update(heartbeats).where(same).values(news))

    def forget(self, worker: str, deadline: Deadline) -> None:
        """A worker ends in order: it is not missed."""
        with self._database.writing(deadline) as connection:
            connection.execute(heartbeats.delete().where(heartbeats.c.worker == worker[:LONGEST_NAME]))

    def newest(self, deadline: Deadline) -> tuple[Beat, ...]:
        """The last word of each worker, the newest in front; WORKERS_AT_MOST of them."""
        columns = (heartbeats.c.worker, heartbeats.c.started_at, heartbeats.c.at, heartbeats.c.late)
        wanted = select(*columns).order_by(heartbeats.c.at.desc()).limit(WORKERS_AT_MOST)
        with self._database.reading(deadline) as connection:
            return tuple(
                Beat(row.worker, row.started_at, row.at, tuple(row.late))
                for row in connection.execute(wanted)
            )


def trouble_of(beats: Iterable[Beat], at: datetime) -> str | None:
    """What is wrong with the workers at this moment, in one line; None if all chores are done by somebody."""
    known = tuple(beats)
    living = [beat for beat in known if at - beat.at <= SILENT_AFTER]
    if living:
        # What one of them cannot do and another can is done.
        late = set.intersection(*(set(beat.late) for beat in living))
        return f"its chores lag behind: {', '.join(sorted(late))}" if late else None
    if not known:
        return "none has been heard of; start the `worker` of the Procfile"
    silent = int((at - max(beat.at for beat in known)).total_seconds())
    return f"none has been heard of for {silent} s; start the `worker` of the Procfile"
