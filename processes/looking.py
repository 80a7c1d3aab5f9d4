"""What is looked up in SQL for whoever watches: calls in progress, urgent tickets, the worker's last word."""

from collections.abc import Mapping

from callbacks.paging.store import PageStore
from foundation.clock import Deadline
from foundation.database import Database
from foundation.heartbeats import Heartbeats
from foundation.metrics import CALLS_IN_PROGRESS, URGENT_WAITING, WORKER_SILENCE, Look

_CALLS = "SELECT count(*) FROM calls WHERE NOT settled AND ended_at IS NULL"


class LookingUp:
    """Asks SQL, by one deadline for all of it. Raises DatabaseUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._heartbeats = Heartbeats(database)
        self._pages = PageStore()

    def __call__(self, deadline: Deadline) -> Mapping[Look, float]:
        with self._database.reading(deadline) as connection:
            calls = connection.exec_driver_sql(_CALLS).scalar_one()
            urgent = self._pages.count_waiting(connection)
        found = {CALLS_IN_PROGRESS: float(calls), URGENT_WAITING: float(urgent)}
        beats = self._heartbeats.newest(deadline)
        if beats:
            silence = self._database.clock.now() - beats[0].at
            found[WORKER_SILENCE] = max(0.0, silence.total_seconds())
        return found
