"""Whether the database is there and has the tables that this code knows, asked without changing anything."""

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from foundation.clock import Deadline, SystemClock
from foundation.database import Database, DatabaseUnavailable, sql_url
from foundation.migrating import newest
from foundation.settings import Settings
from processes.findings import Finding

WHAT = "database"
LIMIT = 2.0  # seconds for everything
MIGRATE = "run `hotline migrate`; `hotline run` does it by itself"
VERSION = "SELECT version_num FROM alembic_version"


def look_at_database(settings: Settings) -> Finding:
    """Its version beside the one this code wants; a file that is not there is not made."""
    url = sql_url(settings.database_url)
    try:
        if url.get_backend_name() != "sqlite":
            return _shape(_version_of_server(settings))
        place = Path((url.database or "").removeprefix("file:"))
        if not place.exists():
            return Finding(WHAT, f"{place} is not there yet", MIGRATE)
        return _shape(_version_of_file(place))
    except DatabaseUnavailable:
        return Finding(WHAT, "cannot be reached", "start it, or mend DATABASE_URL")
    except sqlite3.Error as fault:
        return Finding(WHAT, f"its file cannot be read: {fault}", "mend DATABASE_URL, or that file's rights")


def _shape(version: str | None) -> Finding:
    wanted = newest()
    if version == wanted:
        return Finding(WHAT, f"reachable, at version {version}")
    if version is None:
        return Finding(WHAT, "reachable, without our tables", MIGRATE)
    return Finding(WHAT, f"at version {version}, this code wants {wanted}", MIGRATE)


def _version_of_file(place: Path) -> str | None:
    # Reading a file in WAL mode makes its two companions. Where none stands nobody writes, and it can be
    # read as it lies. Beside a writer its newest pages are in the companion, which is there already.
    companion = place.with_name(f"{place.name}-wal")
    how = "mode=ro" if companion.exists() else "mode=ro&immutable=1"
    address = f"file:{quote(str(place.absolute()))}?{how}"
    with closing(sqlite3.connect(address, uri=True, timeout=LIMIT)) as connection:
        known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
        found = connection.execute(VERSION).fetchone() if known else None
        return str(found[0]) if found else None


def _version_of_server(settings: Settings) -> str | None:
    clock = SystemClock()
    database = Database(settings.database_url, clock, threads=1, limit=LIMIT)
    try:
        with database.reading(Deadline.after(LIMIT, clock)) as connection:
            known = connection.exec_driver_sql("SELECT to_regclass('alembic_version')").scalar()
            found = connection.exec_driver_sql(VERSION).scalar() if known else None
            return str(found) if found else None
    finally:
        database.close()
