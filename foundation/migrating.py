"""Bringing the schema of a database to its newest version, one process at a time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, create_engine
from sqlalchemy.exc import OperationalError

from foundation.schema import metadata

REVISIONS = Path(__file__).resolve().parent.parent / "migrations"
WAIT_LIMIT = 60  # seconds for one that waits for another process's migration, and for each of its own steps
WAL_PAUSE = 0.02  # seconds between two tries
ADVISORY_LOCK = 4_681_337_010  # any number that nobody else on this server uses


def upgrade(url: URL) -> None:
    """All revisions that are missing, in one transaction that shuts out every other migration."""
    with alone(url) as connection:
        command.upgrade(config_for(connection), "head")


def version(url: URL) -> str | None:
    """The revision that the database is at; None if it was never migrated."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def upgrade_within(connection: Connection, to: str = "head") -> None:
    """The revisions that are missing up to this one, in a transaction that is under way."""
    command.upgrade(config_for(connection), to)


def version_within(connection: Connection) -> str | None:
    """The revision as this transaction sees it."""
    return MigrationContext.configure(connection).get_current_revision()


def knows(revision: str) -> bool:
    """Whether this code has the revision, so that it can go on from there."""
    return revision in {one.revision for one in ScriptDirectory(str(REVISIONS)).walk_revisions()}


def known_tables(connection: Connection) -> set[str]:
    """The names of all our tables, as the folder of the revisions knows them; nothing is changed."""
    config = config_for(connection)
    revisions = ScriptDirectory.from_config(config)
    with EnvironmentContext(config, revisions, fn=lambda _now, _context: [], dont_mutate=True):
        revisions.run_env()
    return set(metadata.tables)


def newest() -> str | None:
    """The revision that this code is written for."""
    return ScriptDirectory(str(REVISIONS)).get_current_head()


def _into_wal_mode(connection: Connection) -> None:
    """SQLite does not wait for a lock in this one statement, whatever its time-out: so it is tried again."""
    until = time.monotonic() + WAIT_LIMIT
    while True:
        try:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        except OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(WAL_PAUSE)
        else:
            return


@contextmanager
def alone(url: URL) -> Iterator[Connection]:
    """A transaction during which nobody else migrates this database."""
    if url.get_backend_name() == "sqlite":
        # Foreign keys stay off meanwhile: SQLite changes a table by writing it anew and dropping the old one.
        engine = create_engine(url, connect_args={"isolation_level": None, "timeout": WAIT_LIMIT})
        opening = ["BEGIN IMMEDIATE"]
    else:
        engine = create_engine(url)
        limit = f"SET LOCAL statement_timeout = '{WAIT_LIMIT}s'"
        opening = [limit, f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"]
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "sqlite":
                _into_wal_mode(connection)
            for statement in opening:
                connection.exec_driver_sql(statement)
            yield connection
    finally:
        engine.dispose()


def config_for(connection: Connection) -> Config:
    """What Alembic needs to run our revisions on this connection."""
    config = Config()
    config.set_main_option("script_location", str(REVISIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
