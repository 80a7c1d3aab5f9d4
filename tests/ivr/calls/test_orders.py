"""News of a call in every order, with any of it lost or repeated: all of it ends in one state."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest

from foundation.clock import Deadline, StoppedClock
from foundation.database import Database
from foundation.redaction import Secret
from ivr.calls.journal import Journal
from ivr.calls.reaper import Reaper
from ivr.calls.schema import calls, turns
from ivr.calls.sealing import Seal
from ivr.calls.status import CallStage, CallStatus
from ivr.calls.store import RedisCallStore
from ivr.calls.unsettled import SILENT, Unsettled
from ivr.flow.errands import OpenTicket
from telephony.placed_calls import PlacedCall, Stage
from tests.ivr.calls.small_house import AT, PATIENT, CountingRunner, House, beginning_at, small_book

S = CallStage
# What the carrier tells of one call; the last is its end, told once more a little later, as a retry is.
SIX = (S.QUEUED, S.INITIATED, S.RINGING, S.IN_PROGRESS, S.COMPLETED, S.COMPLETED)
ORDERS = tuple(itertools.permutations(range(len(SIX))))
DROPS = tuple(itertools.product((True, False), repeat=len(SIX)))  # which of the six arrive
SEED, SAMPLE = 720, 24  # orders that are played on real stores
SECONDS = 65


def after(known: CallStage | None, news: CallStage) -> CallStage:
    """The whole rule: a stage is replaced by a later one, and an end by nothing."""
    return news if known is None or known.rank < news.rank else known


def told(order: Sequence[int], arrives: Sequence[bool], repeated: int) -> Iterator[CallStage]:
    """The six in this order, but for those that are lost; one of them is told again at the very end."""
    yield from (SIX[one] for one in order if arrives[one])
    if arrives[repeated]:
        yield SIX[repeated]


def end_of(news: Iterable[CallStage]) -> CallStage | None:
    known: CallStage | None = None
    for one in news:
        known = after(known, one)
    return known


def test_all_720_orders_with_any_of_the_six_lost_or_repeated_end_in_the_furthest_that_was_told() -> None:
    assert len(ORDERS) == 720
    for arrives in DROPS:
        heard = [stage for stage, here in zip(SIX, arrives, strict=True) if here]
        furthest = max(heard, key=lambda stage: stage.rank, default=None)
        ends = {end_of(told(order, arrives, repeated)) for order in ORDERS for repeated in (0, 3, 5)}
        assert ends == {furthest}, arrives


def test_sql_goes_by_that_rule_from_every_stage_to_every_other(database_url: str) -> None:
    """A row depends on itself and on the news alone: pair by pair is every sequence."""
    clock = StoppedClock(AT)
    database = Database(database_url, clock, limit=PATIENT)
    journal = Journal(database, Seal(Secret("k" * 32)))
    expected = {}
    for number, (known, news) in enumerate(itertools.product(S, S)):
        for seconds, stage in ((SECONDS, known), (1, news)):
            journal.note(
                CallStatus(f"CA{number}", stage, clock.now(), seconds), Deadline.after(PATIENT, clock)
            )
        stage = after(known, news)
        expected[f"CA{number}"] = (stage.value, SECONDS if stage is known else 1, stage.ends)
    with database.reading(Deadline.after(PATIENT, clock)) as connection:
        rows = connection.execute(calls.select())
        found = {row.call: (row.status, row.seconds, row.ended_at is not None) for row in rows}
    journal.close()
    database.close()
    assert found == expected


@dataclass
class Line:
    """A house on real stores in which calls are told of, turn by turn, and a reaper for what is lost."""

    database: Database
    clock: StoppedClock
    house: House
    runner: CountingRunner

    def play(self, call: str, news: Sequence[CallStage], turn_after: int) -> None:
        """The caller names a topic while the news arrives: before, between or after it."""
        for place in range(len(news) + 1):
            if place == turn_after:
                self.house.answer(call)
                self.house.press(call, 1, "1")
            if place < len(news):
                self.house.hear(call, news[place])

    def reap(self) -> int:
        self.clock.advance(SILENT)
        over = PlacedCall("", Stage.COMPLETED, SECONDS)
        reaper = Reaper(self.house.turns, Unsettled(self.database), lambda _call: over)
        return reaper.reap(self.house.deadline())

    def end_of(self, call: str) -> tuple[str, bool, int]:
        """Its status, whether anything is left to be done, and in how many turns its end was heard."""
        with self.database.reading(self.house.deadline()) as connection:
            row = connection.execute(calls.select().where(calls.c.call == call)).one()
            ends = connection.execute(turns.select().where(turns.c.call == call, turns.c.over)).all()
        return row.status, row.settled, len(ends)

    def left_behind(self, call: str) -> set[str]:
        return {one.key for one in self.runner.of(OpenTicket) if one.call == call}


@pytest.fixture
def line(database_url: str, fresh_redis_url: str) -> Iterator[Line]:
    clock = StoppedClock(AT)
    database = Database(database_url, clock, limit=PATIENT)
    journal = Journal(database, Seal(Secret("k" * 32)))
    journal.close()  # each row is written before its turn is answered
    runner = CountingRunner()
    store = RedisCallStore(fresh_redis_url, clock, limit=PATIENT)
    house = House(runner, beginning_at(small_book(), "named"), clock, store, journal, budget=PATIENT)
    yield Line(database, clock, house, runner)
    store.close()
    database.close()


def sampled() -> Iterator[tuple[list[CallStage], int]]:
    """Orders worth playing: the two extremes, nothing at all, the end alone and lost, and some by chance."""
    chance = random.Random(SEED)
    yield list(SIX), 0
    yield list(reversed(SIX)), len(SIX)
    yield [], 0
    yield [S.COMPLETED], 0
    yield [S.RINGING, S.IN_PROGRESS], 1
    for _ in range(SAMPLE - 5):
        arrives = chance.choice(DROPS)
        news = list(told(chance.choice(ORDERS), arrives, chance.randrange(len(SIX))))
        yield news, chance.randint(0, len(news))


def test_whatever_is_lost_or_repeated_each_call_ends_once_and_leaves_one_ticket(line: Line) -> None:
    played = {}
    for number, (news, turn_after) in enumerate(sampled()):
        call = f"CA{number:032}"
        played[call] = (news, turn_after)
        line.play(call, news, turn_after)
    line.reap()
    line.clock.advance(timedelta(minutes=5))
    line.reap()
    for call, told_of in played.items():
        assert line.end_of(call) == ("completed", True, 1), told_of
    # An end that is told before the call is answered comes as the turn after its answer: nothing was named.
    for call, (news, turn_after) in played.items():
        early = any(stage.ends for stage in news[:turn_after])
        assert len(line.left_behind(call)) == (0 if early else 1), (news, turn_after)
