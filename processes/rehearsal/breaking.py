"""What a conversation makes fail on its stage, and what is made up for when it works again."""

from dataclasses import dataclass
from pathlib import Path

from callbacks.replay import Replay
from foundation.clock import Deadline
from foundation.database import Connection, Database
from foundation.spool import FILE, Kept, Spool

SLOTS = 8  # of a spool here: more than one call leaves, and few to fill
NO_SQL = frozenset({"tickets", "database"})  # while one of these fails nothing is made of what waits
_FILLING = b"not a promise"

# An ABORT is a fault of the row, and nobody keeps such a row elsewhere. A whole number that is too large is a
# fault of the database itself, as one that is down, locked or full is: what was to be written can be spooled.
_REFUSING = (
    ("tickets", "tickets", "RAISE(ABORT, 'no tickets today')"),
    ("database", "deeds", "abs(-9223372036854775808)"),
)


def set_up(connection: Connection) -> None:
    """Once, in a database that is thrown away."""
    connection.exec_driver_sql("CREATE TABLE broken (what TEXT)")
    for what, table, how in _REFUSING:
        connection.exec_driver_sql(
            f"CREATE TRIGGER no_{table} BEFORE INSERT ON {table} "  # noqa: S608  # words of ours
            f"WHEN EXISTS (SELECT 1 FROM broken WHERE what = '{what}') BEGIN SELECT {how}; END"
        )


@dataclass(frozen=True, slots=True)
class Breaking:
    """Breaks and mends one stage. `folder` holds the spool's file, which is made when it is needed."""

    database: Database
    spool: Spool
    replay: Replay
    folder: Path

    def fail(self, what: tuple[str, ...], deadline: Deadline) -> None:
        """From now on these fail, and all else works: what waits is made as soon as SQL takes it."""
        with self.database.writing(deadline) as connection:
            connection.exec_driver_sql("DELETE FROM broken")
            for one in what:
                connection.exec_driver_sql("INSERT INTO broken VALUES (?)", (one,))
        self._emptied(deadline)
        if NO_SQL.isdisjoint(what) and self._path.exists():
            self.replay.do(deadline)
        if "spool" in what:
            self._fill(deadline)

    def forget(self) -> None:
        """What waits in the spool belongs to a conversation before this one."""
        self.spool.close()
        self._path.unlink(missing_ok=True)

    @property
    def _path(self) -> Path:
        return self.folder / FILE

    def _fill(self, deadline: Deadline) -> None:
        count = 0
        while self.spool.keep(f"filling {count}", _FILLING, deadline) == Kept():
            count += 1

    def _emptied(self, deadline: Deadline) -> None:
        """What fills it is no promise: whoever replays it would only wonder."""
        for entry in self.spool.waiting(deadline) if self._path.exists() else ():
            if entry.body == _FILLING:
                self.spool.free(entry, deadline)
