"""A call that is not taken: what it hears, what it can have all the same, and that repeats hear the same."""

from dataclasses import dataclass, field

import pytest
from werkzeug.test import TestResponse

from foundation.clock import Deadline, SystemClock
from foundation.metrics import NEW_CALLS
from ivr.calls.admission import Limits
from ivr.calls.gate import Seen
from ivr.calls.memory_store import MemoryCallStore, MemoryJournal
from ivr.calls.play import Asked
from ivr.channels.addresses import OVERRIDES
from ivr.flow.errands import KeepRecording, OpenTicket, RecallCaller
from ivr.flow.replies import Recalled, Result
from ivr.handlers.apology_words import WORDS as APOLOGY
from ivr.handlers.overflow_words import WORDS
from tests.ivr.calls.small_house import CountingRunner
from tests.ivr.handlers.front import (
    BASE,
    CALL,
    FROM,
    MARKS,
    RECORDING,
    TO,
    Front,
    Gone,
    attribute,
    spoken,
    tags,
)
from tests.shipped import BOOK as SHIPPED

FULL = Limits(at_once=1)
CROWD = Seen(in_progress=1)
NAGGING = Limits(of_a_number=6)
OTHER = "CA" + "1f" * 16
SAID = {"RecordingSid": RECORDING, "RecordingDuration": "7", "Digits": "#"}
ENGLISH = next(number for number, language in SHIPPED.numbers.items() if language == "en")


class Knowing(CountingRunner):
    """The number has chosen Chinese before."""

    def run(self, asked: Asked, deadline: Deadline) -> Result:
        done = super().run(asked, deadline)
        return Recalled("zh") if isinstance(asked.errand, RecallCaller) else done


def overflowing(**more: object) -> Front:
    return Front(limits=FULL, seen=CROWD, **more)  # type: ignore[arg-type]


def choice(front: Front, key: str, asked: int = 1, why: str = "overflow", language: str = "") -> TestResponse:
    target = f"/voice/calls/{CALL}/not-taken/{why}/{asked}?language={language}"
    return front.post(target, Digits=key, CallStatus="in-progress")


def runner_of(front: Front) -> CountingRunner:
    assert isinstance(front.runner, CountingRunner)
    return front.runner


def blocked(number: str = FROM) -> Front:
    return Front(seen=Seen(frozenset({MARKS.mark(number)})))


def test_who_is_one_too_many_hears_why_and_three_ways_on_in_every_language_of_the_book() -> None:
    answer = overflowing().answer()
    assert tags(answer) == ["Response", "Gather", *["Say"] * 12, "Redirect"]
    for words in WORDS.values():
        assert words.full in spoken(answer)
    for sentence in ("press 9", "in English, press 1", "按2", "tekan 3", "person, press 0"):
        assert sentence in spoken(answer)
    where = f"{BASE}/voice/calls/{CALL}/not-taken/overflow/1?language={OVERRIDES}"
    assert attribute(answer, "Gather", "action") == where


def test_the_number_that_was_dialled_says_the_language() -> None:
    front = overflowing()
    answer = front.answer(To=ENGLISH, Called=ENGLISH)
    assert WORDS["en"].full in spoken(answer)
    assert WORDS["id"].full not in spoken(answer)
    assert attribute(answer, "Gather", "action").endswith(f"language=en{OVERRIDES}")
    later = choice(front, "", language="en")
    assert spoken(later) == WORDS["en"].later


def test_nobody_is_looked_up_for_a_call_that_is_not_taken() -> None:
    front = overflowing()
    front.answer()
    assert runner_of(front).asked == []


@pytest.mark.parametrize("front", [overflowing(), blocked()])
def test_the_repeat_of_a_refused_call_hears_the_same_though_there_is_room_by_now(front: Front) -> None:
    first = front.answer()
    front.seen = Seen()
    assert front.answer().data == first.data
    assert runner_of(front).asked == []


def test_the_repeat_of_a_call_that_was_taken_hears_the_same_in_the_middle_of_a_flood() -> None:
    front = Front(limits=FULL)
    first = front.answer()
    front.seen = Seen(frozenset({MARKS.mark(FROM)}), in_progress=1)
    assert front.answer().data == first.data
    assert tags(front.turn(1, Digits="1")).count("Gather") == 1
    # The call has moved on: the repeat of its answering is led to where it stands.
    assert front.answer().data != first.data
    assert "not-taken" not in front.answer().get_data(as_text=True)


def test_stop_my_money_is_never_shut_out() -> None:
    front = overflowing()
    front.answer()
    urgent = choice(front, "9")
    assert attribute(urgent, "Gather", "action") == f"{BASE}/voice/calls/{CALL}/turns/2{OVERRIDES}"
    assert choice(front, "9").data == urgent.data
    for turn, key in enumerate(("2", "1"), start=2):
        front.turn(turn, Digits=key)
    (opened,) = {one.key: one.errand for one in runner_of(front).of(OpenTicket)}.values()
    assert isinstance(opened, OpenTicket)
    assert (opened.topic, opened.priority, opened.calling_number) == ("stop-my-money", "urgent", FROM)


def test_behind_the_key_the_number_is_recalled_as_in_any_call() -> None:
    runner = Knowing()
    front = overflowing(runner=runner)
    front.answer()
    urgent = choice(front, "9")
    assert [type(one.errand) for one in runner.asked] == [RecallCaller, OpenTicket]
    assert attribute(urgent, "Say", "language") == APOLOGY["zh"].voice.say_locale


@pytest.mark.parametrize("number", ["anonymous", "+266696687"])
def test_who_shows_no_number_is_let_through_to_what_cannot_wait(number: str) -> None:
    front = overflowing()
    front.answer(From=number, Caller=number)
    assert "Gather" in tags(choice(front, "9"))
    assert [type(one.errand) for one in runner_of(front).asked] == [OpenTicket]


def test_a_person_is_within_reach() -> None:
    front = overflowing()
    front.answer()
    assert "Dial" in tags(choice(front, "0"))


@pytest.mark.parametrize(("key", "language"), [("1", "en"), ("2", "zh"), ("3", "id")])
def test_a_message_is_left_by_the_key_of_its_language_and_kept_once(key: str, language: str) -> None:
    front = overflowing()
    front.answer()
    asked = choice(front, key)
    assert tags(asked) == ["Response", "Say", "Record", "Redirect"]
    assert spoken(asked) == WORDS[language].speak
    target = attribute(asked, "Record", "action").removeprefix(BASE)
    first, again = (front.post(target, **SAID) for _ in range(2))
    assert first.data == again.data
    assert spoken(first) == APOLOGY[language].kept
    kept = runner_of(front).of(KeepRecording)
    assert {one.key for one in kept} == {f"{CALL}/recording/{RECORDING}"}
    assert all(isinstance(one.errand, KeepRecording) and one.errand.calling_number == FROM for one in kept)


def test_silence_and_keys_that_mean_nothing_end_politely_after_the_choices_were_said_again() -> None:
    front = overflowing()
    front.answer()
    again = choice(front, "7")
    assert "press 9" in spoken(again)
    assert attribute(again, "Gather", "action").endswith(f"/overflow/2?language={OVERRIDES}")
    for last in (choice(front, "7", asked=2), choice(front, "")):
        assert tags(last)[-1] == "Hangup"
        assert WORDS["id"].later in spoken(last)


def test_a_number_that_calls_too_often_hears_so_and_is_let_through_with_9_alone() -> None:
    front = Front(limits=NAGGING)
    calls = [f"CA{count:032x}" for count in range(8)]
    answers = [front.answer(CallSid=call) for call in calls]
    assert [WORDS["en"].often in spoken(answer) for answer in answers] == [False] * 6 + [True] * 2
    assert "press 0" not in spoken(answers[-1])
    assert front.answer(From="+6281234567899", CallSid=OTHER).data != answers[-1].data
    front.answer()
    assert "Record" not in tags(choice(front, "1", why="capped"))
    assert "Dial" not in tags(choice(front, "0", why="capped"))
    assert "/turns/2" in attribute(choice(front, "9", why="capped"), "Gather", "action")


def test_a_blocked_number_hears_one_sentence_and_the_call_ends() -> None:
    answer = blocked().answer()
    assert tags(answer) == ["Response", "Say", "Say", "Say", "Hangup"]
    assert all(words.blocked in spoken(answer) for words in WORDS.values())
    # Whatever it asks for after that, nothing more is said.
    front = blocked()
    assert front.answer().data == front.turn(1, Digits="9").data
    assert WORDS["en"].blocked not in spoken(front.answer(From="+6281234567899", CallSid=OTHER))


@pytest.mark.parametrize("stage", ["completed", "canceled"])
def test_the_end_of_a_refused_call_is_heard_and_leaves_nothing(stage: str) -> None:
    for front in (overflowing(), blocked()):
        front.answer()
        assert front.post("/voice/status", CallStatus=stage).status_code == 204
        assert runner_of(front).asked == []


def test_without_redis_the_journal_says_what_stands_and_without_both_there_are_words() -> None:
    clock = SystemClock()
    journal = MemoryJournal(clock)
    front = Front(clock, store=Gone(clock), journal=journal, limits=FULL, seen=CROWD)
    first = front.answer()
    assert [row.outcome for row in journal.rows.values()] == ["overflow"]
    front.seen = Seen()
    assert front.answer().data == first.data
    nowhere = Front(clock, store=Gone(clock), journal=Gone(clock), limits=FULL, seen=CROWD)
    assert nowhere.answer().data == first.data


def test_a_refusal_is_a_row_of_the_journal_and_no_call_in_progress() -> None:
    clock = SystemClock()
    journal = MemoryJournal(clock)
    overflowing(clock=clock, store=MemoryCallStore(clock), journal=journal).answer()
    (row,) = journal.rows.values()
    assert (row.turn, row.source, row.outcome, row.opening) == (0, "answer", "overflow", None)


@dataclass
class Broken:
    """What a fault of ours looks like to the gate."""

    asked: list[str] = field(default_factory=list)

    @property
    def blocked(self) -> frozenset[str]:
        raise RuntimeError("a fault of ours")


def test_a_fault_of_the_gate_refuses_nobody() -> None:
    front = Front(seen=Broken())  # type: ignore[arg-type]
    answer = front.answer()
    assert "Gather" in tags(answer)
    assert "not-taken" not in answer.get_data(as_text=True)


def test_every_call_is_counted_by_how_it_was_met() -> None:
    def counted(how: str) -> float:
        (metric,) = NEW_CALLS.labels(how).collect()
        return next(sample.value for sample in metric.samples if sample.name.endswith("_total"))

    hows = ("taken", "overflow", "blocked")
    before = [counted(how) for how in hows]
    Front().answer()
    overflowing().answer()
    blocked().answer()
    assert [counted(how) - was for how, was in zip(hows, before, strict=True)] == [1, 1, 1]


def test_the_words_are_there_in_every_language_of_the_book() -> None:
    assert set(WORDS) >= set(SHIPPED.languages)
    assert TO not in SHIPPED.numbers
