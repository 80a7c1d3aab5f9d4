"""Calls in SQL whose end was not heard yet, as far as anybody knows: which of them to look after now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, exists, func, not_, or_, select, update

from foundation.clock import Deadline
from foundation.database import Database, kept_until
from ivr.calls.schema import CALLS_KEPT, calls, turns
from ivr.calls.status import END_RANK, CallStage

ENDED_QUIET = timedelta(seconds=30)  # after the news of an end: whoever hears it needs two of them at most
SILENT = timedelta(minutes=5)  # without a turn; nearly every question is answered or asked again sooner
ASK_AGAIN = timedelta(minutes=2)  # until a call is looked after once more: a talk with a person is long
SETTLED_AT_ONCE = 500  # rows in one transaction
TAKEN_AT_ONCE = 20  # calls looked after in one go


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call that is not settled: how far it has come, and when anything was heard of it last (aware)."""

    call: str
    stage: CallStage
    heard_of: datetime
    started_at: datetime | None
    ended_at: datetime | None
    seconds: int | None


class Unsettled:
    """Any worker may ask; each call is given to one of them. Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def settle(self, deadline: Deadline) -> int:
        """Put down the ended calls whose end the flow has heard, or of which it knows nothing; how many."""
        heard = and_(_same_call(), turns.c.over)
        forgotten = and_(_quiet_since(self._now() - ENDED_QUIET), not_(_exists(_settled_turn())))
        due = and_(not_(calls.c.settled), calls.c.rank == END_RANK, or_(_exists(heard), forgotten))
        found = select(calls.c.call).where(due).limit(SETTLED_AT_ONCE).with_for_update(skip_locked=True)
        with self._writing(deadline) as connection:
            names = connection.execute(found).scalars().all()
            _put_down(connection, names)
            return len(names)

    def take(self, deadline: Deadline) -> tuple[OpenCall, ...]:
        """The calls to look after now, and they are yours until ASK_AGAIN; those that have ended in front."""
        now = self._now()
        # The newest turn of a living call may be younger than the news of it.
        silent = and_(
            _quiet_since(now - SILENT), not_(_exists(and_(_same_call(), turns.c.at > now - SILENT)))
        )
        ended = and_(calls.c.rank == END_RANK, _quiet_since(now - ENDED_QUIET))
        asked = or_(calls.c.asked_at.is_(None), calls.c.asked_at <= now - ASK_AGAIN)
        wanted = (
            select(calls, _newest_turn())
            .where(not_(calls.c.settled), asked, or_(ended, and_(calls.c.rank < END_RANK, silent)))
            .order_by(calls.c.rank.desc(), calls.c.asked_at.nulls_first(), calls.c.delete_after)
            .limit(TAKEN_AT_ONCE)
            .with_for_update(skip_locked=True, of=calls)
        )
        with self._writing(deadline) as connection:
            found = tuple(_read(row) for row in connection.execute(wanted))
            if found:
                mine = calls.c.call.in_([one.call for one in found])
                connection.execute(update(calls).where(mine).values(asked_at=now))
            return found

    def put_down(self, call: str, deadline: Deadline) -> None:
        """Nobody looks after it any more."""
        with self._writing(deadline) as connection:
            _put_down(connection, [call])

    @contextmanager
    def _writing(self, deadline: Deadline) -> Iterator[Connection]:
        with self._database.writing(deadline) as connection:
            yield connection

    def _now(self) -> datetime:
        return self._database.clock.now()


def _put_down(connection: Connection, names: Any) -> None:  # noqa: ANN401  # a sequence of names
    if names:
        connection.execute(update(calls).where(calls.c.call.in_(names)).values(settled=True))


def _quiet_since(moment: datetime) -> Any:  # noqa: ANN401  # a condition
    """No news since then: what is written with each piece of news is until when the row is kept."""
    return calls.c.delete_after <= kept_until(calls, moment)


def _same_call() -> Any:  # noqa: ANN401  # a condition
    return turns.c.call == calls.c.call


def _settled_turn() -> Any:  # noqa: ANN401  # a condition
    return and_(_same_call(), turns.c.state.is_not(None))


def _exists(condition: Any) -> Any:  # noqa: ANN401  # conditions
    return exists().where(condition).correlate(calls)


def _newest_turn() -> Any:  # noqa: ANN401  # a column
    newest = select(func.max(turns.c.at)).where(_same_call()).correlate(calls)
    return newest.scalar_subquery().label("newest_turn")


def _read(row: Any) -> OpenCall:  # noqa: ANN401  # a row of calls and the moment of its newest turn
    news = row.delete_after - CALLS_KEPT
    heard_of = max(news, row.newest_turn or news)
    return OpenCall(row.call, CallStage(row.status), heard_of, row.started_at, row.ended_at, row.seconds)
