"""The list of numbers that are refused: who is on it at a moment, and what stays of whoever was."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from foundation.clock import Deadline, StoppedClock, SystemClock
from foundation.database import Database
from identity import blocked as blocked_file
from identity.blocked import BlockList, TooManyBlocks, Wanted

AT = datetime(2026, 11, 24, 3, tzinfo=UTC)
NOISY = Wanted("mark-1", "+62 812 ••• 801", AT + timedelta(hours=1), "rings all night", "Ayu")
OTHER = replace(NOISY, mark="mark-2", shown="+62 812 ••• 802")


class House:
    """A list on a clock that is moved by hand."""

    def __init__(self, url: str) -> None:
        self.clock = StoppedClock(AT)
        self.database = Database(url, self.clock, limit=20.0)
        self.list = BlockList(self.database)

    def until(self) -> Deadline:
        return Deadline.after(20.0, SystemClock())


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    one = House(database_url)
    yield one
    one.database.close()


def test_a_number_is_refused_until_its_end_and_no_longer(house: House) -> None:
    assert house.list.marks(house.until()) == frozenset()
    assert house.list.block(NOISY, house.until()) == ()
    assert house.list.marks(house.until()) == {"mark-1"}
    house.clock.advance(timedelta(minutes=59, seconds=59))
    assert house.list.marks(house.until()) == {"mark-1"}
    house.clock.advance(timedelta(seconds=1))
    assert house.list.marks(house.until()) == frozenset()
    assert house.list.listed(house.until()) == ()
    (over,) = house.list.listed(house.until(), over=True)
    assert (over.shown, over.why, over.set_by, over.stands(house.clock.now())) == (
        NOISY.shown,
        NOISY.why,
        "Ayu",
        False,
    )


def test_a_second_block_takes_the_place_of_the_first_and_both_are_kept(house: House) -> None:
    house.list.block(NOISY, house.until())
    house.list.block(OTHER, house.until())
    (before,) = house.list.block(replace(NOISY, until=AT + timedelta(days=9), by="Budi"), house.until())
    assert before.set_by == "Ayu"
    assert [one.set_by for one in house.list.listed(house.until())] == ["Budi", "Ayu"]
    kept = house.list.listed(house.until(), over=True)
    assert [(one.set_by, one.lifted_by) for one in kept] == [("Budi", None), ("Ayu", None), ("Ayu", "Budi")]


def test_whoever_takes_a_number_off_the_list_is_named_with_the_moment(house: House) -> None:
    house.list.block(NOISY, house.until())
    house.list.block(OTHER, house.until())
    (lifted,) = house.list.lift("mark-1", "Citra", house.until())
    assert house.list.lift("mark-1", "Dewi", house.until()) == ()
    (one,) = house.list.listed(house.until())
    assert house.list.lift_one(lifted.id, "Dewi", house.until()) == ()
    assert len(house.list.lift_one(one.id, "Dewi", house.until())) == 1
    assert house.list.marks(house.until()) == frozenset()
    kept = house.list.listed(house.until(), over=True)
    assert [(one.lifted_by, one.lifted_at) for one in kept] == [("Dewi", AT), ("Citra", AT)]


def test_a_full_list_says_so_and_keeps_what_it_has(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocked_file, "BLOCKS_AT_MOST", 1)
    house.list.block(NOISY, house.until())
    with pytest.raises(TooManyBlocks):
        house.list.block(OTHER, house.until())
    # The same number again is no further one.
    house.list.block(replace(NOISY, why="still"), house.until())
    assert [one.why for one in house.list.listed(house.until())] == ["still"]
