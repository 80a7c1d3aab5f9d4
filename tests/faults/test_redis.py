"""Faults 1 to 7: Redis dies, freezes, forgets, refuses; calls go on from the journal."""

import time
from collections.abc import Iterator

import pytest

from identity.demo import DEMO_CUSTOMERS
from ivr.calls.store import KEY
from tests.faults.line import ENGLISH, Caller, Line, tell_redis_at
from tests.faults.telling import Fault
from tests.servers import free_port, own_redis

FILES = "9"  # from everywhere: stop my money; the ticket is filed at once
URGENT = (FILES, "1")  # and the number to call is agreed on
TO_A_CHECK = ("1", "1")  # payments; one that failed: the first of three checks is asked
HELPLESS = "2"  # the check has not helped
OWN_DETAILS = ("2", "2", "1")  # account; own details; limits: account number and PIN are asked
JOURNAL_LATE = 0.4  # seconds until a turn is in SQL, and some more
BACK_WITHIN = 5.0  # seconds until everything is as before
FIRST_CHECK, SECOND_CHECK, THIRD_CHECK = "the connection", "the details", "the balance"
WRONG_PIN = "000000"


@pytest.fixture
def at_a_check(line: Line) -> Iterator[Caller]:
    """Somebody who was asked whether the first check has helped, and whose turns are in the journal."""
    with line.carrier() as carrier:
        caller = carrier.caller()
        caller.press(ENGLISH, *TO_A_CHECK)
        line.hotline.await_turn(caller.call, len((ENGLISH, *TO_A_CHECK)))
        yield caller


def assert_goes_on(heard: list[str]) -> None:
    """The second check, after at most one repeat of the first question."""
    assert any(SECOND_CHECK in text for text in heard)
    assert not any(THIRD_CHECK in text for text in heard)


def assert_kept_again(caller: Caller, port: int) -> None:
    """Redis is back: soon it holds what was answered last, as before. `port`: of the Redis that is asked."""
    until = time.monotonic() + BACK_WITHIN
    while True:
        # Each asks once more for what is said already: nothing is done by it, but it is a turn.
        caller.press("#")
        if tell_redis_at(port, "HGET", KEY + caller.call, "turn") == b"%d" % caller.turn:
            return
        assert time.monotonic() < until, "Redis is back, and does not hold the call as it is now"


def test_fault_01_redis_down_when_a_call_begins(line: Line, fault: Fault) -> None:
    with line.without_redis(), line.carrier() as carrier:
        caller = carrier.caller()
        caller.press(ENGLISH, *URGENT)
        caller.leave()
    caller.promised()
    fault.tells("Redis is killed before the call, and stays away", caller.heard)


def test_fault_02_redis_dies_mid_call(line: Line, fault: Fault, at_a_check: Caller) -> None:
    with line.without_redis():
        heard = at_a_check.press(HELPLESS)
    assert_goes_on(heard)
    assert_kept_again(at_a_check, line.redis.port)
    heard += at_a_check.press(HELPLESS)
    assert any(THIRD_CHECK in text for text in heard)
    at_a_check.leave()
    fault.tells("Redis is killed between two keys, and is there again, empty, a key later", heard)


def test_fault_03_redis_is_frozen(line: Line, fault: Fault, at_a_check: Caller) -> None:
    with line.redis.frozen():
        heard = at_a_check.press(HELPLESS)
        assert_goes_on(heard)
        fault.tells("Redis is stopped (SIGSTOP) between two keys", heard)
        newcomer = at_a_check.carrier.caller()
        newcomer.press(ENGLISH, *URGENT)
        newcomer.leave()
    newcomer.promised()
    assert_kept_again(at_a_check, line.redis.port)
    at_a_check.press(HELPLESS)
    at_a_check.leave()


def test_fault_03_redis_is_a_black_hole_and_then_back(line: Line, fault: Fault, at_a_check: Caller) -> None:
    line.redis_wire.black_hole()
    heard = at_a_check.press(HELPLESS)
    line.redis_wire.clear()
    assert_goes_on(heard)
    fault.tells("What is sent to Redis arrives nowhere, between two keys", heard)
    assert_kept_again(at_a_check, line.redis.port)
    at_a_check.leave()


def test_fault_04_redis_is_flushed(line: Line, fault: Fault, at_a_check: Caller) -> None:
    line.tell_redis("FLUSHALL")
    heard = at_a_check.press(HELPLESS)
    assert_goes_on(heard)
    assert_kept_again(at_a_check, line.redis.port)
    at_a_check.leave()
    fault.tells("Redis is emptied (FLUSHALL) between two keys", heard)


def test_fault_04_wrong_pins_are_counted_over_a_flush(line: Line, fault: Fault) -> None:
    demo = DEMO_CUSTOMERS[0]
    account = demo.customer.account
    with line.carrier() as carrier:
        caller = carrier.caller()
        caller.press(ENGLISH, *OWN_DETAILS)
        for _ in range(3):
            caller.press(account)
            time.sleep(JOURNAL_LATE)
            line.tell_redis("FLUSHALL")
            caller.press(WRONG_PIN)
        caller.press("*", "1", account)
        heard = caller.press(demo.pin.reveal())
        caller.leave()
    assert any("many tries" in text for text in heard)
    fault.tells("Redis is emptied before each of three wrong PINs; then the right one is typed", heard)


def test_fault_05_a_replica_takes_over_without_the_last_writes(
    line: Line, fault: Fault, at_a_check: Caller
) -> None:
    with own_redis() as replica:
        line.tell_redis("CONFIG", "SET", "repl-diskless-sync-delay", 0)
        tell_redis_at(replica.port, "REPLICAOF", "127.0.0.1", line.redis.port)
        until = time.monotonic() + BACK_WITHIN
        while tell_redis_at(replica.port, "DBSIZE") != line.tell_redis("DBSIZE"):
            assert time.monotonic() < until, "the replica does not come up"
            time.sleep(0.05)
        tell_redis_at(replica.port, "REPLICAOF", "NO", "ONE")
        at_a_check.press(HELPLESS)  # acknowledged, and never seen by the replica
        time.sleep(JOURNAL_LATE)
        line.redis_wire.lead_to(replica.port)
        line.redis_wire.reset()
        heard = at_a_check.press(HELPLESS)
        assert_kept_again(at_a_check, replica.port)
        at_a_check.leave()
        line.redis_wire.lead_to(line.redis.port)
        line.redis_wire.reset()
    assert any(THIRD_CHECK in text for text in heard)
    assert not any(FIRST_CHECK in text for text in heard)
    fault.tells("A replica that is one key behind takes over from Redis", heard)


def test_fault_06_redis_is_full(line: Line, fault: Fault, at_a_check: Caller) -> None:
    line.tell_redis("CONFIG", "SET", "maxmemory", 1)
    try:
        heard = at_a_check.press(HELPLESS)
    finally:
        line.tell_redis("CONFIG", "SET", "maxmemory", 0)
    assert_goes_on(heard)
    assert_kept_again(at_a_check, line.redis.port)
    at_a_check.leave()
    fault.tells("Redis takes no more data (OOM) between two keys", heard)


def test_fault_06_redis_is_read_only(line: Line, fault: Fault, at_a_check: Caller) -> None:
    # A replica of nobody: it answers, and refuses to write.
    line.tell_redis("REPLICAOF", "127.0.0.1", free_port())
    try:
        heard = at_a_check.press(HELPLESS)
    finally:
        line.tell_redis("REPLICAOF", "NO", "ONE")
    assert_goes_on(heard)
    assert_kept_again(at_a_check, line.redis.port)
    at_a_check.leave()
    fault.tells("Redis has become read-only between two keys", heard)


def test_fault_07_a_reply_of_redis_is_lost_after_the_write(line: Line, fault: Fault) -> None:
    with line.carrier() as carrier:
        caller = carrier.caller()
        caller.press(ENGLISH)
        line.redis_wire.swallow(b"settle")
        heard = caller.press(FILES)
        caller.leave()
        line.redis_wire.clear()
    caller.promised()
    fault.tells("The turn that files the ticket is stored in Redis, whose reply is lost", heard)
