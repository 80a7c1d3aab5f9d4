"""Making a backup of everything in SQL, and bringing one back so that no ticket number is drawn twice."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from callbacks.schema import number_series, tickets
from callbacks.series import begin_anew, known_series
from callbacks.store import TicketStore
from foundation import backup_file, copying, migrating
from foundation.backup_file import Header, Line, NotABackup
from foundation.clock import Clock
from foundation.database import Connection, DatabaseUnavailable, sql_url
from foundation.redaction import Secret
from foundation.settings import Settings
from identity.keyed import Keyed

TELL_EVERY = 1_000  # rows
KEY_DIGITS = 16  # of the name of a key: enough to tell two apart

Told = Callable[[int], None]  # how many rows are done by now


class RestoreRefused(Exception):
    """Nothing was changed; the words say why, and what to do."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore has done: rows by table; how many tickets of the replaced database were younger."""

    rows: dict[str, int]
    lost: int
    knew_earlier: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """What is in the database before a restore; no rows, and perhaps no table."""

    rows: dict[str, int]

    @property
    def empty(self) -> bool:
        """Whether nothing would be lost."""
        return not any(self.rows.values())


def key_name(secret_key: Secret) -> str:
    """A short name of SECRET_KEY that tells nothing of it."""
    return Keyed(secret_key, "backup").name("key")[:KEY_DIGITS]


def back_up(settings: Settings, place: Path, clock: Clock, told: Told) -> dict[str, int]:
    """Everything in SQL as one moment shows it, in a file; how many rows of each table.

    DatabaseUnavailable, or OSError if the disk does not take it: then there is no file.
    """
    with copying.snapshot(sql_url(settings.database_url)) as connection:
        schema = migrating.version_within(connection)
        if schema is None:
            raise DatabaseUnavailable("it has no tables yet; run `hotline migrate`")
        standing = copying.tables_in(connection)
        header = Header(
            schema, clock.now().isoformat(), key_name(settings.secret_key), copying.shapes(standing)
        )
        return backup_file.write(place, header, _telling(copying.rows(connection, standing), told))


def looked_at(place: Path, settings: Settings, *, other_key: bool) -> tuple[Header, dict[str, int]]:
    """What is in a backup that can be restored here. NotABackup, OSError or RestoreRefused."""
    header, counts = backup_file.counted(place)
    if not migrating.knows(header.schema):
        raise RestoreRefused(
            f"it is of schema {header.schema}, this code knows {migrating.newest()} and those before; "
            "restore it with the version of the hotline that made it"
        )
    if header.key != key_name(settings.secret_key) and not other_key:
        raise RestoreRefused(
            "it was made with another SECRET_KEY: with this one no telephone PIN fits, no earlier call can "
            "be read, and a number may be drawn that was told to somebody; set the old SECRET_KEY, or say "
            "--other-key"
        )
    return header, counts


def standing(settings: Settings) -> Standing:
    """What is in the database now. DatabaseUnavailable if it cannot be read."""
    url = sql_url(settings.database_url)
    if copying.absent(url):
        return Standing({})
    with copying.snapshot(url) as connection:
        return Standing(copying.sizes(connection, copying.tables_in(connection)))


def restore(settings: Settings, place: Path, clock: Clock, told: Told, *, replace: bool) -> Restored:
    """The backup in the place of what was there, in one transaction: if it fails, all is as before.

    An older backup is brought to this version's tables. RestoreRefused if something is there and
    `replace` does not say that it may go; NotABackup, DatabaseUnavailable, OSError.
    """
    url = sql_url(settings.database_url)
    with backup_file.opened(place) as (header, rows), copying.changing(url) as connection:
        there = copying.tables_in(connection)
        copying.hold(connection, there)
        sizes = copying.sizes(connection, there)
        if any(sizes.values()) and not replace:
            raise RestoreRefused("the database is not empty; say --replace if all in it may go")
        earlier = known_series(connection) if number_series.name in sizes else ()
        lost = _younger(connection, header) if tickets.name in sizes else 0
        counts = _replaced(connection, header, rows, told)
        begin_anew(connection, earlier, clock.now())
    return Restored(counts, lost, tickets.name in sizes)


def _replaced(
    connection: Connection, header: Header, rows: Iterator[tuple[str, Line]], told: Told
) -> dict[str, int]:
    copying.clear(connection)
    # As the backup's own version had them; what has changed since is done to its rows by the revisions.
    migrating.upgrade_within(connection, header.schema)
    done = 0
    for portion in copying.load(connection, header.tables, rows):
        done += portion
        told(done)
    migrating.upgrade_within(connection)
    copying.count_on(connection)
    return copying.sizes(connection, copying.tables_in(connection))


def _younger(connection: Connection, header: Header) -> int:
    """Tickets that were opened after the backup: their callers have numbers that will tell nothing."""
    made_at = datetime.fromisoformat(header.made_at).astimezone(UTC)
    return TicketStore().opened_after(connection, made_at)


def _telling(rows: Iterator[tuple[str, Line]], told: Told) -> Iterator[tuple[str, Line]]:
    for done, row in enumerate(rows, start=1):
        if done % TELL_EVERY == 0:
            told(done)
        yield row


__all__ = ["NotABackup", "RestoreRefused", "back_up", "looked_at", "restore", "standing"]
