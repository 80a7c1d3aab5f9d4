"""Faults 1 to 7: Redis dies, freezes, forgets, refuses; calls go on from the journal."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.faults.line import ENGLISH, Caller, Line
from tests.faults.telling import Fault

URGENT = ("9", "1")  # from everywhere: stop my money; a lost telephone
TO_A_CHECK = ("1", "1")  # payments; one that failed: the first of three checks is asked
HELPLESS = "2"  # the check has not helped
JOURNAL_LATE = 0.4  # seconds until a turn is in SQL, and some more


@contextmanager
def redis_ended(line: Line) -> Iterator[None]:
    """Killed, and begun again empty."""
    line.redis.end(signal.SIGKILL)
    try:
        yield
    finally:
        line.redis.begin()


@pytest.fixture
def at_a_check(line: Line) -> Iterator[Caller]:
    """Somebody who was asked whether the first check has helped, and whose turns are in the journal."""
    with line.carrier() as carrier:
        caller = carrier.caller()
        caller.press(ENGLISH, *TO_A_CHECK)
        time.sleep(JOURNAL_LATE)
        yield caller


def test_fault_01_redis_down_when_a_call_begins(line: Line, fault: Fault) -> None:
    with redis_ended(line), line.carrier() as carrier:
        caller = carrier.caller()
        caller.press(ENGLISH, *URGENT)
        caller.leave()
    caller.promised()
    fault.tells("Redis is killed before the call, and stays away", caller.heard)


def test_fault_02_redis_dies_mid_call(line: Line, fault: Fault, at_a_check: Caller) -> None:
    with redis_ended(line):
        heard = at_a_check.press(HELPLESS)
    heard += at_a_check.press(HELPLESS)
    at_a_check.leave()
    fault.tells("Redis is killed between two keys, and is there again, empty, a turn later", heard)
