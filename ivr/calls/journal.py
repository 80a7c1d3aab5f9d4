"""The record of calls in SQL, one row a turn; also where calls go on while Redis is gone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    Table,
    and_,
    bindparam,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from foundation.clock import Deadline
from foundation.database import Database, DatabaseUnavailable, insert_unless_there, kept_until
from foundation.logs import logger
from foundation.metrics import JOURNAL_LOST
from ivr.calls.batch_writer import Also, BatchWriter
from ivr.calls.claims import (
    HANG_UP,
    LEASE_SECONDS,
    Aim,
    Behind,
    Busy,
    Claim,
    Claimed,
    Found,
    Free,
    HangUpNext,
    Looks,
    Lost,
    Present,
    Remembered,
    Row,
    Stored,
    StoreGone,
)
from ivr.calls.schema import LONGEST_HEARD, LONGEST_NODE, LONGEST_SOURCE, calls, turns
from ivr.calls.sealing import Broken, Seal
from ivr.calls.status import END_RANK, CallStage, CallStatus

BATCH_SECONDS = 1.2  # for the writing of one batch

# Statements are made once: making one costs more than executing it does.
_SETTLED = select(turns.c.turn, turns.c.state, turns.c.answer, turns.c.over).where(
    turns.c.call == bindparam("of"), turns.c.state.is_not(None)
)
_NEWEST = _SETTLED.order_by(turns.c.turn.desc()).limit(1)
_STANDS = _SETTLED.where(turns.c.turn == bindparam("at_turn"))
_ENDED = select(true()).where(calls.c.call == bindparam("of"), calls.c.rank == END_RANK)
_BEGUN = update(calls).where(calls.c.call == bindparam("of"))


class Journal:
    """Rows are sealed; those of settled turns are written in the background, as `keep` says.

    As a store of calls it is the slower one: a claim is a row without a state, so that the unique key
    (call, turn) decides between rivals. Its leases run by the wall clocks of the machines.
    """

    def __init__(self, database: Database, seal: Seal, *, lease: float = LEASE_SECONDS) -> None:
        self._database = database
        self._seal = seal
        self._lease = timedelta(seconds=lease)
        self._writer: BatchWriter[Row | Also] = BatchWriter(self._write_batch, DatabaseUnavailable, name_of)

    def doubted(self) -> bool:
        return False

    def keep(self, row: Row, deadline: Deadline) -> None:
        """Written within 250 ms, in the background; at once if too many are waiting."""
        if not self._writer.put(row):
            self.keep_now(row, deadline)

    def keep_also(self, also: Also) -> None:
        """Written as `keep` says, in the transactions of the rows; dropped and counted if too many wait."""
        if not self._writer.put(also):
            JOURNAL_LOST.inc()

    def keep_now(self, row: Row, deadline: Deadline) -> Remembered:
        """Written before this returns. What then stands for the turn: a rival may have been first."""
        with self._writing(deadline) as connection:
            self._fill(connection, [row])
            stands = connection.execute(_STANDS, {"of": row.call, "at_turn": row.turn}).one()
            return self._opened(row.call, stands) or row.remembered

    def newest(self, call: str, deadline: Deadline) -> Remembered | None:
        """The newest settled turn that is written; None for a call that the journal does not know."""
        with _told(), self._database.reading(deadline) as connection:
            return self._newest(connection, call)

    def note(self, status: CallStatus, deadline: Deadline) -> None:
        """News of a call, also of an unknown one; its rank only rises, and an end stays what it was."""
        ended = status.at if status.stage.ends else None
        news = {"ended_at": ended, "seconds": status.seconds}
        with self._writing(deadline) as connection:
            _raise_rank(connection, [_news(status.call, status.stage, status.at) | news])

    def close(self) -> None:
        """Write what is waiting."""
        self._writer.close()

    def claim(self, claim: Claim, deadline: Deadline) -> Found:
        """As the contract says; `seed` is not looked at, since it came from here. Nothing lies beside."""
        with self._writing(deadline) as connection:
            known = self._newest(connection, claim.call)
            newest = known.turn if known else -1
            turn = newest + 1 if claim.aim is Aim.END else claim.turn
            if known is not None and (known.over or newest >= turn):
                return Present(known)
            if connection.execute(_running(claim, self._now())).first():
                return Busy()
            unknown = known is None if claim.aim is Aim.END else turn > newest + 1
            if unknown and claim.aim is not Aim.RESTART:
                return Behind(known)
            if claim.looks is Looks.ONLY and known is not None and turn == newest + 1:
                return Present(known)
            taken = self._take(connection, claim, turn)
            return Claimed(turn, known) if taken else Busy()

    def look(self, call: str, turn: int, deadline: Deadline) -> Present | Busy | Free:
        with _told(), self._database.reading(deadline) as connection:
            known = self._newest(connection, call)
            if known is not None and (known.over or known.turn >= turn):
                return Present(known)
            running = _running(Claim(call, turn, "", ""), self._now())
            return Busy() if connection.execute(running).first() else Free()

    def settle(self, row: Row, owner: str, deadline: Deadline) -> Stored | HangUpNext | Lost:
        with self._writing(deadline) as connection:
            mine = and_(_unsettled(row.call, row.turn), turns.c.owner == owner)
            written = {**self._sealed(row), "owner": None, "lease_until": None}
            if connection.execute(update(turns).where(mine).values(written)).rowcount == 0:
                return Lost()
            _open_calls(connection, [row], self._seal)
            if row.remembered.over or not _has_ended(connection, row.call):
                return Stored()
            next_turn = Claim(row.call, row.turn + 1, HANG_UP, owner)
            return HangUpNext() if self._take(connection, next_turn, row.turn + 1) else Stored()

    def release(self, call: str, turn: int, owner: str, deadline: Deadline) -> None:
        with self._writing(deadline) as connection:
            mine = and_(_unsettled(call, turn), turns.c.owner == owner)
            connection.execute(turns.delete().where(mine))

    @contextmanager
    def _writing(self, deadline: Deadline) -> Iterator[Connection]:
        with _told(), self._database.writing(deadline) as connection:
            yield connection

    def _now(self) -> datetime:
        return self._database.clock.now()

    def _write_batch(self, batch: Sequence[Row | Also]) -> None:
        rows = [one for one in batch if isinstance(one, Row)]
        with self._database.writing(Deadline.after(BATCH_SECONDS, self._database.clock)) as connection:
            if rows:
                self._fill(connection, rows)
            for one in batch:
                if isinstance(one, Also):
                    one.write(connection)

    def _fill(self, connection: Connection, rows: Sequence[Row]) -> None:
        """New rows, and those of claims that nobody settled; a settled row is never written again."""
        written = [self._sealed(row) for row in rows]
        connection.execute(_settled(connection.dialect.name, tuple(written[0])), written)
        _open_calls(connection, rows, self._seal)

    def _sealed(self, row: Row) -> dict[str, Any]:
        state, answer = row.remembered.kept, row.remembered.answer
        return {
            "call": row.call,
            "turn": row.turn,
            "at": row.at,
            "source": row.source[:LONGEST_SOURCE],
            "heard": row.heard[:LONGEST_HEARD],
            "outcome": row.outcome,
            "node": row.node[:LONGEST_NODE],
            "events": row.events,
            "state": self._seal.close(state, f"{row.call}/{row.turn}/state"),
            "answer": self._seal.close(answer, f"{row.call}/{row.turn}/answer"),
            "over": row.remembered.over,
            "delete_after": kept_until(turns, row.at),
        }

    def _newest(self, connection: Connection, call: str) -> Remembered | None:
        found = connection.execute(_NEWEST, {"of": call}).first()
        return self._opened(call, found) if found else None

    def _opened(self, call: str, found: Any) -> Remembered | None:  # noqa: ANN401  # a row of four columns
        try:
            state = self._seal.open(found.state, f"{call}/{found.turn}/state")
            answer = self._seal.open(found.answer, f"{call}/{found.turn}/answer")
        except Broken:
            # SECRET_KEY was changed, or the row was: the call begins anew, behind its last turn.
            logger("calls").exception("a journal row cannot be opened")
            return None
        return Remembered(found.turn, state, answer, found.over)

    def _take(self, connection: Connection, claim: Claim, turn: int) -> bool:
        """The row of the claim: new, or that of an owner whose lease has ended."""
        now = self._now()
        lease = {
            "source": claim.source[:LONGEST_SOURCE],
            "owner": claim.owner,
            "at": now,
            "lease_until": now + self._lease,
            "delete_after": kept_until(turns, now),
        }
        row = {"call": claim.call, "turn": turn, **lease}
        if insert_unless_there(connection, turns, row):
            return True
        lapsed = or_(turns.c.owner == claim.owner, turns.c.lease_until <= now)
        taken = update(turns).where(_unsettled(claim.call, turn), lapsed).values(lease)
        return connection.execute(taken).rowcount == 1


def name_of(row: Row | Also) -> str:
    """A row as a log may name it."""
    return row.name if isinstance(row, Also) else f"{row.call}/{row.turn}"


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except DatabaseUnavailable as fault:
        raise StoreGone(str(fault)) from fault


@cache
def _settled(dialect: str, columns: tuple[str, ...]) -> Insert:
    insert = _insert(dialect, turns)
    given = {name: insert.excluded[name] for name in columns if name not in {"call", "turn"}}
    return insert.on_conflict_do_update(
        index_elements=["call", "turn"], set_=given, where=turns.c.state.is_(None)
    )


@cache
def _raised(dialect: str, columns: tuple[str, ...]) -> Insert:
    insert = _insert(dialect, calls)
    given = {name: insert.excluded[name] for name in columns if name != "call"}
    return insert.on_conflict_do_update(
        index_elements=["call"], set_=given, where=calls.c.rank < insert.excluded.rank
    )


def _insert(dialect: str, into: Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(into) if dialect == "sqlite" else postgresql.insert(into)


def _unsettled(call: str, turn: int) -> ColumnElement[bool]:
    return and_(turns.c.call == call, turns.c.turn == turn, turns.c.state.is_(None))


def _running(claim: Claim, now: datetime) -> Any:  # noqa: ANN401  # a select of one column
    others = and_(turns.c.owner != claim.owner, turns.c.lease_until > now)
    return select(turns.c.turn).where(turns.c.call == claim.call, turns.c.state.is_(None), others)


def _has_ended(connection: Connection, call: str) -> bool:
    return connection.execute(_ENDED, {"of": call}).first() is not None


def _news(call: str, stage: CallStage, at: datetime) -> dict[str, Any]:
    kept = kept_until(calls, at)
    return {"call": call, "status": stage.value, "rank": stage.rank, "delete_after": kept}


def _raise_rank(connection: Connection, news: list[dict[str, Any]]) -> None:
    """New calls, and known ones whose rank is lower: an end is never overwritten, not even by another end."""
    connection.execute(_raised(connection.dialect.name, tuple(news[0])), news)


def _open_calls(connection: Connection, rows: Sequence[Row], seal: Seal) -> None:
    """The rows of calls that began with these turns."""
    for row in rows:
        if row.opening is None:
            continue
        begun, number = row.opening.at, row.opening.number
        _raise_rank(connection, [_news(row.call, CallStage.IN_PROGRESS, begun)])
        known = {"started_at": begun, "number_hash": seal.mark(number) if number else None}
        connection.execute(_BEGUN, {"of": row.call, **known})
