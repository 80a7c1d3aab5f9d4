"""A store that fails three times in a row is left alone for a second, and doubted for a minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from foundation.breaker import DOUBT_SECONDS, FAULTS_IN_A_ROW, SKIP_SECONDS, Breaker
from foundation.clock import StoppedClock


def test_it_skips_after_the_third_fault_in_a_row_and_asks_again_after_a_second() -> None:
    clock = StoppedClock(datetime(2026, 11, 24, tzinfo=UTC))
    breaker = Breaker(clock)
    for _ in range(FAULTS_IN_A_ROW - 1):
        breaker.failed()
    breaker.answered()
    for _ in range(FAULTS_IN_A_ROW):
        assert not breaker.skips()
        breaker.failed()
    assert breaker.skips()
    clock.advance(timedelta(seconds=SKIP_SECONDS))
    assert not breaker.skips()
    breaker.failed()
    assert breaker.skips()


def test_it_doubts_for_a_minute_after_a_fault() -> None:
    clock = StoppedClock(datetime(2026, 11, 24, tzinfo=UTC))
    breaker = Breaker(clock)
    assert not breaker.doubts()
    breaker.failed()
    breaker.answered()
    assert breaker.doubts()
    clock.advance(timedelta(seconds=DOUBT_SECONDS))
    assert not breaker.doubts()


def test_when_the_second_is_over_one_alone_tries_for_all() -> None:
    clock = StoppedClock(datetime(2026, 11, 24, tzinfo=UTC))
    breaker = Breaker(clock, faults=1)
    breaker.failed()
    clock.advance(timedelta(seconds=SKIP_SECONDS))
    assert [breaker.skips() for _ in range(3)] == [False, True, True]
    breaker.answered()
    assert not breaker.skips()


def test_who_waited_in_vain_while_another_was_answered_is_no_fault() -> None:
    clock = StoppedClock(datetime(2026, 11, 24, tzinfo=UTC))
    breaker = Breaker(clock, faults=1)
    begun = clock.monotonic()
    clock.advance(timedelta(seconds=1))
    breaker.answered()
    breaker.failed(begun)
    assert not breaker.skips()
    breaker.failed(clock.monotonic())
    assert breaker.skips()
