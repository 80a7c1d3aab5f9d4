"""When everything inside has failed: what the caller hears, and what becomes of what they say."""

import re
from dataclasses import dataclass
from typing import NoReturn

import pytest
from werkzeug.test import TestResponse

from foundation.clock import Deadline, StoppedClock, SystemClock
from foundation.database import SQL_LIMIT, KeyReused
from ivr.calls.memory_store import MemoryJournal
from ivr.calls.play import Asked
from ivr.calls.status import CallStatus
from ivr.calls.store import LIMIT
from ivr.channels.addresses import OVERRIDES
from ivr.flow.errands import KeepRecording, OpenTicket, RecallCaller
from ivr.flow.replies import Result, TicketOpened, TicketSpooled, Unavailable
from ivr.handlers.apology_words import WORDS
from tests.ivr.calls.small_house import CountingRunner
from tests.ivr.handlers.front import (
    AT,
    BASE,
    CALL,
    FROM,
    PERSON,
    RECORDING,
    TO,
    Front,
    Gone,
    attribute,
    spoken,
    tags,
)

SAID = {"RecordingSid": RECORDING, "RecordingDuration": "7", "Digits": "#"}
PERSON_STAGE = f"/voice/calls/{CALL}/apology/person?language="
MESSAGE_STAGE = f"/voice/calls/{CALL}/apology/message?language="


class Breaking(CountingRunner):
    """Runs errands until it is told to break."""

    broken = False
    fault: Exception = RuntimeError("a fault of ours")

    def run(self, asked: Asked, deadline: Deadline) -> Result:
        if self.broken and not isinstance(asked.errand, RecallCaller):
            raise self.fault
        return super().run(asked, deadline)


def nothing_works() -> Front:
    clock = SystemClock()
    return Front(clock, store=Gone(clock), journal=Gone(clock))


def with_a_fault_after(*keys: str) -> tuple[Front, TestResponse]:
    """A call in English that goes well for these keys; then the next deed is a fault of ours."""
    runner = Breaking()
    front = Front(runner=runner)
    front.answer()
    for turn, pressed in enumerate(keys, start=1):
        front.turn(turn, Digits=pressed)
    runner.broken = True
    return front, front.turn(len(keys) + 1, Digits="9")


def test_with_nothing_working_a_caller_hears_an_apology_and_a_person_is_rung() -> None:
    for answered in (nothing_works().answer(), nothing_works().turn(3, Digits="1")):
        assert tags(answered)[-2:] == ["Dial", "Number"]
        assert PERSON in answered.get_data(as_text=True)
        assert attribute(answered, "Dial", "callerId") == TO
        assert int(attribute(answered, "Dial", "timeout")) <= 30
        assert int(attribute(answered, "Dial", "timeLimit")) <= 3_600
        assert attribute(answered, "Dial", "action").startswith(f"{BASE}/voice/calls/{CALL}/apology/person")


def test_a_caller_whose_language_nobody_knows_hears_each_of_the_book() -> None:
    said = spoken(nothing_works().answer())
    assert all(words.sorry in said and words.person in said for words in WORDS.values())


@pytest.mark.parametrize(("key", "language"), [("1", "en"), ("2", "zh"), ("3", "id")])
def test_a_fault_in_a_call_is_told_in_its_language_alone(key: str, language: str) -> None:
    _, apology = with_a_fault_after(key)
    assert WORDS[language].sorry in spoken(apology)
    assert all(words.sorry not in spoken(apology) for name, words in WORDS.items() if name != language)
    assert attribute(apology, "Dial", "action").endswith(f"person?language={language}{OVERRIDES}")


def test_a_ticket_that_stands_is_read_in_the_apology() -> None:
    runner = Breaking()
    front = Front(runner=runner)
    front.answer()
    front.turn(1, Digits="1")
    for turn, pressed in enumerate(("9", "2", "081234567802"), start=2):
        front.turn(turn, Digits=pressed)
    assert runner.of(OpenTicket)
    runner.broken = True
    apology = front.turn(5, Digits="1")
    assert WORDS["en"].ticket in spoken(apology)
    assert "1 2 3" in spoken(apology)


@dataclass
class Spooling(Breaking):
    """SQL is away: each promise goes to the spool, until the next deed is a fault of ours."""

    def run(self, asked: Asked, deadline: Deadline) -> Result:
        result = super().run(asked, deadline)
        return TicketSpooled(result.due) if isinstance(result, TicketOpened) else result


@pytest.mark.parametrize(("key", "language"), [("1", "en"), ("2", "zh"), ("3", "id")])
def test_a_promise_in_the_spool_is_told_in_the_apology_and_no_number(key: str, language: str) -> None:
    runner = Spooling()
    front = Front(runner=runner)
    front.answer()
    # A failed payment, until its promise is made.
    for turn, pressed in enumerate((key, *"112221111"), start=1):
        front.turn(turn, Digits=pressed)
    assert len(runner.of(OpenTicket)) == 1
    runner.broken = True
    told = spoken(front.turn(11, Digits="9"))
    words = WORDS[language]
    assert told == f"{words.sorry} {words.spooled} {words.person}"
    assert not re.search("[0-9]", told)


def test_an_apology_leaves_the_turn_to_be_asked_for_again() -> None:
    front, _ = with_a_fault_after("1")
    assert isinstance(front.runner, Breaking)
    front.runner.broken = False
    assert "Gather" in tags(front.turn(2, Digits="9"))


def test_after_a_talk_with_a_person_the_call_ends() -> None:
    ended = Front().post(PERSON_STAGE + "en", DialCallStatus="completed", DialCallDuration="60")
    assert tags(ended) == ["Response", "Hangup"]


@pytest.mark.parametrize("outcome", ["busy", "no-answer", "failed", "canceled"])
def test_when_nobody_answers_a_message_can_be_left(outcome: str) -> None:
    asked = Front().post(PERSON_STAGE + "id", DialCallStatus=outcome)
    assert tags(asked) == ["Response", "Say", "Record", "Redirect"]
    assert WORDS["id"].unanswered in spoken(asked)
    assert attribute(asked, "Record", "action") == f"{BASE}{MESSAGE_STAGE}id{OVERRIDES}"


def test_a_message_is_kept_once_however_often_it_is_told() -> None:
    front = Front()
    front.answer()
    front.turn(1, Digits="1")
    first, again = (front.post(MESSAGE_STAGE + "en", **SAID) for _ in range(2))
    assert first.data == again.data
    assert WORDS["en"].kept in spoken(first)
    assert tags(first)[-1] == "Hangup"
    assert isinstance(front.runner, CountingRunner)
    kept = front.runner.of(KeepRecording)
    assert {one.key for one in kept} == {f"{CALL}/recording/{RECORDING}"}
    errand = kept[0].errand
    assert isinstance(errand, KeepRecording)
    assert (errand.recording, errand.seconds, errand.calling_number) == (RECORDING, 7, FROM)


def test_a_message_joins_the_ticket_of_the_call() -> None:
    front = Front()
    front.answer()
    front.turn(1, Digits="1")
    front.turn(2, Digits="9")
    front.post(MESSAGE_STAGE + "en", **SAID)
    assert isinstance(front.runner, CountingRunner)
    errand = front.runner.of(KeepRecording)[0].errand
    assert isinstance(errand, KeepRecording)
    assert errand.ticket == "123456782"


def test_a_message_of_a_call_that_nobody_knows_is_kept_with_what_the_carrier_shows() -> None:
    clock = SystemClock()
    front = Front(clock, store=Gone(clock), journal=Gone(clock))
    assert WORDS["zh"].kept in spoken(front.post(MESSAGE_STAGE + "zh", **SAID))
    assert isinstance(front.runner, CountingRunner)
    errand = front.runner.of(KeepRecording)[0].errand
    assert isinstance(errand, KeepRecording)
    assert (errand.recording, errand.seconds, errand.ticket) == (RECORDING, 7, None)
    assert (errand.language, errand.calling_number) == ("zh", FROM)
    assert errand.topic == "question"


def test_a_message_left_while_hanging_up_is_kept_too() -> None:
    front = Front()
    front.post(MESSAGE_STAGE, **{**SAID, "Digits": "hangup"})
    assert isinstance(front.runner, CountingRunner)
    assert len(front.runner.of(KeepRecording)) == 1


class Refusing(CountingRunner):
    """SQL takes nothing."""

    def run(self, asked: Asked, deadline: Deadline) -> Result:
        super().run(asked, deadline)
        return Unavailable()


@pytest.mark.parametrize("runner", [Refusing(), Breaking()])
def test_a_caller_is_told_the_truth_when_a_message_could_not_be_kept(runner: CountingRunner) -> None:
    if isinstance(runner, Breaking):
        runner.broken = True
    said = spoken(Front(runner=runner).post(MESSAGE_STAGE + "en", **SAID))
    assert WORDS["en"].not_kept in said
    assert WORDS["en"].kept not in said


def test_a_message_that_is_kept_under_its_key_already_is_kept() -> None:
    runner = Breaking()
    runner.broken, runner.fault = True, KeyReused("known")
    assert WORDS["en"].kept in spoken(Front(runner=runner).post(MESSAGE_STAGE + "en", **SAID))


@pytest.mark.parametrize("said", [{}, {**SAID, "RecordingDuration": "0"}])
def test_silence_is_no_message(said: dict[str, str]) -> None:
    front = Front()
    assert WORDS["en"].not_kept in spoken(front.post(MESSAGE_STAGE + "en", **said))
    assert isinstance(front.runner, CountingRunner)
    assert not front.runner.of(KeepRecording)


@pytest.mark.parametrize("language", ["", "xx", "en-GB", "../", "%00", "e" * 1_000, "fr"])
def test_a_language_that_we_did_not_write_there_is_none(language: str) -> None:
    said = spoken(Front().post(PERSON_STAGE + language, DialCallStatus="busy"))
    assert all(words.unanswered in said for words in WORDS.values())


def test_an_apology_comes_within_two_seconds_whatever_hangs() -> None:
    clock = StoppedClock(AT)
    # As long as Redis and SQL may take for one answer.
    front = Front(clock, store=Gone(clock, LIMIT), journal=Gone(clock, SQL_LIMIT))
    began = clock.monotonic()
    assert "Dial" in tags(front.turn(2, Digits="1"))
    assert clock.monotonic() - began < 2.0


def test_news_that_cannot_be_kept_is_asked_for_again() -> None:
    class Broken(MemoryJournal):
        def note(self, status: CallStatus, deadline: Deadline) -> NoReturn:
            raise RuntimeError(f"a fault of ours: {status}, {deadline}")

    clock = SystemClock()
    told = Front(clock, journal=Broken(clock)).post("/voice/status", CallStatus="completed")
    assert told.status_code == 503
