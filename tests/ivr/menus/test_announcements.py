"""Announcements in SQL: one stands until its moment, a new one takes its place, and every row stays."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from foundation.clock import Deadline, StoppedClock, SystemClock
from foundation.database import Database, DatabaseUnavailable
from ivr.menus.announcements import ANNOUNCEMENTS_KEPT, Announcements, LastRead, Wanted, announcements

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
EVENING = NOW + timedelta(hours=8)
PATIENT = 20.0
OPERATORS = 12
CLOCK = SystemClock()


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(NOW)


@pytest.fixture
def database(database_url: str, clock: StoppedClock) -> Iterator[Database]:
    one = Database(database_url, clock, threads=OPERATORS, limit=PATIENT)
    yield one
    one.close()


@pytest.fixture
def board(database: Database) -> Announcements:
    return Announcements(database)


def soon() -> Deadline:
    return Deadline.after(PATIENT, CLOCK)


def slow(until: datetime = EVENING, by: str = "Ayu", **words: str) -> Wanted:
    return Wanted(words or {"en": "The app is slow.", "id": "Aplikasi lambat."}, until, by)


def rows(database: Database) -> list[dict[str, object]]:
    with database.reading(soon()) as connection:
        found = connection.execute(announcements.select().order_by(announcements.c.number))
        return [dict(row) for row in found.mappings()]


def test_nothing_stands_until_somebody_announces(board: Announcements) -> None:
    assert board.standing(NOW, soon()) is None
    assert board.take_down("Ayu", soon()) is None
    assert board.put_up(slow(), soon()) is None
    stands = board.standing(NOW, soon())
    assert stands is not None
    assert dict(stands.words) == {"en": "The app is slow.", "id": "Aplikasi lambat."}
    assert (stands.set_at, stands.until, stands.set_by) == (NOW, EVENING, "Ayu")


def test_it_ends_by_itself_at_the_moment_that_was_said(board: Announcements) -> None:
    board.put_up(slow(), soon())
    tick = timedelta(microseconds=1)
    assert board.standing(EVENING - tick, soon()) is not None
    assert board.standing(EVENING, soon()) is None


def test_a_new_one_takes_the_place_and_the_old_one_never_comes_back(
    board: Announcements, database: Database, clock: StoppedClock
) -> None:
    board.put_up(slow(NOW + timedelta(days=3)), soon())
    clock.advance(timedelta(minutes=5))
    before = board.put_up(slow(EVENING, "Budi", en="It works again."), soon())
    assert before is not None
    assert before.set_by == "Ayu"
    stands = board.standing(clock.now(), soon())
    assert stands is not None
    assert dict(stands.words) == {"en": "It works again."}
    # The second one ends before the first would have: nothing stands then.
    assert board.standing(EVENING, soon()) is None
    first, second = rows(database)
    assert (first["cleared_at"], first["cleared_by"]) == (clock.now(), "Budi")
    assert second["cleared_at"] is None


def test_it_is_taken_away_once_and_its_row_stays(
    board: Announcements, database: Database, clock: StoppedClock
) -> None:
    board.put_up(slow(), soon())
    clock.advance(timedelta(minutes=1))
    taken = board.take_down("Citra", soon())
    assert taken is not None
    assert board.standing(clock.now(), soon()) is None
    clock.advance(timedelta(minutes=1))
    assert board.take_down("Dewi", soon()) is None
    (row,) = rows(database)
    assert (row["cleared_at"], row["cleared_by"]) == (NOW + timedelta(minutes=1), "Citra")
    assert row["delete_after"] == EVENING + ANNOUNCEMENTS_KEPT


def test_what_has_run_out_is_not_taken_away_any_more(
    board: Announcements, database: Database, clock: StoppedClock
) -> None:
    board.put_up(slow(), soon())
    clock.advance(timedelta(hours=9))
    assert board.take_down("Ayu", soon()) is None
    assert board.put_up(slow(EVENING + timedelta(days=1)), soon()) is None
    assert [row["cleared_at"] for row in rows(database)] == [None, None]


def test_of_operators_who_announce_at_once_one_stands_and_all_rows_stay(
    board: Announcements, database: Database
) -> None:
    def announce(number: int) -> None:
        board.put_up(slow(EVENING + timedelta(hours=number), f"operator {number}"), soon())

    with ThreadPoolExecutor(OPERATORS) as pool:
        list(pool.map(announce, range(OPERATORS)))
    kept = rows(database)
    assert len(kept) == OPERATORS
    stands = board.standing(NOW, soon())
    assert stands is not None
    assert stands.set_by == kept[-1]["set_by"]
    # Taken away, nothing that a slower one wrote stands instead, whatever its end.
    board.take_down("Ayu", soon())
    assert board.standing(NOW, soon()) is None


def test_words_come_back_as_they_were_written(board: Announcements) -> None:
    odd = "Tom & Jerry say <b>\"hi\"</b> 'ok' 😀 慢 \\ % :name"
    board.put_up(slow(en=odd), soon())
    stands = board.standing(NOW, soon())
    assert stands is not None
    assert stands.words["en"] == odd


def test_without_sql_nothing_is_promised() -> None:
    gone = Database("sqlite:////nowhere/at/all.sqlite", CLOCK)
    board = Announcements(gone)
    with pytest.raises(DatabaseUnavailable):
        board.put_up(slow(), soon())
    with pytest.raises(DatabaseUnavailable):
        board.standing(NOW, soon())
    gone.close()


def test_by_what_was_read_last_one_stands_until_its_moment_or_until_it_is_read_that_it_does_not(
    board: Announcements,
) -> None:
    board.put_up(slow(), soon())
    read = board.newest(soon())
    told = LastRead(lambda: read)
    assert told.standing(NOW, soon()) == board.standing(NOW, soon())
    assert told.standing(EVENING, soon()) is None
    board.take_down("Ayu", soon())
    assert told.standing(NOW, soon()) is not None
    read = board.newest(soon())
    assert told.standing(NOW, soon()) is None
    assert LastRead(lambda: None).standing(NOW, soon()) is None
