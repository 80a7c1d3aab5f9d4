"""No ticket number is told twice: not after a restore, not after two of one backup, with whatever chance."""

import threading
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from callbacks.numbers import ROOM
from callbacks.promises import Promises
from callbacks.series import NumberSeries, present
from callbacks.store import TicketStore
from foundation.clock import StoppedClock
from foundation.database import DatabaseUnavailable
from foundation.redaction import Secret
from tests.kept_databases import database_url, kept_postgres
from tests.makers import NOW, a_draft
from tests.processes.shelter import (
    KEY,
    bring_back,
    database_at,
    destroy,
    everything,
    open_tickets,
    save,
    within,
)

# A database of their own: they take its tables away.
__all__ = ["database_url", "kept_postgres"]

MANY = 80
SOME = 40  # where many more would show no more
SEED = 11  # of every drawing here: the same chance before and after, again and again
MINUTE = timedelta(minutes=1)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "backup.gz"


def told(url: str, round_: str, minutes: float = 0, count: int = MANY, seed: int = SEED) -> set[str]:
    """Numbers that callers are told in one rush, at a moment; the chance is the same each time."""
    numbers = open_tickets(url, count, at=NOW + minutes * MINUTE, seed=seed, call=round_)
    assert len(numbers) == count
    return numbers


def test_the_same_chance_tells_other_numbers_after_a_restore(database_url: str, place: Path) -> None:
    kept = told(database_url, "CA", seed=1)
    save(database_url, place)
    lost = told(database_url, "CB", minutes=1, seed=2)
    destroy(database_url)
    bring_back(database_url, place, NOW + 2 * MINUTE)
    after = told(database_url, "CC", minutes=3, seed=2)
    assert not after & (kept | lost)
    assert {row[0] for row in everything(database_url)["tickets"]} == kept | after


@pytest.mark.parametrize("readable", [True, False], ids=["over the first", "the first destroyed too"])
def test_two_restores_of_one_backup_tell_no_number_twice(
    database_url: str, place: Path, *, readable: bool
) -> None:
    save(database_url, place)
    before = told(database_url, "CA", count=SOME)
    destroy(database_url)
    bring_back(database_url, place, NOW)
    first = told(database_url, "CB", count=SOME)
    if not readable:
        destroy(database_url)
    bring_back(database_url, place, NOW + MINUTE)
    second = told(database_url, "CC", minutes=1, count=SOME)
    assert not before & first
    assert not second & (before | first)


def test_a_restore_within_the_same_minute_tells_no_number_twice_if_it_can_read_the_first(
    database_url: str, place: Path
) -> None:
    save(database_url, place)
    seen: set[str] = set()
    for round_ in range(4):
        numbers = told(database_url, f"C{round_}-", count=SOME)
        assert not numbers & seen
        seen |= numbers
        bring_back(database_url, place, NOW)


def test_a_clock_that_was_set_back_leads_to_no_number_that_was_told(database_url: str, place: Path) -> None:
    told(database_url, "CA", count=20)
    save(database_url, place)
    bring_back(database_url, place, NOW)
    first = told(database_url, "CB", count=SOME)
    save(database_url, place)
    lost = told(database_url, "CC", count=SOME)
    bring_back(database_url, place, NOW - timedelta(days=30))
    assert not told(database_url, "CD", minutes=-30 * 24 * 60, count=SOME) & (first | lost)


def test_a_rush_after_a_restore_is_served_and_kept_in_mind(database_url: str, place: Path) -> None:
    save(database_url, place)
    bring_back(database_url, place, NOW)
    rush = set()
    with capture_logs() as log, database_at(database_url) as database:
        # The chance that always takes the last number that is open: the next caller finds it taken.
        draw = NumberSeries(Secret(KEY), StoppedClock(NOW), lambda below: below - 1).draw
        promises = Promises(TicketStore(), database, draw)
        for one in range(5):
            rush.add(promises.open_ticket(a_draft(call=f"CA{one}", key=f"CA{one}/3/1"), within()).number)
    assert len(rush) == 5
    assert [line["event"] for line in log] == ["ticket numbers are drawn faster than the clock goes"] * 4
    with database_at(database_url) as database, database.reading(within()) as connection:
        wide = present(connection)
    assert wide.reaches == wide.begins + 5 * ROOM
    bring_back(database_url, place, NOW)
    with database_at(database_url) as database, database.reading(within()) as connection:
        assert present(connection).begins > wide.reaches


def test_who_goes_on_through_a_restore_goes_on_with_the_new_series(database_url: str, place: Path) -> None:
    """Nobody stopped the web processes: whatever they tell after it is behind what was told before."""
    save(database_url, place)
    lost = told(database_url, "CA", count=SOME)
    ended = threading.Event()

    def write(which: int) -> None:
        done = 0
        while not ended.is_set():
            # While tables are exchanged a caller hears an apology.
            with suppress(DatabaseUnavailable):
                # Not the chance of the numbers told before: twenty in a row would be taken.
                chance = 1_000_000 + which * 1_000 + done
                open_tickets(database_url, 5, seed=chance, call=f"W{which}-{done}-")
            done += 1

    writers = [threading.Thread(target=write, args=(one,)) for one in range(4)]
    for writer in writers:
        writer.start()
    try:
        for _ in range(3):
            bring_back(database_url, place, NOW)
    finally:
        ended.set()
        for writer in writers:
            writer.join()
    with database_at(database_url) as database, database.reading(within()) as connection:
        begins = present(connection).begins
    after = {row[0] for row in everything(database_url)["tickets"]}
    assert begins > 0
    assert not after & lost
