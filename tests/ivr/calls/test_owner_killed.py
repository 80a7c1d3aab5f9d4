"""A worker is killed or frozen in a turn: whoever takes the turn over does no deed a second time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from callbacks.schema import tickets
from foundation.clock import Deadline, SystemClock
from foundation.database import Database
from foundation.fault_points import VARIABLE, FaultPoints
from ivr.calls.claims import LEASE_SECONDS
from ivr.calls.journal import Journal
from tests.ivr.calls.real_house import RealHouse, real_house
from tests.ivr.calls.small_house import PATIENT, beginning_at, small_book
from tests.servers import await_stopped

CLOCK = SystemClock()
CALL = "CA" + "4" * 32
ROOT = Path(__file__).resolve().parents[3]
POINTS = ("after_claim", "after_errand_before_store", "after_store_before_answer")
PROCESS_LIMIT = 40.0  # seconds for one that takes a turn, on a machine that does much else


@pytest.fixture
def house(database_url: str, fresh_redis_url: str) -> Iterator[RealHouse]:
    database = Database(database_url, CLOCK, limit=PATIENT)
    one = real_house(database, fresh_redis_url, beginning_at(small_book(), "first"))
    yield one
    assert isinstance(one.journal, Journal)
    one.journal.close()
    database.close()


@contextmanager
def pressing(deed: str, urls: tuple[str, str], call: str, keys: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that takes turn 1 of a call with these keys, and comes to a fault point."""
    command = [sys.executable, "-m", "tests.ivr.calls.real_house", *urls, "first", call, "1", keys]
    environment = {**os.environ, VARIABLE: deed, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


def taken_over(house: RealHouse, call: str, keys: str) -> bytes:
    """The answer of another worker, asked until the lease of the first has ended."""
    until = time.monotonic() + LEASE_SECONDS + PATIENT
    while b"waits" in (answer := house.press(call, 1, keys)):
        assert time.monotonic() < until
    return answer


def filed_in(house: RealHouse, call: str) -> list[str]:
    """The tickets that the call itself knows of."""
    kept = house.turns.remembered(call, house.deadline())
    assert kept is not None
    return [filed.ticket for filed in kept.state.filed]


def tickets_of(url: str) -> list[str]:
    database = Database(url, CLOCK, limit=PATIENT)
    with database.reading(Deadline.after(PATIENT, CLOCK)) as connection:
        found = [row.number for row in connection.execute(tickets.select())]
    database.close()
    return found


@pytest.mark.parametrize("point", POINTS)
def test_one_ticket_stands_whenever_the_owner_of_the_turn_was_killed(
    house: RealHouse, database_url: str, fresh_redis_url: str, point: str
) -> None:
    house.answer(CALL)
    with pressing(f"{point}:kill", (database_url, fresh_redis_url), CALL, "9") as owner:
        assert owner.wait(PROCESS_LIMIT) == -signal.SIGKILL
    before = tickets_of(database_url)
    assert len(before) == (0 if point == "after_claim" else 1)
    answer = taken_over(house, CALL, "9")
    after = tickets_of(database_url)
    assert len(after) == 1
    assert set(before) <= set(after)
    assert house.press(CALL, 1, "9") == answer
    assert filed_in(house, CALL) == after


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_owners_that_were_frozen_add_nothing_when_they_go_on(
    house: RealHouse, database_url: str, fresh_redis_url: str
) -> None:
    # All at once, each in a call of its own: they wait for the end of their leases together.
    calls = {point: f"CA{place:032x}" for place, point in enumerate(POINTS)}
    with ExitStack() as stack:
        owners = {}
        for point, call in calls.items():
            house.answer(call)
            began = pressing(f"{point}:stop", (database_url, fresh_redis_url), call, "9")
            owners[call] = stack.enter_context(began)
        for owner in owners.values():
            await_stopped(owner, PROCESS_LIMIT)
        answers = {call: taken_over(house, call, "9") for call in owners}
        taken = tickets_of(database_url)
        assert len(taken) == len(calls)
        later = {call: house.press(call, 2, "1") for call in owners}
        for call, owner in owners.items():
            owner.send_signal(signal.SIGCONT)
            told, _ = owner.communicate(timeout=PROCESS_LIMIT)
            assert owner.returncode == 0
            assert told.endswith((answers[call], later[call]))
    assert tickets_of(database_url) == taken
    # Nobody is led back to the turn that was taken over.
    assert [house.press(call, 1, "9") for call in later] == list(later.values())
    assert [house.press(call, 2, "1") for call in later] == list(later.values())
    assert sorted(ticket for call in calls.values() for ticket in filed_in(house, call)) == sorted(taken)


def test_points_are_quiet_unless_they_are_armed_and_refuse_unknown_names() -> None:
    FaultPoints({}).reach("after_claim")
    FaultPoints({VARIABLE: "after_claim:kill"}).reach("after_store_before_answer")
    for wrong in ("nowhere:kill", "after_claim:explode", "after_claim"):
        with pytest.raises(ValueError, match="knows"):
            FaultPoints({VARIABLE: wrong})
