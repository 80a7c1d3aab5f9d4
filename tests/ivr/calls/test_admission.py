"""How a call that begins is met: by counts alone, and so that nobody in need is taken for a robot."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.clock import StoppedClock
from ivr.calls import gate as gate_file
from ivr.calls.admission import FEWEST_OF_A_NUMBER, Arrival, Bucket, Limits, Met, met
from ivr.calls.gate import Gate, Seen

AT = datetime(2026, 11, 24, 3, tzinfo=UTC)
FULL = Bucket(100.0, 0.0)
SPENT = Bucket(0.5, 0.0)
QUIET = Arrival(blocked=False, in_progress=0, of_all=FULL, of_number=FULL)
LIMITS = Limits(at_once=10, a_minute=60, of_a_number=30)
OTHERS = tuple(f"+62812{number:07}" for number in range(50))
ROBOT, CUSTOMER = "+6281234567801", "+6281234567802"


@pytest.mark.parametrize(
    ("arrival", "expected"),
    [
        (QUIET, Met.TAKEN),
        (replace(QUIET, in_progress=9), Met.TAKEN),
        (replace(QUIET, in_progress=10), Met.OVERFLOW),
        (replace(QUIET, of_all=SPENT), Met.OVERFLOW),
        (replace(QUIET, of_number=SPENT), Met.CAPPED),
        (replace(QUIET, of_number=SPENT, of_all=SPENT), Met.CAPPED),
        (replace(QUIET, of_number=None), Met.TAKEN),
        (replace(QUIET, of_number=None, of_all=SPENT), Met.OVERFLOW),
        (replace(QUIET, blocked=True, of_number=SPENT, of_all=SPENT), Met.BLOCKED),
    ],
)
def test_each_count_has_its_answer(arrival: Arrival, expected: Met) -> None:
    assert met(arrival, LIMITS) is expected


def test_where_nothing_is_limited_only_the_list_refuses() -> None:
    crowded = Arrival(blocked=False, in_progress=10**9, of_all=SPENT, of_number=SPENT)
    assert met(crowded, Limits()) is Met.TAKEN
    assert met(replace(crowded, blocked=True), Limits()) is Met.BLOCKED


def test_each_process_takes_its_part_and_no_customer_is_a_robot_to_any_of_them() -> None:
    assert Limits(1_000, 600, 30).share(4) == Limits(1_000, 150, 8)
    assert Limits(1_000, 601, 30).share(2) == Limits(1_000, 301, 15)
    assert Limits(0, 0, 10).share(8) == Limits(0, 0, FEWEST_OF_A_NUMBER)
    assert Limits(0, 0, 0).share(8) == Limits()


@given(st.integers(1, 100), st.lists(st.floats(0, 30), max_size=200))
def test_never_more_than_the_bucket_holds_and_what_came_back(size: int, waits: list[float]) -> None:
    bucket, now, taken = Bucket(float(size), 0.0), 0.0, 0
    for wait in waits:
        now += wait
        bucket = bucket.refilled(size, 60.0, now)
        assert 0 <= bucket.left <= size
        if not bucket.empty:
            bucket, taken = bucket.without_one(), taken + 1
    assert taken <= size + now * size / 60.0 + 1e-6


class Door:
    """A gate, and a clock that is moved by hand."""

    def __init__(self, limits: Limits, seen: Seen | None = None) -> None:
        self.clock = StoppedClock(AT)
        self.seen = seen or Seen()
        self.gate = Gate(limits, lambda number: f"mark of {number}", lambda: self.seen, self.clock)

    def calls(self, number: str | None, times: int = 1) -> list[Met]:
        return [self.gate.meet(number) for _ in range(times)]

    def later(self, seconds: float) -> None:
        self.clock.advance(timedelta(seconds=seconds))


def test_a_customer_who_calls_five_times_in_ten_minutes_is_no_robot() -> None:
    door = Door(Limits(of_a_number=FEWEST_OF_A_NUMBER))
    assert door.calls(CUSTOMER, 5) == [Met.TAKEN] * 5


def test_a_robot_is_capped_others_are_taken_and_it_is_heard_again_soon() -> None:
    door = Door(Limits(of_a_number=10))
    assert door.calls(ROBOT, 100) == [Met.TAKEN] * 10 + [Met.CAPPED] * 90
    assert door.calls(CUSTOMER) == [Met.TAKEN]
    door.later(59)
    assert door.calls(ROBOT) == [Met.CAPPED]
    door.later(2)
    assert door.calls(ROBOT, 2) == [Met.TAKEN, Met.CAPPED]


def test_callers_who_show_no_number_are_never_counted_as_one() -> None:
    assert set(Door(Limits(of_a_number=6)).calls(None, 200)) == {Met.TAKEN}


def test_a_capped_robot_takes_nothing_from_the_others() -> None:
    door = Door(Limits(a_minute=20, of_a_number=10))
    door.calls(ROBOT, 500)
    assert [door.gate.meet(other) for other in OTHERS[:11]] == [Met.TAKEN] * 10 + [Met.OVERFLOW]
    door.later(3.1)
    assert door.calls(CUSTOMER, 2) == [Met.TAKEN, Met.OVERFLOW]


def test_calls_in_progress_are_those_read_and_those_taken_since() -> None:
    door = Door(Limits(at_once=5), Seen(in_progress=3, reading=1))
    assert [door.gate.meet(other) for other in OTHERS[:3]] == [Met.TAKEN, Met.TAKEN, Met.OVERFLOW]
    door.seen = Seen(in_progress=5, reading=2)
    assert door.calls(CUSTOMER) == [Met.OVERFLOW]
    door.seen = Seen(in_progress=4, reading=3)
    assert door.calls(CUSTOMER, 2) == [Met.TAKEN, Met.OVERFLOW]


def test_a_number_is_blocked_as_soon_as_it_was_read_and_taken_again_when_it_was_lifted() -> None:
    door = Door(Limits())
    assert door.calls(ROBOT) == [Met.TAKEN]
    door.seen = Seen(frozenset({f"mark of {ROBOT}"}), reading=1)
    assert (door.calls(ROBOT), door.calls(CUSTOMER), door.calls(None)) == (
        [Met.BLOCKED],
        [Met.TAKEN],
        [Met.TAKEN],
    )
    door.seen = Seen(reading=2)
    assert door.calls(ROBOT) == [Met.TAKEN]


def test_so_many_numbers_are_counted_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate_file, "NUMBERS_COUNTED", 10)
    door = Door(Limits(of_a_number=6))
    door.calls(ROBOT, 6)
    for other in OTHERS[:9]:
        door.calls(other)
    assert door.calls(ROBOT) == [Met.CAPPED]
    door.calls(OTHERS[9])
    assert len(door.gate._of_numbers) == 10
    assert door.calls(ROBOT) == [Met.TAKEN]  # the one that called longest ago was forgotten
