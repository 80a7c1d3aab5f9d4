"""The ledger of a storm finds each way in which a promise can be broken."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from html import escape

import pytest

from exchange.exchange import CallRecord
from exchange.tape import TapeEvent
from ivr.handlers.apology_words import WORDS
from storms.ledger import Verdict, judged
from storms.standing import Row, Standing
from storms.told import told
from tests.shipped import BOOK

WEB = "http://127.0.0.1:1/"
CALL, OTHER = "CA" + "1" * 32, "CA" + "2" * 32
FIRST, SECOND = "123456784", "555555550"  # ticket numbers
SHOWN, TYPED = "+6281230000001", "+6281234567890"
MESSAGE, UNSENT = "RE" + "1" * 32, "RE" + "2" * 32
STOP = Row(FIRST, CALL, "stop-my-money", "promised", SHOWN, frozenset({CALL}))
PAYMENT = Row(FIRST, CALL, "failed-payment", "promised", SHOWN, frozenset({CALL}))
CALLBACK = Row(SECOND, CALL, "callback", "promised", SHOWN, frozenset({CALL}))
FEEDBACK = Row(FIRST, CALL, "product-fault", "promised", None, frozenset({CALL}))


def said(prompt: str, part: str = "", *digits: str, language: str = "en") -> str:
    """Words of the book, their slots filled with digits, one after the other (the last again and again)."""
    wording = BOOK.wordings[language]
    words = wording.common if prompt == "common" else wording.prompts[prompt]
    text = words.parts[part] if part else " ".join([words.say, *words.choices.values()])
    left = [" ".join(wording.digits[int(one)] for one in number) for number in digits]
    while ":digits}" in text or "{key}" in text or "{due" in text:
        read_out = (left.pop(0) if len(left) > 1 else left[0]) if left else "one"
        start = text.index("{", max(text.find("{ticket"), text.find("{last"), text.find("{entry"), 0))
        text = text[:start] + read_out + text[text.index("}", start) + 1 :]
    return text.replace("{break}", "")


def call(*happened: str | dict[str, str] | Sequence[str]) -> CallRecord:
    """A call: texts are a document of ours, a table is what the caller answered with (keys: a string)."""
    events = [TapeEvent(CALL, 1, datetime.now(UTC), "dialled", {"from_number": SHOWN})]
    for one in happened:
        if isinstance(one, list):
            details = {"url": f"{WEB}voice", "status": 200, "body": _document(one), "seconds": 0.1}
            events.append(replace(events[0], kind="document", details=details))
        else:
            fields = {"Digits": one} if isinstance(one, str) else one
            asked = {"what": "voice", "url": f"{WEB}voice", "fields": fields}
            events.append(replace(events[0], kind="requested", details=asked))
    return CallRecord(CALL, tuple(events), (), "caller", "completed", 1.0)


def _document(texts: Sequence[str]) -> str:
    says = "".join(f'<Say voice="Polly.Amy-Neural" language="en-GB">{escape(one)}</Say>' for one in texts)
    return f'<Response>{says}<Pause length="1"/><Redirect method="POST">{WEB}</Redirect></Response>'


def verdict(record: CallRecord, *rows: Row, **messages: str) -> Verdict:
    return judged([told(record, WEB)], Standing(rows, messages))


REACH = said("common", "reach", SHOWN[-4:])
URGENT = call(
    "9", [said("stop-my-money", "opened", FIRST), REACH], "1", [said("stop-my-money", "number_kept")]
)
PAY = call(
    [said("payments")],
    "1",
    [said("common", "number", SHOWN[-4:])],
    "1",
    [said("common", "opened", FIRST)],
    "1",
    [said("callback-ticket", "number", SHOWN[-4:])],
    "1",
    [said("callback-ticket", "opened", SECOND), said("call-by")],
)
SPOKEN = call(
    [said("feedback")],
    "1",
    [said("feedback-message")],
    {"RecordingSid": MESSAGE, "Digits": "#"},
    [said("common", "review"), said("common", "choose")],
    "1",
    [said("feedback-ticket", "opened", FIRST), said("feedback-thanks")],
)
BACK = call(
    {"SpeechResult": "stop my money"},
    [said("stop-my-money", "opened", FIRST), said("common", "meant")],
    "2",
    [said("common", "taken_back"), said("payments")],
)
CANCELLED = replace(STOP, state="cancelled", to_call=None, calls=frozenset())


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


def test_a_number_to_call_waits_with_its_caller() -> None:
    record = call([REACH], "1", [], {}, [said("stop-my-money", "number_kept")])
    assert verdict(record, STOP).holds
    assert not verdict(record, replace(STOP, to_call=None)).holds


def test_a_message_that_was_sent_lies_in_the_ticket_that_was_told() -> None:
    lost = (f"{CALL} sent {MESSAGE}, and {FIRST} does not hold it",)
    assert verdict(SPOKEN, FEEDBACK).lost == lost
    assert verdict(SPOKEN, FEEDBACK, CALLBACK, **{MESSAGE: SECOND}).lost == lost


def test_a_message_spoken_anew_is_the_one_that_was_sent() -> None:
    review = [said("common", "review"), said("common", "choose")]
    record = call({"RecordingSid": UNSENT}, review, "2", [], {"RecordingSid": MESSAGE}, review, "1", *SENT)
    assert verdict(record, FEEDBACK, **{MESSAGE: FIRST}).holds
    assert not verdict(record, FEEDBACK, **{UNSENT: FIRST}).holds


SENT = ([said("feedback-ticket", "opened", FIRST), said("feedback-thanks")],)


def test_a_message_that_an_apology_says_is_kept_stands() -> None:
    record = call([WORDS["zh"].unanswered], {"RecordingSid": MESSAGE, "Digits": "#"}, [WORDS["zh"].kept])
    assert verdict(record, CALLBACK, **{MESSAGE: SECOND}).holds
    assert not verdict(record, CALLBACK).holds


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


def test_whoever_wants_it_taken_back_and_is_asked_which_number_to_call_has_a_promise() -> None:
    asked = [said("stop-my-money", "opened", FIRST), said("common", "meant")]
    record = call(asked, "2", [REACH], "1", [said("stop-my-money", "number_kept")])
    assert verdict(record, STOP).holds
    assert not verdict(record, replace(CANCELLED, to_call=SHOWN)).holds


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
