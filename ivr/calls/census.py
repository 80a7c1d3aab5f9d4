"""What the rows of calls say about all of them: how many are in progress, and whose a call was."""

from datetime import timedelta

from sqlalchemy import and_, func, select

from foundation.clock import Deadline
from foundation.database import Database
from ivr.calls.schema import calls
from ivr.calls.status import END_RANK

LONGEST_CALL = timedelta(minutes=30)  # how long a call counts as being in progress without more news of it


class Census:
    """Reads alone, for any thread. Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def in_progress(self, deadline: Deadline) -> int:
        """How many calls are in progress, on all machines; of one whose end nobody has told, for a while."""
        since = self._database.clock.now() - LONGEST_CALL
        living = and_(calls.c.rank < END_RANK, calls.c.started_at > since)
        with self._database.reading(deadline) as connection:
            return connection.execute(select(func.count()).select_from(calls).where(living)).scalar_one()

    def mark_of(self, call: str, deadline: Deadline) -> str | None:
        """The mark (`Seal.mark`) of the number that this call showed; None if none is known."""
        with self._database.reading(deadline) as connection:
            return connection.execute(select(calls.c.number_hash).where(calls.c.call == call)).scalar()
