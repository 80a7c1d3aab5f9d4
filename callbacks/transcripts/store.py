"""Where messages stand while they are kept and written down; each step is one transaction of its own."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update

from callbacks.schema import ticket_recordings, tickets
from callbacks.transcripts.message import Claimed, State, Step, Told
from callbacks.transcripts.schema import LONGEST_WHY, message_sounds, message_texts
from foundation.clock import Deadline
from foundation.database import Database, insert_unless_there

TAKEN_IN_AT_ONCE = 200  # messages in one transaction


class MessageStore:
    """The messages of all tickets. Every method raises DatabaseUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take_in(self, since: datetime, deadline: Deadline) -> int:
        """Look after every message spoken since then that nobody looks after yet; how many came new."""
        known = exists().where(message_texts.c.sid == ticket_recordings.c.sid)
        wanted = select(ticket_recordings.c.sid).where(ticket_recordings.c.at > since, ~known)
        with self._database.reading(deadline) as connection:
            found = connection.execute(wanted.limit(TAKEN_IN_AT_ONCE)).scalars().all()
        if not found:
            return 0
        now = self._database.clock.now()
        begun = {"state": State.WAITING, "due": now, "tries": 0, "why": "", "at": now}
        with self._database.writing(deadline) as connection:
            return sum(insert_unless_there(connection, message_texts, {"sid": sid, **begun}) for sid in found)

    def claim(self, holder: str, until: datetime, deadline: Deadline) -> Claimed | None:
        """The message that waits longest, nobody else's until then; None if none is due.

        Whoever dies over it has tried once: it is due again at that moment.
        """
        here = message_texts.c
        wanted = (
            select(here.sid, here.state, here.tries, tickets.c.language, ticket_recordings.c.at)
            .join(ticket_recordings, ticket_recordings.c.sid == here.sid)
            .join(tickets, tickets.c.number == ticket_recordings.c.ticket)
            .where(here.due <= self._database.clock.now())
            .order_by(here.due)
            .limit(1)
        )
        with self._database.writing(deadline) as connection:
            row = connection.execute(wanted.with_for_update(skip_locked=True, of=message_texts)).first()
            if row is None:
                return None
            mine = {"due": until, "holder": holder, "tries": row.tries + 1}
            connection.execute(update(message_texts).where(here.sid == row.sid).values(mine))
        return Claimed(row.sid, holder, row.language, row.at, State(row.state), row.tries + 1)

    def hold(self, one: Claimed, until: datetime, deadline: Deadline) -> bool:
        """Somebody is still at it; False if it is not theirs any more."""
        return self._changed(one, {"due": until}, deadline)

    def keep_sound(self, one: Claimed, parts: Sequence[bytes], deadline: Deadline) -> bool:
        """Its sound stands here from now on; False if somebody else has taken the message over."""
        rows = [{"sid": one.sid, "part": place, "sealed": part} for place, part in enumerate(parts)]
        with self._database.writing(deadline) as connection:
            mine = update(message_texts).where(_held(one)).values(state=State.KEPT, tries=1)
            if connection.execute(mine).rowcount != 1:
                return False
            connection.execute(message_sounds.delete().where(message_sounds.c.sid == one.sid))
            connection.execute(message_sounds.insert(), rows)
        return True

    def sound(self, sid: str, deadline: Deadline) -> tuple[bytes, ...]:
        """The sealed parts of its sound; none if it is not kept here."""
        wanted = select(message_sounds.c.sealed).where(message_sounds.c.sid == sid)
        with self._database.reading(deadline) as connection:
            return tuple(connection.execute(wanted.order_by(message_sounds.c.part)).scalars())

    def settle(self, one: Claimed, step: Step, deadline: Deadline) -> bool:
        """What came of it; False if somebody else has taken the message over, whose word counts."""
        news = {
            "state": step.state,
            "due": step.due,
            "tries": step.tries,
            "why": step.why[:LONGEST_WHY],
            "written_by": step.by,
            "sealed": step.sealed,
            "holder": None,
            "at": self._database.clock.now(),
        }
        return self._changed(one, news, deadline)

    def told(self, sids: Collection[str], deadline: Deadline) -> dict[str, Told]:
        """How far these messages are; those that nobody looks after are missing."""
        wanted = select(message_texts).where(message_texts.c.sid.in_(sids))
        with self._database.reading(deadline) as connection:
            return {
                row.sid: Told(
                    State(row.state), row.due, row.tries, row.why, row.written_by, row.sealed, row.at
                )
                for row in connection.execute(wanted)
            }

    def waiting(self, deadline: Deadline) -> int:
        """How many are still to be had or written down; those without a model wait for nobody here."""
        here = message_texts.c
        open_ = and_(here.due.is_not(None), or_(here.state == State.WAITING, here.tries > 0))
        with self._database.reading(deadline) as connection:
            return connection.execute(
                select(func.count()).select_from(message_texts).where(open_)
            ).scalar_one()

    def _changed(self, one: Claimed, news: Mapping[str, object], deadline: Deadline) -> bool:
        with self._database.writing(deadline) as connection:
            return connection.execute(update(message_texts).where(_held(one)).values(news)).rowcount == 1


def _held(one: Claimed) -> ColumnElement[bool]:
    return and_(message_texts.c.sid == one.sid, message_texts.c.holder == one.holder)
