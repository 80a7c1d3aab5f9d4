"""Promises with a spool behind them, and the ways to lose SQL under it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from callbacks.records import SpokenMessage
from callbacks.replay import Replay
from callbacks.spooled import SpooledPromises, SpoolSeal
from foundation.redaction import Secret
from foundation.spool import Spool
from identity.levels import Level
from tests.callbacks.promise_desk import Desk, within
from tests.makers import NOW

SEAL = SpoolSeal(Secret("a key of the tests that is long enough for it"))
MESSAGE = SpokenMessage(
    call="CA1",
    sid="RE1",
    seconds=7,
    ticket=None,
    topic="failed-payment",
    language="en",
    channel="phone",
    level=Level.ANONYMOUS,
    calling_number=None,
    key="CA1/recording/RE1",
    at=NOW,
    due=NOW,
)


class Counter:
    """A desk, its spool, and the ways to lose SQL under it."""

    def __init__(self, desk: Desk, spool: Spool) -> None:
        self.desk = desk
        self.spool = spool
        self.promises = SpooledPromises(desk.promises, spool, SEAL)
        self.replay = Replay(spool, SEAL, desk.promises)

    def counts(self) -> tuple[int, int]:
        found = self.spool.counts(within())
        return found.waiting, found.aside

    @contextmanager
    def without_sql(self) -> Iterator[None]:
        """No table of deeds, as in a database that is not migrated: SQL does nothing that is asked once."""
        self._rename("deeds", "deeds_elsewhere")
        try:
            yield
        finally:
            self._rename("deeds_elsewhere", "deeds")

    def states(self) -> dict[str, str]:
        """How the ticket of each call stands."""
        with self.desk.database.reading(within()) as connection:
            found = connection.exec_driver_sql("SELECT call, state FROM tickets").all()
        assert len({call for call, _ in found}) == len(found)
        return dict(found)

    def _rename(self, table: str, to: str) -> None:
        with self.desk.database.writing(within()) as connection:
            connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {to}")
