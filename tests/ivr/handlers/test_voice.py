"""The doors of a call: what the carrier gets for each webhook."""

from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.signature import sign
from ivr.calls.memory_store import MemoryJournal
from ivr.channels.addresses import OVERRIDES
from ivr.channels.twilio_signature import HEADER
from tests.ivr.handlers.front import BASE, CALL, RECORDING, TOKEN, Front, attribute, tags
from tests.shipped import BOOK as SHIPPED


def test_a_call_is_answered_with_a_question_and_the_address_of_its_first_turn() -> None:
    answered = Front().answer()
    assert tags(answered)[:2] == ["Response", "Gather"]
    assert attribute(answered, "Gather", "action") == f"{BASE}/voice/calls/{CALL}/turns/1{OVERRIDES}"


def test_keys_lead_on_to_the_next_turn() -> None:
    front = Front()
    front.answer()
    after = front.turn(1, Digits="1")
    assert "Gather" in tags(after)
    assert attribute(after, "Gather", "action").endswith(f"/turns/2{OVERRIDES}")


def test_every_request_repeated_is_answered_with_the_same_bytes() -> None:
    front = Front()
    assert front.answer().data == front.answer().data
    for turn, keys in enumerate(("1", "1", "2", "*", "#", "", "9"), start=1):
        assert front.turn(turn, Digits=keys).data == front.turn(turn, Digits=keys).data


def test_an_old_request_gets_the_present_document() -> None:
    front = Front()
    front.answer()
    front.turn(1, Digits="1")
    present = front.turn(2, Digits="1").data
    assert front.turn(1, Digits="2").data == present
    assert front.answer().data == present


@pytest.mark.parametrize("shown", ["anonymous", "+266696687", "client:alice", "sip:a@example.org", ""])
def test_a_caller_without_a_number_is_answered(shown: str) -> None:
    assert "Gather" in tags(Front().answer(From=shown, Caller=shown))


@pytest.mark.parametrize(
    "digits", ["*#", "9" * 5_000, "١", "\u202e1", "1\u200d", "\x00", "😀", "hangup", " "]
)
def test_odd_keys_are_answered_with_a_question(digits: str) -> None:
    front = Front()
    front.answer()
    assert "Gather" in tags(front.turn(1, Digits=digits))


def test_a_call_nobody_knows_begins_again() -> None:
    assert "Gather" in tags(Front().turn(17, Digits="1"))


def test_the_address_and_the_form_name_the_same_call() -> None:
    assert Front().turn(1, call="CA" + "1e" * 16, Digits="1").status_code == 403


@pytest.mark.parametrize("turn", ["0", "-1", "10000", "99999999999999999999", "x", "1/", ""])
def test_a_turn_that_no_call_can_have_is_no_address(turn: str) -> None:
    assert Front().post(f"/voice/calls/{CALL}/turns/{turn}").status_code == 404


def test_news_of_a_call_is_kept_and_answered_with_nothing() -> None:
    journal = MemoryJournal(Front().clock)
    front = Front(journal=journal)
    told = front.post("/voice/status", CallStatus="completed", CallDuration="61")
    assert (told.status_code, told.data) == (204, b"")
    assert [(news.call, news.stage.value, news.seconds) for news in journal.news] == [(CALL, "completed", 61)]


def test_the_end_of_a_call_is_heard_once() -> None:
    front = Front()
    front.answer()
    for _ in range(3):
        assert front.post("/voice/status", CallStatus="completed").status_code == 204
    assert isinstance(front.journal, MemoryJournal)
    assert [row.source for row in front.journal.rows.values()] == ["answer", "hang-up"]


def test_an_unknown_state_of_a_call_is_refused() -> None:
    assert Front().post("/voice/status", CallStatus="exploded").status_code == 403


def test_a_message_is_heard_by_its_id_and_never_by_its_address() -> None:
    front = Front()
    front.answer()
    said = {"RecordingSid": RECORDING, "RecordingDuration": "4", "RecordingUrl": "http://169.254.169.254/"}
    assert tags(front.turn(1, **said))


def test_no_cookie_is_set_and_every_answer_tells_browsers_to_keep_out() -> None:
    front = Front()
    for answer in (front.answer(), front.client.get("/health/live"), front.client.get("/nowhere")):
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_book_of_these_tests_is_the_shipped_one() -> None:
    assert set(SHIPPED.languages) == {"en", "zh", "id"}


field_names = st.sampled_from(
    [
        "CallSid",
        "Digits",
        "From",
        "To",
        "RecordingSid",
        "RecordingDuration",
        "DialCallStatus",
        "CallStatus",
        "Extra",
    ]
)
addresses = st.sampled_from(["/voice/answer", "/voice/status", f"/voice/calls/{CALL}/turns/1"])

# One call for all of it: whatever came before, the next request is answered.
FUZZED = Front()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(addresses, st.dictionaries(field_names, st.text(max_size=30), max_size=5))
def test_whatever_stands_in_a_signed_form_nothing_breaks(target: str, fields: dict[str, str]) -> None:
    told = {"CallSid": CALL, **fields}
    body = urlencode(told, errors="surrogatepass")
    try:
        signature = sign(TOKEN, BASE + target, told)
    except UnicodeEncodeError:
        signature = "x"
    answer = FUZZED.client.post(
        target, data=body, headers={HEADER: signature}, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code in {200, 204, 403}
    if answer.status_code == 200:
        tags(answer)
