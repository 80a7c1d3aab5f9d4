"""A caller may hang up at any moment: the flow hears it once, and what was said is kept."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from foundation.clock import SystemClock
from foundation.database import Database
from foundation.redaction import Secret
from ivr.calls.claims import CallStore
from ivr.calls.codec import decode
from ivr.calls.journal import Journal
from ivr.calls.memory_store import MemoryCallStore, MemoryJournal
from ivr.calls.schema import calls
from ivr.calls.sealing import Seal
from ivr.calls.status import CallStage
from ivr.calls.store import RedisCallStore
from ivr.calls.turn import EndUnheard
from ivr.flow.errands import KeepRecording, OpenTicket, SaveSurvey
from tests.ivr.calls.small_house import PATIENT, CountingRunner, House, beginning_at, small_book

CLOCK = SystemClock()
CALL = "CA" + "7" * 32


@pytest.fixture(params=["memory", "redis"])
def store(request: pytest.FixtureRequest) -> Iterator[CallStore]:
    if request.param == "memory":
        yield MemoryCallStore(CLOCK, lease=PATIENT)
    else:
        yield RedisCallStore(request.getfixturevalue("fresh_redis_url"), CLOCK, lease=PATIENT, limit=PATIENT)


@pytest.fixture
def runner() -> CountingRunner:
    return CountingRunner()


@pytest.fixture
def named(store: CallStore, runner: CountingRunner) -> House:
    """A caller who has named a topic in turn 1 and is asked something in turn 2."""
    house = House(runner, beginning_at(small_book(), "named"), CLOCK, store)
    house.answer(CALL)
    house.press(CALL, 1, "1")
    return house


def partial_tickets(runner: CountingRunner) -> list[str]:
    return [
        asked.key
        for asked in runner.of(OpenTicket)
        if isinstance(asked.errand, OpenTicket) and asked.errand.partial
    ]


def ends(house: House) -> list[int]:
    assert isinstance(house.journal, MemoryJournal)
    return [turn for (_, turn), row in house.journal.rows.items() if row.outcome == "ended"]


def test_between_two_turns_the_status_itself_has_the_flow_hear_it(
    named: House, runner: CountingRunner
) -> None:
    named.hear(CALL)
    assert partial_tickets(runner) == [f"{CALL}/2/1"]
    assert ends(named) == [2]


def test_it_is_heard_once_however_often_it_is_told(named: House, runner: CountingRunner) -> None:
    with ThreadPoolExecutor(4) as carrier:
        list(carrier.map(lambda _: named.hear(CALL), range(8)))
    named.hear(CALL, CallStage.FAILED)
    assert len(partial_tickets(runner)) == 1
    assert ends(named) == [2]


def test_in_the_middle_of_an_errand_the_owner_finishes_and_hears_it_next(
    named: House, runner: CountingRunner
) -> None:
    runner.before = lambda asked: named.hear(CALL) if isinstance(asked.errand, SaveSurvey) else None
    answer = named.press(CALL, 2, "3")
    assert b"goes on with 3" in answer
    assert runner.runs[f"{CALL}/2/1"] == 1
    assert partial_tickets(runner) == [f"{CALL}/3/1"]
    assert ends(named) == [3]
    assert named.press(CALL, 2, "3") == answer


def test_while_the_call_is_being_answered_it_is_heard_after_the_answer(
    store: CallStore, runner: CountingRunner
) -> None:
    house = House(runner, store=store, clock=CLOCK)
    runner.before = lambda _asked: house.hear(CALL)
    house.answer(CALL)
    assert ends(house) == [1]


def test_told_before_the_call_was_answered_it_is_heard_after_the_answer(store: CallStore) -> None:
    house = House(store=store, clock=CLOCK)
    house.hear(CALL)
    assert ends(house) == []
    house.answer(CALL)
    assert ends(house) == [1]


def test_an_end_that_could_not_be_kept_is_heard_when_it_is_told_again(
    named: House, runner: CountingRunner
) -> None:
    runner.down = True
    with pytest.raises(EndUnheard):
        named.hear(CALL)
    assert ends(named) == []
    runner.down = False
    named.hear(CALL)
    named.hear(CALL)
    assert ends(named) == [2]
    kept = [asked.errand for asked in runner.of(OpenTicket)]
    assert [one.partial for one in kept if isinstance(one, OpenTicket)] == [True, True]
    assert len({asked.key for asked in runner.of(OpenTicket)}) == 1


def test_keys_that_arrive_after_the_end_change_nothing(named: House, runner: CountingRunner) -> None:
    present = named.press(CALL, 1, "1")
    named.hear(CALL)
    done = len(runner.asked)
    assert named.press(CALL, 2, "3") == named.press(CALL, 3, "3") == present
    assert len(runner.asked) == done


def test_after_a_goodbye_nothing_is_left_behind(store: CallStore, runner: CountingRunner) -> None:
    house = House(runner, store=store, clock=CLOCK)
    house.answer(CALL)
    assert b"HangUp" in house.press(CALL, 1, "0")
    house.hear(CALL)
    assert partial_tickets(runner) == []
    assert ends(house) == [2]


def test_a_fault_while_it_is_heard_does_not_spoil_the_answer(named: House, runner: CountingRunner) -> None:
    def fail_at_the_end(asked: object) -> None:
        named.hear(CALL)
        if isinstance(getattr(asked, "errand", None), OpenTicket):
            raise ZeroDivisionError

    runner.before = fail_at_the_end
    assert b"goes on with 3" in named.press(CALL, 2, "3")
    assert ends(named) == []
    runner.before = lambda _asked: None
    named.hear(CALL)
    assert ends(named) == [3]


def test_the_end_of_an_unknown_call_is_kept_and_no_fault() -> None:
    house = House(clock=CLOCK)
    house.hear("CA" + "e" * 32)
    assert isinstance(house.journal, MemoryJournal)
    assert [news.call for news in house.journal.news] == ["CA" + "e" * 32]


def spoken_to(store: CallStore, runner: CountingRunner) -> House:
    house = House(runner, beginning_at(small_book(), "spoken"), CLOCK, store)
    house.answer(CALL)
    return house


def kept_recordings(runner: CountingRunner) -> list[str]:
    return [asked.errand.recording for asked in runner.asked if isinstance(asked.errand, KeepRecording)]


def test_a_message_cut_short_by_hanging_up_is_kept_whichever_news_comes_first(
    store: CallStore, runner: CountingRunner
) -> None:
    house = spoken_to(store, runner)
    house.speak(CALL, 1, "RE1", hung_up=True)
    house.hear(CALL)
    other = CALL[:-1] + "8"
    house.answer(other)
    house.hear(other)
    house.speak(other, 1, "RE2", hung_up=True)
    assert kept_recordings(runner) == ["RE1", "RE2"]


def test_a_message_that_comes_late_is_kept_under_its_own_name_and_repeated_under_the_same(
    store: CallStore, runner: CountingRunner
) -> None:
    house = spoken_to(store, runner)
    present = house.stay_silent(CALL, 1)
    assert house.speak(CALL, 1, "RE1") == present
    assert house.speak(CALL, 1, "RE1") == present
    assert {asked.key for asked in runner.of(KeepRecording)} == {f"{CALL}/recording/RE1"}


def test_a_message_thrown_away_stays_thrown_away_when_its_request_is_repeated(
    store: CallStore, runner: CountingRunner
) -> None:
    house = spoken_to(store, runner)
    house.speak(CALL, 1, "RE1")
    house.press(CALL, 2, "3")
    house.speak(CALL, 1, "RE1")
    house.hear(CALL)
    house.speak(CALL, 1, "RE1")
    assert kept_recordings(runner) == []


def test_every_message_of_a_call_is_kept_at_its_end_however_many_there_are(runner: CountingRunner) -> None:
    book = beginning_at(small_book(), "spoken")
    again = book.nodes["spoken"].model_copy(update={"next": "spoken"})
    house = House(runner, book.model_copy(update={"nodes": {**book.nodes, "spoken": again}}), CLOCK)
    house.answer(CALL)
    spoken = [f"RE{number}" for number in range(7)]
    for number, recording in enumerate(spoken):
        house.speak(CALL, 2 * number + 1, recording)
        house.press(CALL, 2 * number + 2, "1")
    house.hear(CALL)
    assert kept_recordings(runner) == spoken


def test_a_late_piece_of_news_does_not_take_back_when_a_call_ended(database_url: str) -> None:
    database = Database(database_url, CLOCK, limit=PATIENT)
    house = House(clock=CLOCK, journal=Journal(database, Seal(Secret("k" * 32))))
    house.answer(CALL)
    house.hear(CALL)
    house.hear(CALL, CallStage.RINGING)
    assert isinstance(house.journal, Journal)
    house.journal.close()
    with database.reading(house.deadline()) as connection:
        row = connection.execute(calls.select()).one()
    assert (row.status, row.seconds) == ("completed", 12)
    assert row.started_at is not None
    assert row.ended_at is not None
    assert row.number_hash is not None
    database.close()


def test_the_state_after_the_end_says_so(named: House) -> None:
    named.hear(CALL)
    assert isinstance(named.journal, MemoryJournal)
    assert decode(named.journal.rows[CALL, 2].remembered.kept).state.ended
