"""Redis stops, dies, forgets and comes back in the middle of calls; callers notice one question at most."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from foundation.breaker import SKIP_SECONDS
from foundation.clock import Deadline, SystemClock
from foundation.database import Database
from foundation.redaction import Secret
from ivr.calls.claims import Free, Remembered, StoreGone
from ivr.calls.codec import decode
from ivr.calls.journal import Journal
from ivr.calls.sealing import Seal
from ivr.calls.store import RedisCallStore
from ivr.flow.errands import OpenTicket, SaveSurvey
from tests.ivr.calls.small_house import CountingRunner, House, beginning_at, small_book
from tests.ivr.calls.stoppable_redis import Server, stoppable_redis

CLOCK = SystemClock()
CALL = "CA" + "2" * 32
LONGEST = 2.0  # seconds: a caller hears something within them, whatever has failed


@pytest.fixture
def server() -> Iterator[Server]:
    with stoppable_redis() as one:
        yield one


@pytest.fixture
def runner() -> CountingRunner:
    return CountingRunner()


@pytest.fixture
def house(server: Server, runner: CountingRunner, database_url: str) -> Iterator[House]:
    database = Database(database_url, CLOCK)
    journal = Journal(database, Seal(Secret("k" * 32)))
    yield House(runner, clock=CLOCK, store=RedisCallStore(server.url, CLOCK), journal=journal)
    journal.close()
    database.close()


def in_time(ask: Callable[[], bytes]) -> bytes:
    begun = time.monotonic()
    answer = ask()
    assert time.monotonic() - begun < LONGEST
    return answer


def newest(house: House) -> Remembered:
    assert isinstance(house.journal, Journal)
    found = house.journal.newest(CALL, house.deadline())
    assert found is not None
    return found


def wait_for_the_journal(house: House, turn: int) -> None:
    until = time.monotonic() + 5
    while time.monotonic() < until:
        assert house.journal is not None
        found = house.journal.newest(CALL, house.deadline())
        if found is not None and found.turn >= turn:
            return
        time.sleep(0.02)
    pytest.fail("the journal did not come")


def test_a_call_begun_without_redis_goes_on_from_the_journal(
    house: House, server: Server, runner: CountingRunner
) -> None:
    server.send(signal.SIGKILL)
    opening = in_time(lambda: house.answer(CALL))
    assert house.answer(CALL) == opening
    for turn in range(1, 6):
        answer = in_time(partial(house.press, CALL, turn, "3"))
        assert f"goes on with {turn + 1}:".encode() in answer
        assert house.press(CALL, turn, "3") == answer
    assert sorted(asked.key for asked in runner.of(SaveSurvey)) == [
        f"{CALL}/{turn}/1" for turn in range(1, 6)
    ]


@pytest.mark.parametrize("how", [signal.SIGSTOP, signal.SIGKILL])
def test_a_call_whose_redis_stops_in_the_middle_loses_no_turn(
    house: House, server: Server, runner: CountingRunner, how: signal.Signals
) -> None:
    house.answer(CALL)
    house.press(CALL, 1, "3")
    wait_for_the_journal(house, 1)
    server.send(how)
    for turn in (2, 3, 4):
        answer = in_time(partial(house.press, CALL, turn, "3"))
        assert f"goes on with {turn + 1}:".encode() in answer
    assert len(runner.of(SaveSurvey)) == 4


def test_a_redis_that_stops_between_claim_and_store_costs_nothing(
    house: House, server: Server, runner: CountingRunner
) -> None:
    house.answer(CALL)
    runner.before = lambda _asked: server.send(signal.SIGSTOP)
    answer = in_time(lambda: house.press(CALL, 1, "3"))
    assert newest(house).answer == answer
    runner.before = lambda _asked: None
    assert in_time(lambda: house.press(CALL, 1, "3")) == answer
    assert len(runner.of(SaveSurvey)) == 1


def test_three_time_outs_in_a_row_and_redis_is_left_alone_for_a_second(server: Server) -> None:
    store = RedisCallStore(server.url, CLOCK)
    server.send(signal.SIGSTOP)
    took = []
    for _ in range(5):
        begun = time.monotonic()
        with pytest.raises(StoreGone):
            store.look(CALL, 0, Deadline.after(1.8, CLOCK))
        took.append(time.monotonic() - begun)
    assert all(0.2 < one < 0.4 for one in took[:3])
    assert all(one < 0.05 for one in took[3:])
    server.send(signal.SIGCONT)
    time.sleep(SKIP_SECONDS)
    store.look(CALL, 0, Deadline.after(1.8, CLOCK))


def test_those_who_come_with_little_time_left_do_not_have_redis_skipped(server: Server) -> None:
    store = RedisCallStore(server.url, CLOCK)
    store.look(CALL, 0, Deadline.after(1.8, CLOCK))
    server.send(signal.SIGSTOP)
    for _ in range(4):
        with pytest.raises(StoreGone):
            store.look(CALL, 0, Deadline.after(0.02, CLOCK))
    server.send(signal.SIGCONT)
    assert store.look(CALL, 0, Deadline.after(1.8, CLOCK)) == Free()


def test_a_redis_that_comes_back_older_is_brought_up_to_date(
    house: House, server: Server, runner: CountingRunner
) -> None:
    house.answer(CALL)
    house.press(CALL, 1, "3")
    wait_for_the_journal(house, 1)
    server.send(signal.SIGSTOP)
    missed = [house.press(CALL, turn, "3") for turn in (2, 3, 4)]
    server.send(signal.SIGCONT)
    time.sleep(SKIP_SECONDS)
    # A late request for a turn that Redis has not seen: the present, not that turn once more.
    assert house.press(CALL, 2, "5") == missed[-1]
    assert b"goes on with 6:" in house.press(CALL, 5, "3")
    assert len(runner.of(SaveSurvey)) == 5
    assert house.store is not None
    found = house.store.look(CALL, 5, house.deadline())
    assert getattr(found, "known", None) is not None


def test_a_flushed_redis_takes_the_state_from_the_journal(
    house: House, server: Server, runner: CountingRunner
) -> None:
    house.answer(CALL)
    answered = house.press(CALL, 1, "3")
    wait_for_the_journal(house, 1)
    server.say("FLUSHALL")
    assert house.press(CALL, 1, "3") == answered
    server.say("FLUSHALL")
    assert b"goes on with 3:" in house.press(CALL, 2, "4")
    assert len(runner.of(SaveSurvey)) == 2


def test_where_the_newest_state_is_lost_the_question_is_asked_again_at_a_turn_never_used(
    house: House, server: Server, runner: CountingRunner
) -> None:
    house.answer(CALL)
    house.press(CALL, 1, "3")
    wait_for_the_journal(house, 1)
    lag, house.journal = house.journal, _forgetful(house)
    house.press(CALL, 2, "4")
    house.journal = lag
    server.say("FLUSHALL")
    done = len(runner.asked)
    again = house.press(CALL, 3, "5")
    assert b"goes on with 5:" in again
    assert len(runner.asked) == done
    assert house.press(CALL, 3, "5") == again
    state = decode(newest_when(house, 4).kept).state
    assert (state.turn, state.place.node) == (4, "second")
    assert b"goes on with 6:" in house.press(CALL, 5, "3")


def _forgetful(house: House) -> Journal:
    """A journal whose rows are lost, as those of a worker that dies within a quarter of a second."""
    assert isinstance(house.journal, Journal)

    class Forgetful(Journal):
        def keep(self, row: object, deadline: Deadline) -> None: ...

    forgetful = Forgetful.__new__(Forgetful)
    forgetful.__dict__.update(house.journal.__dict__)
    return forgetful


def newest_when(house: House, turn: int) -> Remembered:
    wait_for_the_journal(house, turn)
    return newest(house)


def test_a_call_that_nobody_knows_begins_again_and_shows_no_number(
    house: House, runner: CountingRunner
) -> None:
    answer = house.press(CALL, 7, "3")
    assert b"goes on with 9:" in answer
    assert runner.asked == []
    state = decode(newest_when(house, 8).kept).state
    assert state.number is None
    assert state.place.node == "first"
    assert house.press(CALL, 7, "3") == answer


def test_a_redis_that_refuses_to_write_is_as_good_as_gone(house: House, server: Server) -> None:
    house.answer(CALL)
    wait_for_the_journal(house, 0)
    server.say("REPLICAOF", "127.0.0.1", "1")
    assert b"goes on with 2:" in in_time(lambda: house.press(CALL, 1, "3"))


def test_a_hang_up_while_redis_is_gone_is_heard_from_the_journal(
    house: House, server: Server, runner: CountingRunner
) -> None:
    house.book = beginning_at(small_book(), "named")
    house.answer(CALL)
    house.press(CALL, 1, "1")
    wait_for_the_journal(house, 1)
    server.send(signal.SIGKILL)
    house.hear(CALL)
    house.hear(CALL)
    assert [asked.key for asked in runner.of(OpenTicket)] == [f"{CALL}/2/1"]
    assert newest(house).over


def test_a_hang_up_in_an_errand_while_redis_is_gone_is_heard_next(
    house: House, server: Server, runner: CountingRunner
) -> None:
    house.book = beginning_at(small_book(), "named")
    server.send(signal.SIGKILL)
    house.answer(CALL)
    house.press(CALL, 1, "1")
    runner.before = lambda asked: house.hear(CALL) if isinstance(asked.errand, SaveSurvey) else None
    assert b"goes on with 3:" in house.press(CALL, 2, "3")
    assert [asked.key for asked in runner.of(OpenTicket)] == [f"{CALL}/3/1"]


def test_with_neither_redis_nor_sql_it_is_a_fault_within_two_seconds(server: Server) -> None:
    database = Database("sqlite:////nowhere/at/all.sqlite", CLOCK)
    journal = Journal(database, Seal(Secret("k" * 32)))
    house = House(clock=CLOCK, store=RedisCallStore(server.url, CLOCK), journal=journal)
    house.answer(CALL)
    server.send(signal.SIGSTOP)
    begun = time.monotonic()
    with pytest.raises(StoreGone):
        house.press(CALL, 1, "3")
    assert time.monotonic() - begun < LONGEST
    journal.close()
    database.close()


def test_with_sql_gone_and_redis_alive_the_call_goes_on(server: Server, runner: CountingRunner) -> None:
    database = Database("sqlite:////nowhere/at/all.sqlite", CLOCK)
    journal = Journal(database, Seal(Secret("k" * 32)))
    house = House(runner, clock=CLOCK, store=RedisCallStore(server.url, CLOCK), journal=journal)
    in_time(lambda: house.answer(CALL))
    assert b"goes on with 2:" in in_time(lambda: house.press(CALL, 1, "3"))
    house.hear(CALL)
    journal.close()
    database.close()
