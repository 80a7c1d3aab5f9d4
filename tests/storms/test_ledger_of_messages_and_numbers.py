"""The ledger of a storm follows each message and each number to call to where it must stand."""

from dataclasses import replace

import pytest

from ivr.handlers.apology_words import WORDS
from tests.storms.told_calls import (
    CALL,
    CALLBACK,
    CANCELLED,
    FEEDBACK,
    FIRST,
    MESSAGE,
    PAY,
    PAYMENT,
    REACH,
    SECOND,
    SHOWN,
    SPOKEN,
    STOP,
    TYPED,
    UNSENT,
    URGENT,
    call,
    said,
    verdict,
)


@pytest.mark.parametrize("found", [None, TYPED])
def test_the_number_that_was_agreed_on_is_the_one_to_call(found: str | None) -> None:
    wrong = (f"{CALL} is to be called on {SHOWN} about {FIRST}, which says {found}",)
    assert verdict(URGENT, replace(STOP, to_call=found)).lost == wrong
    assert verdict(PAY, replace(PAYMENT, to_call=found), CALLBACK).lost == wrong


def test_a_number_that_was_typed_and_read_back_is_the_one_to_call() -> None:
    record = call(
        [REACH],
        "2",
        [said("common", "entry")],
        "081234567890",
        [said("common", "entry_confirm", "081234567890")],
        "1",
        [said("stop-my-money", "number_kept"), said("stop-my-money", "already", FIRST)],
    )
    assert verdict(record, replace(STOP, to_call=TYPED)).holds
    assert not verdict(record, STOP).holds


def test_the_number_agreed_on_last_counts_and_one_asked_for_again_was_not_agreed_on() -> None:
    again = [said("common", "number", SHOWN[-4:])]
    record = call(again, "1", again, "2", [said("common", "opened", FIRST)])
    assert verdict(record, replace(PAYMENT, to_call=None)).holds


def test_a_number_is_not_agreed_on_if_all_that_was_said_is_said_again() -> None:
    asked = [said("stop-my-money", "opened", FIRST), REACH]
    nowhere = replace(STOP, to_call=None)
    assert verdict(call("9", asked, "1", asked), nowhere).holds
    taken = call("9", asked, "1", asked, "1", [said("stop-my-money", "number_kept")])
    assert not verdict(taken, nowhere).holds


def test_a_number_to_call_waits_with_its_caller() -> None:
    record = call([REACH], "1", [], {}, [said("stop-my-money", "number_kept")])
    assert verdict(record, STOP).holds
    assert not verdict(record, replace(STOP, to_call=None)).holds


def test_whoever_wants_it_taken_back_and_is_asked_which_number_to_call_has_a_promise() -> None:
    asked = [said("stop-my-money", "opened", FIRST), said("common", "meant")]
    record = call(asked, "2", [REACH], "1", [said("stop-my-money", "number_kept")])
    assert verdict(record, STOP).holds
    assert not verdict(record, replace(CANCELLED, to_call=SHOWN)).holds


SENT = ([said("feedback-ticket", "opened", FIRST), said("feedback-thanks")],)


def test_a_message_is_not_sent_if_its_caller_is_taken_back_to_before_it() -> None:
    review = [said("common", "review"), said("common", "choose")]
    spoken = [said("feedback")], "1", [said("feedback-message")], {"RecordingSid": MESSAGE}, review, "1"
    forgotten = call(*spoken, [said("feedback-message")], "9", [said("stop-my-money", "opened", FIRST)])
    assert verdict(forgotten, STOP).holds
    asked = call(*spoken, [REACH], "5", [REACH], "1", *SENT)
    agreed = replace(FEEDBACK, to_call=SHOWN)
    assert verdict(asked, agreed, **{MESSAGE: FIRST}).holds
    assert not verdict(asked, agreed).holds


def test_a_message_of_which_nothing_is_kept_is_none_of_the_next_ticket() -> None:
    review = [said("common", "review"), said("common", "choose")]
    spoken = [said("feedback")], "1", [said("feedback-message")], {"RecordingSid": MESSAGE}, review, "1"
    failed = call(*spoken, [said("common", "failed")], "9", [said("stop-my-money", "opened", FIRST)])
    assert verdict(failed, STOP).holds
    assert verdict(failed, STOP, FEEDBACK, **{MESSAGE: SECOND}).holds


def test_a_message_that_was_sent_lies_in_the_ticket_that_was_told() -> None:
    lost = (f"{CALL} sent {MESSAGE}, and {FIRST} does not hold it",)
    assert verdict(SPOKEN, FEEDBACK).lost == lost
    assert verdict(SPOKEN, FEEDBACK, CALLBACK, **{MESSAGE: SECOND}).lost == lost


def test_a_message_spoken_anew_is_the_one_that_was_sent() -> None:
    review = [said("common", "review"), said("common", "choose")]
    record = call({"RecordingSid": UNSENT}, review, "2", [], {"RecordingSid": MESSAGE}, review, "1", *SENT)
    assert verdict(record, FEEDBACK, **{MESSAGE: FIRST}).holds
    assert not verdict(record, FEEDBACK, **{UNSENT: FIRST}).holds


def test_a_message_that_an_apology_says_is_kept_stands() -> None:
    record = call([WORDS["zh"].unanswered], {"RecordingSid": MESSAGE, "Digits": "#"}, [WORDS["zh"].kept])
    assert verdict(record, CALLBACK, **{MESSAGE: SECOND}).holds
    assert not verdict(record, CALLBACK).holds
