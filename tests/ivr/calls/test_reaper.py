"""Ends that nobody told, or nobody heard: the reaper finds them, and the flow hears each of them once."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import not_, select
from sqlalchemy.dialects import sqlite

from foundation.clock import Deadline, StoppedClock
from foundation.database import Database
from foundation.redaction import Secret
from ivr.calls.claims import HANG_UP, Aim, Claim, Claimed
from ivr.calls.journal import Journal
from ivr.calls.reaper import GIVE_UP, NONE_LIVES_LONGER, CarrierAway, Reaper
from ivr.calls.schema import calls, turns
from ivr.calls.sealing import Seal
from ivr.calls.status import END_RANK, CallStage, CallStatus
from ivr.calls.store import RedisCallStore
from ivr.calls.turn import EndUnheard
from ivr.calls.unsettled import ASK_AGAIN, ENDED_QUIET, SILENT, TAKEN_AT_ONCE, Unsettled
from ivr.flow.errands import OpenTicket
from telephony.placed_calls import PlacedCall, Stage
from telephony.rest import Refused, Trouble, Unreached
from tests.ivr.calls.small_house import AT, PATIENT, CountingRunner, House, beginning_at, small_book

CALL = "CA" + "7" * 32
LEASE = 0.05  # seconds; that of a dead owner has ended when the reaper comes
MOMENT = timedelta(seconds=1)
GOING, OVER = PlacedCall(CALL, Stage.IN_PROGRESS, None), PlacedCall(CALL, Stage.COMPLETED, 65)
UNKNOWN = Refused(404, 20404, "The requested resource was not found")


@dataclass
class Night:
    """A house on real stores, its reaper, and a carrier that says what it is told."""

    database: Database
    clock: StoppedClock
    house: House
    runner: CountingRunner
    redis_url: str
    says: PlacedCall | Trouble = OVER
    asked: list[str] = field(default_factory=list)

    def look(self, call: str) -> PlacedCall | Trouble:
        self.asked.append(call)
        return self.says

    def reaper(self, *, account: bool = True) -> Reaper:
        return Reaper(self.house.turns, Unsettled(self.database), self.look if account else None)

    def reap(self) -> int:
        return self.reaper().reap(self.house.deadline())

    def after(self, passed: timedelta) -> int:
        self.clock.advance(passed)
        return self.reap()

    def partial_tickets(self) -> list[str]:
        return [asked.key for asked in self.runner.of(OpenTicket)]

    def rows(self) -> list[tuple[str, str, bool]]:
        with self.database.reading(self.house.deadline()) as connection:
            found = connection.execute(calls.select().order_by(calls.c.call))
            return [(row.call, row.status, row.settled) for row in found]

    def ended_at(self) -> datetime:
        with self.database.reading(self.house.deadline()) as connection:
            ended: datetime = connection.execute(calls.select()).one().ended_at
            return ended

    def ends(self) -> list[int]:
        with self.database.reading(self.house.deadline()) as connection:
            found = connection.execute(turns.select().where(turns.c.over))
            return [row.turn for row in found]


@pytest.fixture
def night(database_url: str, fresh_redis_url: str) -> Iterator[Night]:
    """A caller has named a topic in turn 1 and is asked something in turn 2; then nothing is heard."""
    clock = StoppedClock(AT)
    database = Database(database_url, clock, limit=PATIENT)
    journal = Journal(database, Seal(Secret("k" * 32)), lease=LEASE)
    # From now on each row is written before its turn is answered: no test waits for the background.
    journal.close()
    runner = CountingRunner()
    store = RedisCallStore(fresh_redis_url, clock, lease=LEASE, limit=PATIENT)
    house = House(runner, beginning_at(small_book(), "named"), clock, store, journal, budget=PATIENT)
    house.answer(CALL)
    house.press(CALL, 1, "1")
    yield Night(database, clock, house, runner, fresh_redis_url)
    store.close()
    database.close()


def test_an_end_that_was_never_told_is_asked_for_and_heard_as_if_it_had_been(night: Night) -> None:
    assert night.after(SILENT) == 1
    assert night.asked == [CALL]
    assert night.partial_tickets() == [f"{CALL}/2/1"]
    assert night.ends() == [2]
    assert night.ended_at() == AT + timedelta(seconds=65)
    assert night.rows() == [(CALL, "completed", True)]


def test_it_is_heard_once_by_however_many_workers(night: Night) -> None:
    night.clock.advance(SILENT)
    with ThreadPoolExecutor(4) as workers:
        ended = list(workers.map(lambda _: night.reap(), range(8)))
    assert sum(ended) == 1
    assert night.asked == [CALL]
    assert night.after(ASK_AGAIN) == 0
    assert night.partial_tickets() == [f"{CALL}/2/1"]


def test_a_caller_who_answers_is_not_asked_after(night: Night) -> None:
    night.clock.advance(SILENT - MOMENT)
    night.house.press(CALL, 2, "3")
    assert night.after(SILENT - MOMENT) == 0
    assert night.asked == []


def test_a_long_talk_is_asked_after_now_and_then_and_goes_on(night: Night) -> None:
    night.says = GOING
    assert night.after(SILENT) == night.after(MOMENT) == 0
    assert len(night.asked) == 1
    assert night.after(ASK_AGAIN) == 0
    assert len(night.asked) == 2
    assert night.rows() == [(CALL, "in-progress", False)]
    night.says = OVER
    assert night.after(ASK_AGAIN) == 1
    assert night.partial_tickets() == [f"{CALL}/2/1"]


@pytest.mark.parametrize(
    "trouble", [Unreached("no route"), Refused(429, 20429, "Too many"), Refused(401, 20003, "")]
)
def test_a_carrier_that_cannot_be_asked_is_asked_later(night: Night, trouble: Trouble) -> None:
    night.says = trouble
    with pytest.raises(CarrierAway):
        night.after(SILENT)
    assert night.rows() == [(CALL, "in-progress", False)]
    night.says = OVER
    assert night.after(ASK_AGAIN) == 1


def test_a_call_that_the_carrier_does_not_know_ends_when_no_call_lives_so_long(night: Night) -> None:
    night.says = UNKNOWN
    assert night.after(SILENT) == 0
    assert night.after(NONE_LIVES_LONGER - SILENT) == 0
    assert night.rows() == [(CALL, "in-progress", False)]
    assert night.after(ASK_AGAIN) == 1
    assert night.partial_tickets() == [f"{CALL}/2/1"]
    assert night.ended_at() == AT


def test_without_an_account_time_alone_decides(night: Night) -> None:
    night.clock.advance(NONE_LIVES_LONGER)
    assert night.reaper(account=False).reap(night.house.deadline()) == 0
    night.clock.advance(ASK_AGAIN)
    assert night.reaper(account=False).reap(night.house.deadline()) == 1
    assert night.ends() == [2]


def test_an_end_whose_promise_could_not_be_kept_is_heard_again_and_the_carrier_not_asked(
    night: Night,
) -> None:
    night.runner.down = True
    with pytest.raises(EndUnheard):
        night.house.hear(CALL)
    assert night.after(ENDED_QUIET) == 0
    assert night.ends() == []
    night.runner.down = False
    assert night.after(ASK_AGAIN) == 1
    assert night.ends() == [2]
    assert set(night.partial_tickets()) == {f"{CALL}/2/1"}
    assert night.asked == []


def test_a_dead_owner_of_the_last_turn_is_covered(night: Night) -> None:
    # The process that heard of the end was killed before it played it.
    status = CallStatus(CALL, CallStage.COMPLETED, night.clock.now(), 12)
    night.house.turns.journal.note(status, night.house.deadline())
    end = Claim(CALL, 0, HANG_UP, "a dead one", Aim.END)
    assert isinstance(night.house.turns.store.claim(end, night.house.deadline()), Claimed)
    time.sleep(2 * LEASE)
    assert night.after(ENDED_QUIET - MOMENT) == 0
    assert night.after(MOMENT) == 1
    assert night.ends() == [2]
    assert night.partial_tickets() == [f"{CALL}/2/1"]


def test_a_call_that_redis_has_forgotten_ends_from_the_journal(night: Night) -> None:
    client = Redis.from_url(night.redis_url)
    client.flushall()
    client.close()
    assert night.after(SILENT) == 1
    assert night.ends() == [2]
    assert night.partial_tickets() == [f"{CALL}/2/1"]


def test_an_end_that_was_heard_is_put_down_and_never_looked_at_again(night: Night) -> None:
    night.house.hear(CALL)
    night.house.hear("CA" + "e" * 32)
    assert night.after(timedelta(0)) == 0
    # Of the second nobody knows a turn; one may still be on its way to SQL.
    assert [settled for _, _, settled in night.rows()] == [True, False]
    assert night.after(ENDED_QUIET) == 0
    assert [settled for _, _, settled in night.rows()] == [True, True]
    assert night.asked == []


def test_an_end_that_can_never_be_heard_is_left_to_people_after_a_week(night: Night) -> None:
    night.runner.down = True
    with pytest.raises(EndUnheard):
        night.house.hear(CALL)
    assert night.after(GIVE_UP) == 0
    assert [settled for _, _, settled in night.rows()] == [False]
    assert night.after(ASK_AGAIN) == 0
    assert [settled for _, _, settled in night.rows()] == [True]


def test_each_silent_call_has_its_turn_however_many_there_are(night: Night) -> None:
    night.says = GOING
    many = [f"CA{number:032}" for number in range(TAKEN_AT_ONCE + 5)]
    for call in many:
        night.house.answer(call)
    night.clock.advance(SILENT)
    for _ in range(2):
        assert night.after(MOMENT) == 0
    assert sorted(night.asked) == sorted([*many, CALL])


def test_calls_of_the_past_cost_nothing_when_the_open_ones_are_sought(sqlite_template: Path) -> None:
    sought = select(calls.c.call).where(not_(calls.c.settled), calls.c.rank == END_RANK)
    words = sought.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    with closing(sqlite3.connect(sqlite_template)) as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {words}").fetchall()
    assert "ix_calls_settled" in str(plan)


def test_the_budget_of_the_chore_is_kept(night: Night) -> None:
    night.clock.advance(SILENT)
    assert night.reaper().reap(Deadline.after(1.0, night.clock)) == 0
    assert night.asked == []
