"""How often somebody guessed wrongly, and how long the next guess must wait; exact in any crowd."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, case, null, select, update

from foundation.redaction import Secret
from foundation.schema import insert_unless_there, kept_until
from identity.keyed import Keyed
from identity.schema import guesses

MOST_DOUBLINGS = 30  # a wait is at its longest well before


@dataclass(frozen=True, slots=True)
class Patience:
    """`free` misses cost nothing; the last of them waits `first`, each further one twice as long.

    After `forgotten_after` without a guess all is forgotten.
    """

    free: int
    first: timedelta
    longest: timedelta
    forgotten_after: timedelta

    def wait(self, misses: int) -> timedelta:
        """How long nobody may guess after so many misses."""
        if misses < self.free:
            return timedelta(0)
        doublings: int = 2 ** min(misses - self.free, MOST_DOUBLINGS)
        return min(self.longest, self.first * doublings)


@dataclass(frozen=True, slots=True)
class Bucket:
    """What guesses are counted by: an account, a ticket, a calling number. None of them is kept in plain."""

    kind: str
    of: str
    patience: Patience


class Guesses:
    """Counts in SQL, which survive whatever Redis does. All methods work within the caller's transaction."""

    def __init__(self, secret_key: Secret) -> None:
        self._keyed = Keyed(secret_key, "guesses")

    def begin(self, connection: Connection, buckets: Sequence[Bucket], at: datetime) -> datetime | None:
        """Count one guess in each bucket; or say until when none is looked at, and count nothing.

        A guess counts as a miss before it is compared, and is forgiven if it was right: so a thousand at
        once are as many as a thousand in turn. One that is not looked at makes no wait longer.
        """
        # Always in one order: two transactions that want the same two rows must not wait for each other.
        ordered = sorted(buckets, key=self._name)
        standing = [(bucket, *self._held(connection, bucket, at)) for bucket in ordered]
        slowed = [until for _, _, until in standing if until is not None and until > at]
        if slowed:
            return max(slowed)
        for bucket, misses, _ in standing:
            self._write(connection, bucket, misses + 1, at)
        return None

    def forget(self, connection: Connection, bucket: Bucket) -> None:
        """The guess was right, and nobody but the owner can be right: all misses are forgotten."""
        # Emptied, not deleted: somebody who has just found the row is about to hold it.
        same = guesses.c.bucket == self._name(bucket)
        connection.execute(update(guesses).where(same).values(misses=0, slowed_until=None))

    def forgive(self, connection: Connection, bucket: Bucket, at: datetime) -> None:
        """The guess of `at` was right: it alone was no miss. Who is right once may be guessing elsewhere."""
        # A wait that this guess began ends; one that somebody else began meanwhile stays.
        until = case((guesses.c.last_try == at, null()), else_=guesses.c.slowed_until)
        connection.execute(
            update(guesses)
            .where(guesses.c.bucket == self._name(bucket), guesses.c.misses > 0)
            .values(misses=guesses.c.misses - 1, slowed_until=until)
        )

    def misses(self, connection: Connection, bucket: Bucket) -> int:
        """How many misses are counted now."""
        wanted = select(guesses.c.misses).where(guesses.c.bucket == self._name(bucket))
        return connection.execute(wanted).scalar_one_or_none() or 0

    def _held(self, connection: Connection, bucket: Bucket, at: datetime) -> tuple[int, datetime | None]:
        """Misses and the end of the wait; the row is held, as SQLite's one writer holds everything."""
        name = self._name(bucket)
        fresh = {"bucket": name, "misses": 0, "delete_after": kept_until(guesses, at)}
        insert_unless_there(connection, guesses, fresh)
        row = connection.execute(select(guesses).where(guesses.c.bucket == name).with_for_update()).one()
        forgotten = row.last_try is not None and row.last_try + bucket.patience.forgotten_after < at
        return (0, None) if forgotten else (row.misses, row.slowed_until)

    def _write(self, connection: Connection, bucket: Bucket, misses: int, at: datetime) -> None:
        wait = bucket.patience.wait(misses)
        connection.execute(
            update(guesses)
            .where(guesses.c.bucket == self._name(bucket))
            .values(
                misses=misses,
                last_try=at,
                slowed_until=at + wait if wait else None,
                delete_after=kept_until(guesses, at),
            )
        )

    def _name(self, bucket: Bucket) -> str:
        return self._keyed.name(bucket.kind, bucket.of)
