"""What a call leaves: promises, numbers to call, spoken messages; nothing told is lost."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from ivr.flow.engine import begin, step
from ivr.flow.errands import KeepRecording, OpenTicket, SetTicketNumber
from ivr.flow.events import PromiseLost
from ivr.flow.inputs import Answered, CallerInput, Digits, HungUp, Recorded, Reply
from ivr.flow.instructions import Record
from ivr.flow.promising import brings_news, filing, may_call
from ivr.flow.replies import Done, TicketOpened, Unavailable
from ivr.flow.state import FACTS_AT_MOST, CallState
from ivr.flow.turn import Turn
from ivr.menus.model import MenuBook
from ivr.menus.nodes import RecordMessage

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
NUMBER = "+6281234567801"
TICKET = "123456786"
MESSAGE = "RE" + "a" * 32


def call_at(book: MenuBook, node: str, number: str | None = NUMBER) -> CallState:
    """A call that stands at the first question of a node."""
    state = begin(book, Answered(AT, "CA" + "1" * 32, number, "+622150001000"))
    return state.at(node)


def hear(book: MenuBook, state: CallState, *heard: CallerInput) -> Turn:
    """Several steps in turn; the last one's outcome."""
    turn = Turn(state)
    for one in heard:
        turn = step(book, turn.state, one)
    return turn


def opened(*, joined: bool = False) -> Reply:
    return Reply(AT, TicketOpened(TICKET, AT + timedelta(hours=1), joined=joined))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("081234567890", "+6281234567890"),
        ("6281234567890", "+6281234567890"),
        ("81234567890", "+6281234567890"),
        ("6591234567", "+6591234567"),
        ("85291234567", "+85291234567"),
        ("886912345678", "+886912345678"),
        ("8613800138000", "+8613800138000"),
        ("112", None),
        ("447700900101", None),
    ],
)
def test_a_typed_number_is_read_as_its_owner_means_it(
    shipped_book: MenuBook, typed: str, meant: str | None
) -> None:
    found = may_call(shipped_book, typed)
    assert (found.e164 if found else None) == meant


def recording_node(book: MenuBook) -> str:
    return next(name for name, node in book.nodes.items() if isinstance(node, RecordMessage))


def test_a_message_spoken_and_not_sent_is_kept_whatever_key_follows(shipped_book: MenuBook) -> None:
    at = call_at(shipped_book, recording_node(shipped_book))
    spoken = hear(shipped_book, at, Recorded(AT, MESSAGE, 7))
    left = hear(shipped_book, spoken.state, Digits(AT, "9"))
    assert isinstance(left.errand, OpenTicket)
    assert left.errand.topic == "stop-my-money"
    assert left.errand.recordings == (MESSAGE,)


def test_a_person_is_one_key_away_while_speaking(shipped_book: MenuBook) -> None:
    name = recording_node(shipped_book)
    asked = step(shipped_book, call_at(shipped_book, name), Digits(AT, "#"))
    record = asked.instructions[-1]
    assert isinstance(record, Record)
    assert set("#09*") <= set(record.finish)
    gone = step(shipped_book, asked.state, Recorded(AT, MESSAGE, 4, key="0"))
    assert gone.state.place.node != name
    assert gone.state.fact("recording") == MESSAGE


def test_what_is_told_after_a_promise_is_added_at_the_end(shipped_book: MenuBook) -> None:
    filed = filing(call_at(shipped_book, "anything-else"), "refund", TicketOpened(TICKET, AT))
    assert not brings_news(filed, filed.filed[-1])
    told = filed.learn(account="1002003018")
    end = step(shipped_book, told, HungUp(AT))
    assert isinstance(end.errand, OpenTicket)
    assert (end.errand.topic, end.errand.answers) == ("refund", (("account", "1002003018"),))
    assert step(shipped_book, filed, HungUp(AT)).errand is None


def test_news_are_known_as_such_however_much_was_told_before(shipped_book: MenuBook) -> None:
    state = call_at(shipped_book, "anything-else")
    for number in range(FACTS_AT_MOST + 20):
        state = state.learn(**{f"fact{number}": "x"})
    filed = filing(state, "refund", TicketOpened(TICKET, AT))
    assert not brings_news(filed, filed.filed[-1])
    assert brings_news(filed.learn(account="1002003018"), filed.filed[-1])
    assert len(filed.facts) == FACTS_AT_MOST
    back = filed.learn(account="1").unlearned(filed.learned)
    assert back.fact("account") is None
    assert back.fact("ticket") == TICKET


def test_the_number_of_a_joined_ticket_is_the_one_agreed_on_now(shipped_book: MenuBook) -> None:
    filing_ = step(shipped_book, call_at(shipped_book, "main"), Digits(AT, "9"))
    assert isinstance(filing_.errand, OpenTicket)
    assert filing_.errand.number_to_call is None
    asked = step(shipped_book, filing_.state, opened(joined=True))
    agreed = step(shipped_book, asked.state, Digits(AT, "1"))
    assert agreed.errand == SetTicketNumber(TICKET, NUMBER)


def test_every_spoken_message_is_kept_at_the_end_one_after_another(shipped_book: MenuBook) -> None:
    state = call_at(shipped_book, "goodbye").learn(recording="RE1").learn(recording="RE2")
    end = step(shipped_book, state, HungUp(AT))
    assert isinstance(end.errand, KeepRecording)
    assert end.errand.recording == "RE1"
    assert end.errand.topic == "question"
    following = step(shipped_book, end.state, Reply(AT, Done()))
    assert isinstance(following.errand, KeepRecording)
    assert following.errand.recording == "RE2"
    assert step(shipped_book, following.state, Reply(AT, Done())).errand is None


def test_a_topic_that_was_taken_back_is_as_if_never_named(shipped_book: MenuBook) -> None:
    asked = step(shipped_book, call_at(shipped_book, "payments"), Digits(AT, "1"))
    assert asked.state.fact("topic") == "failed-payment"
    back = step(shipped_book, asked.state, Digits(AT, "*"))
    assert back.state.place.node == "payments"
    assert back.state.fact("topic") is None
    assert step(shipped_book, back.state, HungUp(AT)).errand is None


def test_an_end_that_could_not_be_kept_says_what_is_missing(shipped_book: MenuBook) -> None:
    state = call_at(shipped_book, "main").learn(topic="refund", recording=MESSAGE)
    end = step(shipped_book, state, HungUp(AT))
    assert isinstance(end.errand, OpenTicket)
    lost = step(shipped_book, end.state, Reply(AT, Unavailable()))
    assert lost.events == (PromiseLost("refund", (MESSAGE,)),)


def test_a_call_that_is_over_does_nothing_more(shipped_book: MenuBook) -> None:
    over = replace(call_at(shipped_book, "main"), ended=True)
    for heard in (Digits(AT, "9"), HungUp(AT)):
        assert step(shipped_book, over, heard).errand is None
