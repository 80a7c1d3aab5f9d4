"""Numbers whose calls are refused for a while: who said so and why, until when, and who took it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, and_, select, true, update

from foundation.clock import Deadline
from foundation.database import Connection, Database, kept_until
from identity.schema import LONGEST_ACTOR, LONGEST_WHY, blocked

BLOCKS_AT_MOST = 20_000  # in force at once: each process has their marks in memory, two megabytes
LISTED_AT_MOST = 500


@dataclass(frozen=True, slots=True)
class Block:
    """One number that is refused: what may be seen of it, why, aware moments, and who said so."""

    id: int
    shown: str
    why: str
    set_at: datetime
    until: datetime
    set_by: str
    lifted_at: datetime | None = None
    lifted_by: str | None = None

    def stands(self, at: datetime) -> bool:
        """Whether calls are refused at this moment; at `until` they no longer are."""
        return self.lifted_at is None and at < self.until


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an operator asks for. `mark`: what the number is known by; `shown`: what may be seen of it."""

    mark: str
    shown: str
    until: datetime
    why: str
    by: str


class TooManyBlocks(Exception):
    """The list is full."""


class BlockList:
    """Blocks in SQL, for any thread. Every method may raise `DatabaseUnavailable`.

    A number is known by its mark alone, a keyed hash that whoever asks has made: the number is not kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def marks(self, deadline: Deadline) -> frozenset[str]:
        """The marks of all numbers that are refused now."""
        wanted = select(blocked.c.mark).where(_in_force(self._now())).limit(BLOCKS_AT_MOST)
        with self._database.reading(deadline) as connection:
            return frozenset(connection.execute(wanted).scalars())

    def block(self, wanted: Wanted, deadline: Deadline) -> tuple[Block, ...]:
        """From now on the number is refused. Brings the blocks this takes the place of.

        Raises TooManyBlocks.
        """
        now = self._now()
        row = {
            "mark": wanted.mark,
            "shown": wanted.shown,
            "why": wanted.why[:LONGEST_WHY],
            "set_at": now,
            "until": wanted.until,
            "set_by": wanted.by[:LONGEST_ACTOR],
            "delete_after": kept_until(blocked, wanted.until),
        }
        with self._database.writing(deadline) as connection:
            before = _lifted(connection, blocked.c.mark == wanted.mark, wanted.by, now)
            standing = select(blocked.c.id).where(_in_force(now)).limit(BLOCKS_AT_MOST)
            if len(connection.execute(standing).all()) >= BLOCKS_AT_MOST:
                raise TooManyBlocks(f"{BLOCKS_AT_MOST} numbers are blocked already")
            connection.execute(blocked.insert().values(row))
        return before

    def lift(self, mark: str, by: str, deadline: Deadline) -> tuple[Block, ...]:
        """From now on the number is taken again. Brings the blocks that stood, none if none did."""
        with self._database.writing(deadline) as connection:
            return _lifted(connection, blocked.c.mark == mark, by, self._now())

    def lift_one(self, place: int, by: str, deadline: Deadline) -> tuple[Block, ...]:
        """The same for the block of this id."""
        with self._database.writing(deadline) as connection:
            return _lifted(connection, blocked.c.id == place, by, self._now())

    def listed(self, deadline: Deadline, *, over: bool = False) -> tuple[Block, ...]:
        """Who is refused now, the newest in front; with `over` also who was. At most `LISTED_AT_MOST`."""
        which = true() if over else _in_force(self._now())
        newest = select(blocked).where(which).order_by(blocked.c.id.desc()).limit(LISTED_AT_MOST)
        with self._database.reading(deadline) as connection:
            return _blocks(connection.execute(newest).all())

    def _now(self) -> datetime:
        return self._database.clock.now()


def _in_force(now: datetime) -> ColumnElement[bool]:
    return and_(blocked.c.lifted_at.is_(None), blocked.c.until > now)


def _lifted(connection: Connection, which: ColumnElement[bool], by: str, now: datetime) -> tuple[Block, ...]:
    standing = and_(which, _in_force(now))
    found = _blocks(connection.execute(select(blocked).where(standing)).all())
    connection.execute(update(blocked).where(standing).values(lifted_at=now, lifted_by=by[:LONGEST_ACTOR]))
    return found


def _blocks(rows: Sequence[Row[tuple[object, ...]]]) -> tuple[Block, ...]:
    names = Block.__dataclass_fields__
    return tuple(Block(**{name: getattr(row, name) for name in names}) for row in rows)
