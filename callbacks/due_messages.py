"""Spoken messages of tickets whose day has come: deleted at the carrier first, then forgotten here."""

from collections.abc import Callable

from sqlalchemy import exists, select

from callbacks.schema import ticket_recordings, tickets
from foundation.clock import Deadline
from foundation.database import Database
from foundation.logs import logger
from telephony.rest import Trouble

TAKEN_AT_ONCE = 50  # messages in one go
NEEDED = 2.0  # seconds that must be left for one more

# Such a ticket stays: without its rows nobody would know any more which messages are to be deleted.
HAS_MESSAGES = exists().where(ticket_recordings.c.ticket == tickets.c.number)

Remove = Callable[
    [str], Trouble | None
]  # deletes a recording at the carrier; one that is not there is no trouble


class NotDeleted(Exception):
    """The carrier keeps a message that is to be deleted: it is asked again."""


class DueMessages:
    """Deletes messages. `remove`: None where no account is set; a message then stays at the carrier.

    Two workers may delete the same message at once: it is gone, and that is no trouble.
    """

    def __init__(self, database: Database, remove: Remove | None) -> None:
        self._database = database
        self._remove = remove

    def delete(self, deadline: Deadline) -> int:
        """A chore: how many messages were deleted. Raises NotDeleted, DatabaseUnavailable."""
        deleted = 0
        for sid in self._due(deadline):
            if deadline.left() < NEEDED:
                break
            trouble = self._remove(sid) if self._remove else None
            if trouble is not None:
                raise NotDeleted(f"{sid}: {trouble}")
            if self._remove is None:
                logger("callbacks").warning(
                    "a message stays at the carrier", recording=sid, cure="TWILIO_ACCOUNT_SID"
                )
            self._forget(sid, deadline)
            deleted += 1
        return deleted

    def _due(self, deadline: Deadline) -> tuple[str, ...]:
        ended = tickets.c.delete_after <= self._database.clock.now()
        wanted = (
            select(ticket_recordings.c.sid)
            .join(tickets, tickets.c.number == ticket_recordings.c.ticket)
            .where(ended)
            .order_by(tickets.c.delete_after)
            .limit(TAKEN_AT_ONCE)
        )
        with self._database.reading(deadline) as connection:
            return tuple(connection.execute(wanted).scalars())

    def _forget(self, sid: str, deadline: Deadline) -> None:
        with self._database.writing(deadline) as connection:
            connection.execute(ticket_recordings.delete().where(ticket_recordings.c.sid == sid))
