"""Requests for the same turn at the same time, repeated, late and lost: one deed, the same bytes."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from foundation.clock import SystemClock
from ivr.calls.claims import CallStore
from ivr.calls.memory_store import MemoryCallStore
from ivr.calls.store import RedisCallStore
from ivr.flow.errands import SaveSurvey
from tests.ivr.calls.small_house import PATIENT, CountingRunner, House

CLOCK = SystemClock()
RIVALS = 3  # the request and two more


@pytest.fixture(params=["memory", "redis"])
def store(request: pytest.FixtureRequest) -> Iterator[CallStore]:
    if request.param == "memory":
        yield MemoryCallStore(CLOCK, lease=PATIENT)
    else:
        yield RedisCallStore(request.getfixturevalue("fresh_redis_url"), CLOCK, lease=PATIENT, limit=PATIENT)


def test_a_thousand_turns_with_two_rivals_each_are_one_deed_and_the_same_bytes(store: CallStore) -> None:
    runner = CountingRunner()
    house = House(runner, store=store, clock=CLOCK, budget=PATIENT)
    with ThreadPoolExecutor(RIVALS) as rivals:
        for call in (f"CA{number}" for number in range(10)):
            house.answer(call)
            for turn in range(1, 101):
                together = threading.Barrier(RIVALS)

                def press(call: str = call, turn: int = turn, gate: threading.Barrier = together) -> bytes:
                    gate.wait()
                    return house.press(call, turn, "3")

                answers = {each.result() for each in [rivals.submit(press) for _ in range(RIVALS)]}
                assert len(answers) == 1
    deeds = runner.of(SaveSurvey)
    assert len(deeds) == 1000
    assert len({asked.key for asked in deeds}) == 1000


def test_a_key_and_a_time_out_at_once_count_as_one_of_them(store: CallStore) -> None:
    runner = CountingRunner(seconds=0.02)
    house = House(runner, store=store, clock=CLOCK, budget=PATIENT)
    house.answer("CA1")
    with ThreadPoolExecutor(2) as both:
        pressed = both.submit(house.press, "CA1", 1, "4")
        silent = both.submit(house.stay_silent, "CA1", 1)
        assert pressed.result() == silent.result()
    assert len(runner.of(SaveSurvey)) <= 1


def test_a_repeat_of_the_turn_just_answered_brings_the_same_bytes_and_does_nothing(store: CallStore) -> None:
    runner = CountingRunner()
    house = House(runner, store=store, clock=CLOCK, budget=PATIENT)
    opening = house.answer("CA1")
    assert house.answer("CA1") == opening
    answered = house.press("CA1", 1, "3")
    assert answered != opening
    assert house.press("CA1", 1, "3") == house.stay_silent("CA1", 1) == answered
    assert len(runner.of(SaveSurvey)) == 1


def test_an_old_document_that_asks_again_is_led_to_the_present(store: CallStore) -> None:
    house = House(store=store, clock=CLOCK, budget=PATIENT)
    house.answer("CA1")
    house.press("CA1", 1, "3")
    present = house.press("CA1", 2, "4")
    assert house.press("CA1", 1, "5") == house.answer("CA1") == present


def test_a_contender_is_answered_right_after_the_owner(store: CallStore) -> None:
    house = House(CountingRunner(seconds=0.2), store=store, clock=CLOCK, budget=PATIENT)
    house.answer("CA1")
    with ThreadPoolExecutor(1) as other:
        owner = other.submit(house.press, "CA1", 1, "3")
        time.sleep(0.05)
        begun = time.monotonic()
        assert house.press("CA1", 1, "3") == owner.result()
        assert time.monotonic() - begun < 1


def test_a_contender_at_its_deadline_waits_a_second_and_asks_again(store: CallStore) -> None:
    runner = CountingRunner()
    house = House(runner, store=store, clock=CLOCK, budget=PATIENT)
    house.answer("CA1")
    working, may_end = threading.Event(), threading.Event()

    def work(_asked: object) -> None:
        working.set()
        may_end.wait(PATIENT)

    runner.before = work
    with ThreadPoolExecutor(1) as other:
        owner = other.submit(house.press, "CA1", 1, "3")
        assert working.wait(PATIENT)
        impatient = House(runner, store=store, journal=house.journal, clock=CLOCK, budget=0.2)
        assert impatient.press("CA1", 1, "3") == b"CA1 waits for 1"
        may_end.set()
        assert impatient.press("CA1", 1, "3") in {owner.result(), b"CA1 waits for 1"}
    assert house.press("CA1", 1, "3") == owner.result()
    assert len(runner.of(SaveSurvey)) == 1


def test_calls_do_not_wait_for_one_another(store: CallStore) -> None:
    house = House(CountingRunner(seconds=0.1), store=store, clock=CLOCK, budget=PATIENT)
    calls = [f"CA{number}" for number in range(8)]
    with ThreadPoolExecutor(8) as callers:
        list(callers.map(house.answer, calls))
        begun = time.monotonic()
        list(callers.map(lambda call: house.press(call, 1, "2"), calls))
        assert time.monotonic() - begun < 0.8  # and not eight times as long


def test_a_fault_of_ours_gives_the_turn_back(store: CallStore) -> None:
    runner = CountingRunner()
    house = House(runner, store=store, clock=CLOCK, budget=PATIENT)
    house.answer("CA1")

    def fail(_asked: object) -> None:
        raise ZeroDivisionError

    runner.before = fail
    with pytest.raises(ZeroDivisionError):
        house.press("CA1", 1, "3")
    runner.before = lambda _asked: None
    begun = time.monotonic()
    assert b"goes on with 2" in house.press("CA1", 1, "3")
    assert time.monotonic() - begun < 2  # and not the lease
