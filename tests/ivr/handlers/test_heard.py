"""What somebody said, at the doors of a call: who decides, what beats it, and what never costs the call."""

from __future__ import annotations

import pytest

from foundation.clock import Deadline
from foundation.metrics import SPEECH_UNHEARD
from ivr.calls.hearing import DOWN
from ivr.calls.memory_store import MemoryJournal
from ivr.calls.play import Asked
from ivr.channels.addresses import OVERRIDES
from ivr.channels.listening import SPEAKS_UP, WAITS_AT_MOST
from ivr.flow.errands import OpenTicket, Phrases
from ivr.flow.replies import Result
from speech import mailbox_keys as mail
from speech.requests import Alternative, Heard, Kind
from speech.tokens import Genuine, check
from tests.ivr.calls.small_house import CountingRunner
from tests.ivr.handlers.front import AT, BASE, CALL, KEY, MEDIA, tags
from tests.ivr.handlers.speaking import Speaking, attribute

PAYMENTS = (Alternative("payments", 0.97),)


def test_the_first_question_that_takes_a_voice_begins_a_stream_with_a_token_of_its_own() -> None:
    front = Speaking()
    begun = front.answer()
    assert tags(begun)[1:5] == ["Start", "Stream", "Parameter", "Gather"]
    assert attribute(begun, "Start/Stream", "name") == "ears-1"
    assert attribute(begun, "Start/Stream", "track") == "inbound_track"
    assert attribute(begun, "Start/Stream", "url") == MEDIA
    token = attribute(begun, "Start/Stream/Parameter", "value")
    assert check(KEY, token, CALL, AT.timestamp()) == Genuine("ears-1")
    assert front.answer().data == begun.data
    assert b"<Stream" not in front.turn(1, Digits="1").data


def test_what_own_words_are_compared_with_is_learned_as_soon_as_they_are_awaited() -> None:
    front, learned = Speaking(), list[Phrases]()
    front.learn = lambda phrases: learned.append(phrases) if phrases else None
    front.answer()
    assert learned == []
    front.turn(1, Digits="1")
    assert "a payment failed" in dict(learned.pop())["payments.failed"]
    front.turn(2, Digits="1")
    assert learned == []


class Breaking(CountingRunner):
    """Runs errands until the promise that money is stopped: that one is a fault of ours."""

    def run(self, asked: Asked, deadline: Deadline) -> Result:
        assert not isinstance(asked.errand, OpenTicket), "a fault of ours"
        return super().run(asked, deadline)


def test_nobody_listens_on_while_an_apology_rings_a_person() -> None:
    front = Speaking()
    front.runner = Breaking()
    front.begin()
    apology = front.turn(2, Digits="9")
    assert tags(apology)[1:3] == ["Stop", "Stream"]
    assert attribute(apology, "Stop/Stream", "name") == "ears-1"
    assert tags(apology)[-2:] == ["Dial", "Number"]


def test_the_speech_process_is_asked_for_the_turn_that_an_answer_will_claim() -> None:
    front = Speaking()
    front.begin()
    asked = mail.read_request(front.mail[mail.request_key(CALL)])
    assert asked is not None
    assert (asked.turn, asked.language, asked.kind) == (2, "en", Kind.OPEN)
    assert "payments" in asked.phrases


@pytest.mark.parametrize("posted", ["heard", "empty"])
def test_what_was_said_takes_the_turn_by_the_moved_call_or_by_the_empty_question(posted: str) -> None:
    front = Speaking()
    front.begin()
    front.propose(2, *PAYMENTS)
    answer = front.heard(2) if posted == "heard" else front.turn(2, Digits="")
    assert front.source(2) == "voice"
    assert (
        front.heard(2).data == front.turn(2, Digits="").data == front.turn(2, Digits="7").data == answer.data
    )


def test_a_key_that_comes_first_beats_what_was_said() -> None:
    front = Speaking()
    front.begin()
    front.propose(2, *PAYMENTS)
    pressed = front.turn(2, Digits="2").data
    assert front.source(2) == "keys"
    assert front.heard(2).data == pressed


def test_a_moved_call_of_which_nothing_is_known_hears_the_question_again_and_nothing_is_done() -> None:
    front = Speaking()
    question = front.begin()
    assert front.heard(2).data == question
    assert front.heard(1).data == question
    assert isinstance(front.journal, MemoryJournal)
    assert (CALL, 2) not in front.journal.rows
    assert "Gather" in tags(front.turn(2, Digits="1"))


@pytest.mark.parametrize("door", ["heard", ""])
def test_a_caller_in_the_middle_of_a_word_is_waited_for_and_keys_count_meanwhile(door: str) -> None:
    front = Speaking()
    front.begin()
    front.mail[mail.speaking_key(CALL, 2)] = mail.YES
    address = f"/voice/calls/{CALL}/turns/2{door and f'/{door}'}"
    for waited in range(WAITS_AT_MOST):
        waits = front.post(address + (f"?waited={waited}" if waited else ""))
        # Six seconds of the question and four of waiting: then she hears that somebody listens.
        told = ["Say"] if door == "" and waited == SPEAKS_UP else []
        assert tags(waits) == ["Response", "Gather", *told, "Redirect"]
        then = f"{BASE}{address}?waited={waited + 1}{OVERRIDES}"
        assert attribute(waits, "Gather", "action") == then
        assert attribute(waits, "Gather", "numDigits") == "1"
        assert attribute(waits, "Gather", "timeout") == "1"
    last = front.post(f"{address}?waited={WAITS_AT_MOST}")
    assert "Say" in tags(last)
    assert isinstance(front.journal, MemoryJournal)
    assert ((CALL, 2) in front.journal.rows) == (door == "")


class AtANumber(Speaking):
    """At the question for the number of a transaction, turn 5: keys are waited for eight seconds."""

    def begin(self) -> bytes:
        super().begin()
        for turn, key in ((2, "3"), (3, "1")):
            self.turn(turn, Digits=key)
        return bytes(self.turn(4, Digits="1").data)

    def events(self, turn: int) -> list[str]:
        assert isinstance(self.journal, MemoryJournal)
        return [str(event["event"]) for event in self.journal.rows[CALL, turn].events]


@pytest.mark.parametrize("door", ["heard", ""])
def test_whoever_speaks_on_at_a_number_hears_every_eight_seconds_that_somebody_listens(door: str) -> None:
    front = AtANumber()
    front.begin()
    front.mail[mail.speaking_key(CALL, 5)] = mail.YES
    address, waited, told = f"/voice/calls/{CALL}/turns/5{door and f'/{door}'}", [0], []
    while True:
        waits = front.post(address + (f"?waited={waited[-1]}" if waited[-1] else ""))
        then = attribute(waits, "Gather", "action")
        if "waited=" not in then:
            break
        assert attribute(waits, "Gather", "timeout") == "8"
        told.append("Say" in tags(waits))
        waited.append(int(then.partition("waited=")[2][0]))
    # What was cut short by a voice has not been silent before; all else has for eight seconds.
    assert (waited, told) == ([0, 3, 6, 8], [door == "", True, True])


def test_keys_typed_while_somebody_talks_in_the_room_are_the_number() -> None:
    front = AtANumber()
    front.begin()
    front.propose(5, Alternative("one two three four five six", 0.2))
    typed = front.turn(5, Digits="123456")
    assert (front.source(5), "Missed" in front.events(5)) == ("keys", False)
    assert b"one two three" in typed.data


def test_what_was_not_understood_is_a_miss_once_the_time_for_keys_is_over() -> None:
    front = AtANumber()
    front.begin()
    front.propose(5, Alternative("one two three four five six", 0.2))
    front.turn(5, Digits="")
    assert (front.source(5), "Misheard" in front.events(5), "Missed" in front.events(5)) == (
        "voice",
        True,
        True,
    )


def test_at_a_number_only_what_may_be_believed_is_brought_to_the_call() -> None:
    front = AtANumber()
    front.begin()
    asked = mail.read_request(front.mail[mail.request_key(CALL)])
    assert asked is not None
    assert (asked.kind, asked.confirm) == (Kind.NUMBER, 0.5)


def test_a_key_pressed_while_the_voice_is_waited_for_is_heard() -> None:
    front = Speaking()
    front.begin()
    front.mail[mail.speaking_key(CALL, 2)] = mail.YES
    front.turn(2, Digits="")
    front.heard(2, 3, Digits="1")
    assert front.source(2) == "keys"


@pytest.mark.parametrize("waited", ["0", "9", "-1", "88", "x", "1&waited=2", "%00", ""])
def test_a_count_of_waits_that_we_never_wrote_is_none(waited: str) -> None:
    front = Speaking()
    front.begin()
    front.mail[mail.speaking_key(CALL, 2)] = mail.YES
    answer = front.post(f"/voice/calls/{CALL}/turns/2?waited={waited}")
    assert attribute(answer, "Gather", "action").endswith(("?waited=1" + OVERRIDES, "?waited=2" + OVERRIDES))


@pytest.mark.parametrize(
    "garbage", [b"", b"{", b"\xff" * 9, b"[]", b'{"call":1}', b"null", b'{"call":"CA1","turn":2}']
)
def test_letters_that_nobody_can_read_are_no_miss_of_the_caller(garbage: bytes) -> None:
    front = Speaking()
    question = front.begin()
    front.mail |= {mail.heard_key(CALL, 2): garbage, mail.SERVICE: garbage, mail.open_key(CALL): garbage}
    again = front.heard(2)
    assert "Gather" in tags(again)
    assert front.turn(2, Digits="").data == again.data != question
    assert isinstance(front.journal, MemoryJournal)
    events = [event["event"] for event in front.journal.rows[CALL, 2].events]
    assert "Missed" not in events


def test_what_was_said_in_another_call_or_turn_is_nothing() -> None:
    front = Speaking()
    front.begin()
    front.propose(2, *PAYMENTS, call="CA" + "1e" * 16)
    front.turn(2, Digits="")
    assert front.source(2) == "silence"


def test_a_hearing_that_broke_asks_again_by_keys_and_counts_no_miss() -> None:
    front = Speaking()
    front.begin()
    lost = Heard(CALL, 2, (), "scripted", lost=True)
    front.mail[mail.heard_key(CALL, 2)] = mail.written(lost)
    again = front.turn(2, Digits="")
    assert attribute(again, "Stop/Stream", "name") == "ears-1"
    assert mail.request_key(CALL) not in front.mail
    assert isinstance(front.journal, MemoryJournal)
    assert "Missed" not in [event["event"] for event in front.journal.rows[CALL, 2].events]


def test_the_stream_ends_before_a_person_is_rung() -> None:
    front = Speaking()
    front.begin()
    rung = front.turn(2, Digits="0")
    while "Dial" not in tags(rung) and "Record" not in tags(rung):
        rung = front.turn(3, Digits="1")
    assert tags(rung)[1:3] == ["Stop", "Stream"]
    assert mail.request_key(CALL) not in front.mail


def test_without_a_speech_process_nothing_of_all_this_is_written() -> None:
    front, unheard = Speaking(), SPEECH_UNHEARD.labels(DOWN)
    before = unheard._value.get()
    del front.mail[mail.SERVICE]
    assert b"<Stream" not in front.begin()
    assert mail.request_key(CALL) not in front.mail
    assert unheard._value.get() == before + 2  # the answer and the first key
