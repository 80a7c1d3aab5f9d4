"""The ledger of a storm finds each way in which a promise can be broken."""

from dataclasses import replace

import pytest

from ivr.handlers.apology_words import WORDS
from storms.told import told
from tests.shipped import BOOK
from tests.storms.told_calls import (
    BACK,
    CALL,
    CALLBACK,
    CANCELLED,
    FEEDBACK,
    FIRST,
    MESSAGE,
    OTHER,
    PAY,
    PAYMENT,
    REACH,
    SECOND,
    SHOWN,
    SPOKEN,
    STOP,
    URGENT,
    WEB,
    call,
    said,
    verdict,
)


def test_what_was_promised_and_stands_is_held() -> None:
    assert verdict(URGENT, STOP).holds
    assert verdict(PAY, PAYMENT, CALLBACK).holds
    assert verdict(SPOKEN, FEEDBACK, **{MESSAGE: FIRST}).holds
    found = verdict(PAY, PAYMENT, CALLBACK)
    assert (found.heard, found.kept, found.to_call, found.messages, found.taken_back) == (2, 0, 2, 0, 0)


def test_a_number_without_a_row_was_false() -> None:
    assert verdict(URGENT).false == (f"{CALL} heard {FIRST}",)


def test_a_number_in_words_that_the_ledger_does_not_know_must_be_a_ticket_too() -> None:
    spoken = " ".join(BOOK.wordings["en"].digits[int(one)] for one in SECOND)
    assert verdict(call([f"Something new about {spoken}."])).false == (f"{CALL} heard {SECOND}",)


def test_a_number_of_another_callers_row_is_a_promise_lost() -> None:
    found = verdict(URGENT, replace(STOP, by=OTHER, calls=frozenset({OTHER})))
    assert f"{CALL} heard {FIRST} of another call" in found.lost


def test_the_second_promise_of_a_caller_must_stand_as_the_first_does() -> None:
    assert verdict(PAY, PAYMENT).false == (f"{CALL} heard {SECOND}",)
    kept = call(
        [said("payments")], "1", [said("common", "kept")], "0", [said("common", "kept"), said("call-by")]
    )
    assert verdict(kept, PAYMENT, CALLBACK).holds
    assert verdict(kept, PAYMENT).lost == (f"{CALL} has nothing kept about callback",)
    assert verdict(kept, CALLBACK).lost == (f"{CALL} has nothing kept about failed-payment",)


def test_an_urgent_promise_without_a_number_is_not_kept_by_a_ticket_about_something_else() -> None:
    kept = call("9", [said("stop-my-money", "kept")])
    assert verdict(kept, STOP).holds
    assert verdict(kept, CALLBACK).lost == (f"{CALL} has nothing kept about stop-my-money",)


def test_what_an_apology_says_is_kept_stands_besides_what_was_told_before() -> None:
    apology = WORDS["en"]
    number = f"{apology.ticket} {' '.join(BOOK.wordings['en'].digits[int(one)] for one in FIRST)}"
    record = call([apology.sorry, number, apology.spooled])
    assert verdict(record, PAYMENT, CALLBACK).holds
    assert verdict(record, PAYMENT).lost == (f"{CALL} has nothing kept about what was said",)


def test_what_was_taken_back_must_not_stand() -> None:
    assert verdict(BACK, CANCELLED).holds
    heard = (f"{CALL} heard that {FIRST} is taken back",)
    assert verdict(BACK, STOP).false == heard
    assert verdict(BACK, CANCELLED, replace(STOP, number=SECOND)).false == heard


def test_whoever_takes_back_and_means_it_after_all_is_promised_a_new_ticket() -> None:
    record = call(
        [said("stop-my-money", "opened", FIRST)],
        "2",
        [said("common", "taken_back")],
        "9",
        [said("stop-my-money", "opened", SECOND)],
    )
    again = replace(STOP, number=SECOND)
    assert verdict(record, CANCELLED, again).holds
    assert verdict(record, CANCELLED).false == (f"{CALL} heard {SECOND}",)


def test_whoever_wants_it_taken_back_and_hears_nothing_of_it_finds_it_either_way() -> None:
    asked = call([said("stop-my-money", "opened", FIRST), said("common", "meant")], "2")
    assert verdict(asked, STOP).holds
    assert verdict(asked, CANCELLED).holds
    assert not verdict(asked, replace(CANCELLED, by=OTHER)).holds


def test_a_promise_that_nobody_took_back_is_not_cancelled() -> None:
    lost = verdict(URGENT, replace(STOP, state="cancelled")).lost
    assert f"{CALL} was promised {FIRST}, and it is cancelled" in lost


def test_two_rows_of_one_call_and_topic_are_one_too_many() -> None:
    found = verdict(URGENT, STOP, replace(STOP, number="987654325", calls=frozenset()), CALLBACK)
    assert found.twice == (f"{CALL} has 2 of stop-my-money",)


def test_a_row_that_nobody_heard_of_breaks_no_promise() -> None:
    # Whoever hangs up while the hotline thinks leaves one.
    assert verdict(call([REACH]), STOP).holds


def test_a_number_said_again_is_that_of_the_newest_ticket_whatever_was_named_before() -> None:
    again = call(
        [said("payments")],
        "1",
        [said("stop-my-money", "opened", FIRST)],
        "#",
        [said("common", "ticket_again", FIRST)],
    )
    assert verdict(again, STOP).holds
    assert not verdict(again).holds


def test_whoever_is_told_that_nothing_was_noted_is_counted() -> None:
    assert told(call([said("common", "failed")]), WEB).nothing_kept == 1
    assert told(call([WORDS["id"].not_kept]), WEB).nothing_kept == 1


@pytest.mark.parametrize("language", BOOK.languages)
def test_the_words_of_every_language_are_understood(language: str) -> None:
    record = call(
        [said("payments", language=language)],
        "1",
        [said("common", "number", SHOWN[-4:], language=language)],
        "1",
        [said("common", "joined", FIRST, language=language)],
    )
    (promise,) = told(record, WEB).promises
    assert (promise.about, promise.number, promise.to_call) == ("failed-payment", FIRST, SHOWN)
