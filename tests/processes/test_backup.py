"""A backup holds everything of one moment, and brings it back whole, into either kind of database."""

import gzip
import hashlib
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command as alembic
from sqlalchemy import create_engine, make_url

from foundation import migrating
from foundation.backup_file import NotABackup
from foundation.database import DatabaseUnavailable, migrate, schema_version
from migrations.tables import metadata
from processes.backup import RestoreRefused, looked_at
from tests.kept_databases import database_url, empty, kept_postgres
from tests.makers import NOW
from tests.processes.shelter import (
    bring_back,
    database_at,
    destroy,
    everything,
    fill,
    open_tickets,
    save,
    settings_for,
    within,
)
from tests.servers import postgres_admin

# A database of their own: they take its tables away.
__all__ = ["database_url", "kept_postgres"]

OWN = ("number_series",)  # a restore adds to it


@pytest.fixture(params=["sqlite", "postgresql"])
def other_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A second database, without a table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'other.sqlite'}"
        return
    server: str = request.getfixturevalue("postgres_url")
    with postgres_admin(server) as admin:
        admin.execute(b'DROP DATABASE IF EXISTS "other" WITH (FORCE)')
        admin.execute(b'CREATE DATABASE "other"')
    yield server.rpartition("/")[0] + "/other"
    with postgres_admin(server) as admin:
        admin.execute(b'DROP DATABASE "other" WITH (FORCE)')


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "backup.gz"


def without_own(kept: dict[str, list[tuple[object, ...]]]) -> dict[str, list[tuple[object, ...]]]:
    return {name: rows for name, rows in kept.items() if name not in OWN}


def test_everything_comes_back_in_either_kind_of_database(
    database_url: str, other_url: str, place: Path
) -> None:
    fill(database_url)
    saved = everything(database_url)
    assert all(saved.values())
    counts = save(database_url, place)
    assert counts == {name: len(rows) for name, rows in saved.items()}
    done = bring_back(other_url, place, replace=False)
    back = everything(other_url)
    assert without_own(back) == without_own(saved)
    assert set(saved["number_series"]) < set(back["number_series"])
    assert done.rows == counts
    assert schema_version(other_url) == migrating.newest()
    # What the database numbers by itself goes on behind what is there.
    open_tickets(other_url, 3, call="CB")


def test_a_backup_of_what_was_restored_is_the_same_again(
    database_url: str, place: Path, tmp_path: Path
) -> None:
    fill(database_url)
    save(database_url, place)
    bring_back(database_url, place)
    saved = everything(database_url)
    save(database_url, tmp_path / "again.gz")
    destroy(database_url)
    bring_back(database_url, tmp_path / "again.gz")
    assert without_own(everything(database_url)) == without_own(saved)
    if database_url.startswith("postgresql"):
        migrate(database_url)  # for the tests that come


def test_a_column_without_a_value_comes_back_without_one(database_url: str, place: Path) -> None:
    with database_at(database_url) as database, database.writing(within()) as connection:
        row = {"key": "one", "kind": "a deed", "fingerprint": "f", "at": NOW}
        connection.execute(metadata.tables["deeds"].insert().values(row))
    save(database_url, place)
    bring_back(database_url, place)
    with database_at(database_url) as database, database.reading(within()) as connection:
        found = connection.exec_driver_sql("SELECT count(*) FROM deeds WHERE reply IS NULL")
        assert found.scalar_one() == 1


def test_a_backup_while_tickets_are_opened_shows_one_moment(database_url: str, place: Path) -> None:
    ended = threading.Event()
    opened: list[int] = []

    def write(which: int) -> None:
        done = 0
        while not ended.is_set():
            done += open_one(which, done)
        opened.append(done)

    def open_one(which: int, done: int) -> int:
        """One more, asked for under its key until SQL has answered: fifty at once are many for it."""
        while True:
            with suppress(DatabaseUnavailable):
                seed, call = which * 1_000 + done, f"C{which}-{done}-"
                return len(open_tickets(database_url, 1, seed=seed, call=call))

    writers = [threading.Thread(target=write, args=(one,)) for one in range(50)]
    for writer in writers:
        writer.start()
    try:
        while not everything(database_url)["tickets"]:
            pass
        counts = [save(database_url, place.with_name(f"{one}.gz")) for one in range(3)]
    finally:
        ended.set()
        for writer in writers:
            writer.join()
    assert counts[0]["tickets"] < counts[-1]["tickets"] <= sum(opened)
    for one, told in enumerate(counts):
        bring_back(database_url, place.with_name(f"{one}.gz"))
        back = everything(database_url)
        assert len(back["tickets"]) == told["tickets"]
        births = {row[1] for row in back["ticket_moves"]}
        assert births == {row[0] for row in back["tickets"]} == {row[2] for row in back["ticket_calls"]}
        assert len(back["deeds"]) == told["tickets"]


def test_a_database_that_is_not_empty_is_not_written_over(database_url: str, place: Path) -> None:
    save(database_url, place)
    fill(database_url)
    before = everything(database_url)
    with pytest.raises(RestoreRefused, match="not empty"):
        bring_back(database_url, place, replace=False)
    assert everything(database_url) == before


def test_a_restore_says_how_many_tickets_are_lost(database_url: str, place: Path) -> None:
    open_tickets(database_url, 2)
    save(database_url, place, NOW + timedelta(minutes=1))
    open_tickets(database_url, 3, at=NOW + timedelta(hours=1), call="CB", seed=8)
    done = bring_back(database_url, place, NOW + timedelta(hours=2))
    assert (done.lost, done.knew_earlier) == (3, True)


def test_a_backup_of_an_older_version_is_brought_to_this_one(
    empty_database_url: str, other_url: str, place: Path
) -> None:
    with migrating.alone(make_url(empty_database_url)) as connection:
        migrating.upgrade_within(connection, "0002")
        connection.exec_driver_sql(
            "INSERT INTO languages (number_hash, language, at) VALUES ('n', 'zh', '2026-11-01 10:00:00')"
        )
    save(empty_database_url, place)
    bring_back(other_url, place)
    assert schema_version(other_url) == migrating.newest()
    assert [row[:2] for row in everything(other_url)["languages"]] == [("n", "zh")]


def test_a_backup_of_a_newer_version_is_refused(database_url: str, place: Path) -> None:
    save(database_url, place)
    changed = gzip.decompress(place.read_bytes()).replace(b'"schema":"0', b'"schema":"9', 1)
    head, _, rest = changed.partition(b"\n")
    end = json.loads(rest)
    end["sha256"] = hashlib.sha256(head + b"\n").hexdigest()
    place.write_bytes(gzip.compress(head + b"\n" + json.dumps(end).encode() + b"\n"))
    with pytest.raises(RestoreRefused, match="with the version of the hotline that made it"):
        looked_at(place, settings_for(database_url), other_key=False)


def test_a_backup_of_another_key_is_refused_unless_it_is_meant(database_url: str, place: Path) -> None:
    save(database_url, place)
    other = settings_for(database_url, "another key of the tests, as long as that one")
    with pytest.raises(RestoreRefused, match="another SECRET_KEY"):
        looked_at(place, other, other_key=False)
    assert looked_at(place, other, other_key=True)[0].schema == migrating.newest()


def test_what_belongs_to_others_in_the_same_database_stays(database_url: str, place: Path) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE somebody (name TEXT)")
        connection.exec_driver_sql("INSERT INTO somebody VALUES ('theirs')")
    save(database_url, place)
    assert "somebody" not in gzip.decompress(place.read_bytes()).decode()
    bring_back(database_url, place)
    with engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT name FROM somebody").scalar_one() == "theirs"
        connection.exec_driver_sql("DROP TABLE somebody")
    engine.dispose()


def test_a_database_without_tables_has_nothing_to_save(empty_database_url: str, place: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match=r"no tables|no file"):
        save(empty_database_url, place)
    assert not place.exists()


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.processes.shelter import settings_for, NOW
from foundation.clock import StoppedClock
from processes.backup import restore
def told(done):
    if done >= 2_000:
        os.kill(os.getpid(), signal.SIGKILL)
restore(settings_for(sys.argv[1]), Path(sys.argv[2]), StoppedClock(NOW), told, replace=True)
"""


def test_a_restore_that_is_killed_leaves_the_old_state(database_url: str, place: Path) -> None:
    with database_at(database_url) as database, database.writing(within()) as connection:
        rows = [{"number_hash": f"{one}", "language": "id", "at": NOW} for one in range(5_000)]
        connection.execute(metadata.tables["languages"].insert(), rows)
    save(database_url, place)
    with database_at(database_url) as database, database.writing(within()) as connection:
        connection.execute(metadata.tables["languages"].delete())
    fill(database_url)
    before = everything(database_url)
    ended = subprocess.run([sys.executable, "-c", KILLED, database_url, str(place)], check=False, timeout=60)
    assert ended.returncode == -9
    assert everything(database_url) == before
    bring_back(database_url, place)
    assert len(everything(database_url)["languages"]) == 5_000


def test_a_file_that_changes_while_it_is_restored_changes_nothing(database_url: str, place: Path) -> None:
    fill(database_url)
    save(database_url, place)
    before = everything(database_url)
    cut = place.read_bytes()[:-200]
    place.write_bytes(cut)
    with pytest.raises(NotABackup):
        bring_back(database_url, place)
    assert everything(database_url) == before


def test_revisions_can_still_be_taken_back_after_a_restore(database_url: str, place: Path) -> None:
    save(database_url, place)
    bring_back(database_url, place)
    with migrating.alone(make_url(database_url)) as connection:
        alembic.downgrade(migrating.config_for(connection), "base")
    migrate(database_url)
    if database_url.startswith("postgresql"):
        empty(database_url)
