"""A worker is killed in the middle of a turn: whoever takes the turn over does no deed a second time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
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

CLOCK = SystemClock()
CALL = "CA" + "4" * 32
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def house(database_url: str, fresh_redis_url: str) -> Iterator[RealHouse]:
    database = Database(database_url, CLOCK, limit=PATIENT)
    one = real_house(database, fresh_redis_url, beginning_at(small_book(), "first"))
    yield one
    assert isinstance(one.journal, Journal)
    one.journal.close()
    database.close()


def press_in_a_process_that_dies_at(point: str, urls: tuple[str, str], keys: str) -> int:
    command = [sys.executable, "-m", "tests.ivr.calls.real_house", *urls, "first", CALL, "1", keys]
    environment = {**os.environ, VARIABLE: f"{point}:kill", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, timeout=40, check=False
    ).returncode


def tickets_of(url: str) -> list[str]:
    database = Database(url, CLOCK, limit=PATIENT)
    with database.reading(Deadline.after(PATIENT, CLOCK)) as connection:
        found = [row.number for row in connection.execute(tickets.select())]
    database.close()
    return found


@pytest.mark.parametrize("point", ["after_claim", "after_errand_before_store", "after_store_before_answer"])
def test_one_ticket_stands_whenever_the_owner_of_the_turn_was_killed(
    house: RealHouse, database_url: str, fresh_redis_url: str, point: str
) -> None:
    house.answer(CALL)
    died = press_in_a_process_that_dies_at(point, (database_url, fresh_redis_url), "9")
    assert died == -signal.SIGKILL
    before = tickets_of(database_url)
    assert len(before) == (0 if point == "after_claim" else 1)
    until = time.monotonic() + LEASE_SECONDS + PATIENT
    answer = b"waits"
    while b"waits" in answer:
        assert time.monotonic() < until
        answer = house.press(CALL, 1, "9")
    after = tickets_of(database_url)
    assert len(after) == 1
    assert set(before) <= set(after)
    assert house.press(CALL, 1, "9") == answer
    kept = house.turns.remembered(CALL, house.deadline())
    assert kept is not None
    assert [filed.ticket for filed in kept.state.filed] == after


def test_points_are_quiet_unless_they_are_armed_and_refuse_unknown_names() -> None:
    FaultPoints({}).reach("after_claim")
    FaultPoints({VARIABLE: "after_claim:kill"}).reach("after_store_before_answer")
    for wrong in ("nowhere:kill", "after_claim:explode", "after_claim"):
        with pytest.raises(ValueError, match="knows"):
            FaultPoints({VARIABLE: wrong})
