"""Whether the database is there and has the tables that this code knows, asked without changing anything."""

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from foundation.clock import Deadline, SystemClock
from foundation.database import Database, DatabaseUnavailable, sql_url
from foundation.settings import Settings
from processes.doctor.findings import Finding

WHAT = "database"
LIMIT = 2.0  # seconds for everything
MIGRATE = "run `hotline migrate`; `hotline run` does it by itself"
HEAD = 20  # bytes of a SQLite file that are read
WAL = f"SQLite {sqlite3.sqlite_version}, journal written ahead"
OTHER_JOURNAL = f"SQLite {sqlite3.sqlite_version}, journal not written ahead"
VERSION = "SELECT version_num FROM alembic_version"


def look_at_database(settings: Settings) -> Finding:
    """Its version beside the one this code wants, and of what kind it is; a missing file is not made."""
    url = sql_url(settings.database_url)
    try:
        if url.get_backend_name() != "sqlite":
            return _judged(*_server(settings))
        place = Path((url.database or "").removeprefix("file:"))
        if not place.exists():
            return Finding(WHAT, f"{place} is not there yet", MIGRATE)
        return _judged(_version_of_file(place), _kind_of_file(place))
    except DatabaseUnavailable:
        return Finding(WHAT, "cannot be reached", "start it, or mend DATABASE_URL")
    except sqlite3.Error as fault:
        return Finding(WHAT, f"its file cannot be read: {fault}", "mend DATABASE_URL, or that file's rights")


def trouble_in_words(settings: Settings, fault: DatabaseUnavailable) -> str:
    """Why SQL did not serve a command, in one line; with the cure, if a look finds one."""
    said = str(fault).partition("\n")[0]
    found = look_at_database(settings)
    if found.well:
        return f"the database does not answer: {said}"
    return f"the database cannot be used: {found.how} ({said}). Cure: {found.cure}"


def _judged(version: str | None, kind: str) -> Finding:
    # Read here: most commands never ask for it, and it brings all of Alembic.
    from foundation.migrating import newest

    wanted = newest()
    if version == wanted and kind == OTHER_JOURNAL:
        how = f"reachable, at version {version}; {kind}: readers and writers wait for each other"
        return Finding(WHAT, how, MIGRATE, mild=True)
    if version == wanted:
        return Finding(WHAT, f"reachable, at version {version}; {kind}")
    if version is None:
        return Finding(WHAT, "reachable, without our tables", MIGRATE)
    return Finding(WHAT, f"at version {version}, this code wants {wanted}", MIGRATE)


def rows_of_file(place: Path, table: str, asked: str) -> list[tuple[str, ...]]:
    """What a question to a table of this file brings; nothing if there is no such file or table."""
    if not place.exists():
        return []
    # Reading a file in WAL mode makes its two companions. Where none stands nobody writes, and it can be
    # read as it lies. Beside a writer its newest pages are in the companion, which is there already.
    companion = place.with_name(f"{place.name}-wal")
    how = "mode=ro" if companion.exists() else "mode=ro&immutable=1"
    address = f"file:{quote(str(place.absolute()))}?{how}"
    with closing(sqlite3.connect(address, uri=True, timeout=LIMIT)) as connection:
        known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        return connection.execute(asked).fetchall() if known else []


def _version_of_file(place: Path) -> str | None:
    found = rows_of_file(place, "alembic_version", VERSION)
    return str(found[0][0]) if found else None


def _kind_of_file(place: Path) -> str:
    # Byte 18 of the head says how the file is written: https://www.sqlite.org/fileformat2.html
    with place.open("rb") as file:
        head = file.read(HEAD)
    return WAL if head[18:19] == b"\x02" else OTHER_JOURNAL


def _server(settings: Settings) -> tuple[str | None, str]:
    """The version of our tables, and what the server is."""
    clock = SystemClock()
    database = Database(settings.database_url, clock, threads=1, limit=LIMIT)
    try:
        with database.reading(Deadline.after(LIMIT, clock)) as connection:
            known = connection.exec_driver_sql("SELECT to_regclass('alembic_version')").scalar()
            found = connection.exec_driver_sql(VERSION).scalar() if known else None
            server = connection.exec_driver_sql("SHOW server_version").scalar()
            return str(found) if found else None, f"PostgreSQL {server}"
    finally:
        database.close()
