"""Deletion of what is due: rows whose day has come, a few at a time, so that nobody waits for it."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, not_, select, tuple_

from foundation.clock import Deadline
from foundation.database import Database
from foundation.schema import metadata

ROWS_AT_ONCE = 200  # in one transaction: milliseconds, which a caller's own transaction can wait for
PAUSE = 0.02  # seconds between two: SQLite hands its one lock to whoever asks at that moment, not in turn


class Purge:
    """Deletes due rows of every table that says until when a row is kept. Safe for many workers at once.

    Rows that belong to a deleted one go with it (ON DELETE CASCADE). `spared`: rows of a table that stay
    although their day has come, because something has to be done first.
    """

    def __init__(
        self,
        database: Database,
        spared: Mapping[str, ColumnElement[bool]],
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._database = database
        self._spared = spared
        self._pause = pause

    def purge(self, deadline: Deadline) -> int:
        """A chore: how many rows were deleted until the deadline. Raises DatabaseUnavailable."""
        deleted = 0
        for table in due_tables():
            while not deadline.passed():
                gone = self._some(table, deadline)
                deleted += gone
                if gone < ROWS_AT_ONCE:
                    break
                self._pause(PAUSE)
        return deleted

    def _some(self, table: Table, deadline: Deadline) -> int:
        due = table.c.delete_after <= self._database.clock.now()
        spared = self._spared.get(table.name)
        found = _chosen(table, due if spared is None else and_(due, not_(spared)))
        with self._database.writing(deadline) as connection:
            return _deleted(connection, table, connection.execute(found).all())


def due_tables() -> tuple[Table, ...]:
    """The tables whose rows have a day of their own; those that refer to others in front."""
    return tuple(table for table in reversed(metadata.sorted_tables) if "delete_after" in table.c)


def _chosen(table: Table, due: ColumnElement[bool]) -> Any:  # noqa: ANN401  # a select of the key
    """The keys of the rows that go now, held; a row that somebody else is at waits for the next time."""
    oldest = select(*table.primary_key).where(due).order_by(table.c.delete_after).limit(ROWS_AT_ONCE)
    return oldest.with_for_update(skip_locked=True, of=table)


def _deleted(connection: Connection, table: Table, keys: Sequence[Sequence[object]]) -> int:
    if not keys:
        return 0
    mine = tuple_(*table.primary_key).in_([tuple(key) for key in keys])
    return connection.execute(delete(table).where(mine)).rowcount
