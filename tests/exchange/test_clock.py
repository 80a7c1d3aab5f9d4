"""Time on a call: every wait counts in full, and takes what the speed leaves of it."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest

from exchange.calls.clock import CallClock
from exchange.calls.line import CallerHungUp, HangUp, Key, Line, Speech

START = datetime(2026, 1, 5, 12, tzinfo=UTC)


def test_without_waits_time_still_passes_on_the_call() -> None:
    clock = CallClock(START, float("inf"))
    began = time.monotonic()
    assert asyncio.run(clock.wait(3600, asyncio.Event()))
    assert clock.now() == START + timedelta(hours=1)
    assert time.monotonic() - began < 0.5


def test_a_hundredfold_speed_turns_five_seconds_into_a_blink() -> None:
    clock = CallClock(START, 100)
    began = time.monotonic()
    assert asyncio.run(clock.wait(5, asyncio.Event()))
    assert 0.04 < time.monotonic() - began < 1
    assert clock.elapsed == pytest.approx(5)


def test_a_wait_that_is_woken_counts_only_what_has_passed() -> None:
    async def scene() -> CallClock:
        clock, wake = CallClock(START, 10), asyncio.Event()
        asyncio.get_running_loop().call_later(0.05, wake.set)
        assert not await clock.wait(100, wake)
        return clock

    assert 0.3 < asyncio.run(scene()).elapsed < 10


def test_a_wait_in_progress_goes_on_at_a_new_speed() -> None:
    async def scene() -> tuple[object, float]:
        line = Line(clock := CallClock(START, 1))
        asyncio.get_running_loop().call_later(0.05, clock.change_speed, 100)
        return await line.hear(20), clock.elapsed

    began = time.monotonic()
    heard, elapsed = asyncio.run(scene())
    assert heard is None
    assert elapsed == pytest.approx(20)
    assert 0.2 < time.monotonic() - began < 2


def test_a_call_may_be_slowed_down_again() -> None:
    async def scene() -> float:
        line = Line(clock := CallClock(START, 100))
        asyncio.get_running_loop().call_later(0.05, clock.change_speed, 1)
        asyncio.get_running_loop().call_later(0.1, line.hang_up)
        with pytest.raises(CallerHungUp):
            await line.hear(600)
        return clock.elapsed

    assert 4 < asyncio.run(scene()) < 60


@pytest.mark.parametrize("speed", [0, -1, float("nan")])
def test_a_clock_only_goes_forward(speed: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        CallClock(START, speed)
    with pytest.raises(ValueError, match="above 0"):
        CallClock(START).change_speed(speed)


@pytest.mark.parametrize("speed", [float("inf"), 200.0])
def test_keys_are_heard_in_their_order_and_at_their_moments(speed: float) -> None:
    async def scene() -> list[object]:
        clock = CallClock(START, speed)
        line = Line(clock)
        line.put(Key("2"), after=3)
        line.put(Key("1"))
        heard: list[object] = [await line.hear(5), await line.hear(2), await line.hear(2)]
        assert clock.elapsed == pytest.approx(3, abs=1)
        return heard

    assert asyncio.run(scene()) == [Key("1"), None, Key("2")]


def test_a_key_pressed_meanwhile_wakes_whoever_waits() -> None:
    async def scene() -> object:
        line = Line(CallClock(START, 1))
        asyncio.get_running_loop().call_later(0.02, line.put, Key("7"))
        return await line.hear(30)

    assert asyncio.run(scene()) == Key("7")


def test_leaving_is_heard_at_once_and_ever_after() -> None:
    async def scene() -> None:
        line = Line(CallClock(START, 1))
        line.put(Key("1"))
        asyncio.get_running_loop().call_later(0.02, line.hang_up)
        assert await line.hear(30) == Key("1")
        for _ in range(2):
            with pytest.raises(CallerHungUp):
                await line.hear(30)

    asyncio.run(scene())


def test_leaving_may_have_its_moment() -> None:
    async def scene() -> float:
        line = Line(clock := CallClock(START, float("inf")))
        line.put(Speech(4))
        line.put(HangUp(), after=4)
        assert isinstance(await line.hear(10), Speech)
        with pytest.raises(CallerHungUp):
            await line.hear(10)
        return clock.elapsed

    assert asyncio.run(scene()) == 4
