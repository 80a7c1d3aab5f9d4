"""Transactions: all or nothing, readers that cannot write, moments that come back in UTC."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone

import pytest

from foundation.database import Database, DatabaseUnavailable
from foundation.schema import DataClass, deeds, kept_until, metadata
from tests.foundation.notes import CLOCK, keys, note, within, write


def test_what_was_written_is_there(database: Database) -> None:
    write(database, "one")
    assert keys(database) == {"one"}


def write_and_fail(database: Database) -> None:
    with database.writing(within()) as connection:
        connection.execute(deeds.insert().values(note("one")))
        raise KeyError("a fault of the caller")


def test_of_a_transaction_that_fails_nothing_is_kept(database: Database) -> None:
    with pytest.raises(KeyError):
        write_and_fail(database)
    assert keys(database) == set()
    write(database, "two")


def write_while_reading(database: Database) -> None:
    with database.reading(within()) as connection:
        connection.execute(deeds.insert().values(note("one")))


def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(DatabaseUnavailable):
        write_while_reading(database)
    write(database, "two")
    assert keys(database) == {"two"}


def test_many_transactions_share_few_connections(database_url: str) -> None:
    with closing(Database(database_url, CLOCK, threads=2)) as database:
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda number: write(database, str(number)), range(40)))
        assert len(keys(database)) == 40


def test_a_moment_comes_back_in_utc(database: Database) -> None:
    jakarta = timezone(timedelta(hours=7))
    with database.writing(within()) as connection:
        moment = datetime(2026, 11, 23, 9, 30, 15, 123456, tzinfo=jakarta)
        connection.execute(deeds.insert().values({**note("one"), "at": moment}))
        back = connection.execute(deeds.select()).one().at
    assert back == moment
    assert back.tzinfo is UTC


def test_a_moment_without_zone_is_refused(database: Database) -> None:
    naive = datetime(2026, 11, 23)  # noqa: DTZ001  # the fault under test
    with database.writing(within()) as connection, pytest.raises(Exception, match="names its zone"):
        connection.execute(deeds.insert().values({**note("one"), "at": naive}))


def test_every_table_says_what_it_holds_and_until_when() -> None:
    import migrations.tables  # noqa: F401  # all rooms make their tables known

    for table in metadata.tables.values():
        assert isinstance(table.info["data_class"], DataClass), table.name
        cascades = any(column.ondelete == "CASCADE" for column in table.foreign_keys)
        assert ("delete_after" in table.c) if table.info["keep"] else cascades, table.name


def test_rows_that_go_with_another_have_no_end_of_their_own() -> None:
    from callbacks.schema import ticket_moves

    with pytest.raises(ValueError, match="go with"):
        kept_until(ticket_moves, CLOCK.now())


@pytest.mark.parametrize("wrong", ["sqlite://", "sqlite:///:memory:", "mysql://127.0.0.1/x"])
def test_a_database_that_keeps_nothing_or_is_unknown_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="sqlite"):
        Database(wrong, CLOCK)
