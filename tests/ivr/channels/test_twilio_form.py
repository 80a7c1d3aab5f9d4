"""The reader of the carrier's form: what is heard, what is refused by name, and that nothing raises."""

from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.channels.twilio_form import (
    MOST_FIELDS,
    MOST_KEYS,
    NO_SUCH_KEY,
    Form,
    Refused,
    StatusReport,
    is_call,
    is_recording,
    read_answer,
    read_caller,
    read_form,
    read_status,
    read_turn,
)
from ivr.flow.inputs import Answered, BridgeEnded, Digits, Outcome, Recorded, Silence

AT = datetime(2026, 11, 24, 3, tzinfo=UTC)
CALL = "CA" + "0f" * 16
RECORDING = "RE" + "1e" * 16
USUAL = {
    "AccountSid": "AC" + "de30" * 8,
    "ApiVersion": "2010-04-01",
    "CallSid": CALL,
    "CallStatus": "in-progress",
    "Called": "+622150001000",
    "Caller": "+6281234567801",
    "CallerCity": "",
    "Direction": "inbound",
    "From": "+6281234567801",
    "FromCountry": "ID",
    "To": "+622150001000",
    "StirVerstat": "TN-Validation-Passed-A",
}


def form(**fields: str) -> Form:
    read = read_form(urlencode({**USUAL, **fields}).encode())
    assert isinstance(read, Form)
    return read


def heard(**fields: str) -> object:
    return read_turn(form(**fields), CALL, AT)


def test_a_call_begins_with_the_number_shown_and_the_number_dialled() -> None:
    assert read_answer(form(), AT) == Answered(AT, CALL, "+6281234567801", "+622150001000")


@pytest.mark.parametrize(
    "shown",
    [
        *("anonymous", "Anonymous", "", "restricted", "+266696687", "+7378742833", "+86282452253"),
        *("client:alice", "sip:+6281234567801@example.org", "6281234567801", "+٦٢٨١٢٣٤", "+62\x00812", "+"),
    ],
)
def test_a_caller_who_shows_no_number_is_answered_without_one(shown: str) -> None:
    answered = read_answer(form(From=shown), AT)
    assert isinstance(answered, Answered)
    assert answered.number is None
    assert read_caller(form(From=shown)) is None


@pytest.mark.parametrize("dialled", ["sip:hotline@example.org", "", "client:x", "+" + "9" * 30])
def test_a_call_that_dialled_no_number_has_none(dialled: str) -> None:
    answered = read_answer(form(To=dialled), AT)
    assert isinstance(answered, Answered)
    assert answered.dialled == ""


@pytest.mark.parametrize("direction", ["outbound-api", "outbound-dial"])
def test_who_was_rung_for_us_is_the_caller_and_our_number_the_one_dialled(direction: str) -> None:
    rung = form(Direction=direction, From="+622150001000", To="+6281234567801")
    assert read_answer(rung, AT) == Answered(AT, CALL, "+6281234567801", "+622150001000")
    assert read_caller(rung) == "+6281234567801"


@pytest.mark.parametrize("direction", ["", "inbound", "trunking-terminating", "something-new"])
def test_in_every_other_direction_the_caller_is_who_called(direction: str) -> None:
    assert read_answer(form(Direction=direction), AT) == Answered(AT, CALL, "+6281234567801", "+622150001000")


def test_without_a_direction_the_caller_is_who_called() -> None:
    fields = {name: value for name, value in USUAL.items() if name != "Direction"}
    read = read_form(urlencode(fields).encode())
    assert isinstance(read, Form)
    assert read_answer(read, AT) == Answered(AT, CALL, "+6281234567801", "+622150001000")


@pytest.mark.parametrize(
    "moved",
    [
        # The border behind the name, before it, and behind the value: all sign alike.
        {"Directio": "ninbound"},
        {"Directionin": "bound"},
        {"CallerCityDirection": "inbound"},
        {"CallerCity": "Directioninbound"},
        # A name inside another value: as much as a caller who chooses his own address could send.
        {"From": "sip:Directionoutbound-api@example.org", "Direction": "inbound"},
        {"Direction": "inboundDirectionoutbound-api"},
    ],
)
def test_a_direction_whose_border_was_moved_is_refused(moved: dict[str, str]) -> None:
    kept = {name: value for name, value in USUAL.items() if name != "Direction"}
    read = read_form(urlencode({**kept, **moved}).encode())
    assert isinstance(read, Form)
    assert read_answer(read, AT) is Refused.MOVED_BORDER
    assert read_caller(read) is None


@pytest.mark.parametrize("swallowed", ["inboundFrom+6281234567801", "outbound-apiFrom", "INBOUND", "x" * 80])
def test_a_direction_that_swallowed_its_neighbour_is_refused(swallowed: str) -> None:
    assert read_answer(form(Direction=swallowed), AT) is Refused.ODD_DIRECTION


@pytest.mark.parametrize("keys", ["1", "*", "#", "0", "471163", "12*34"])
def test_keys_are_heard_as_they_were_pressed(keys: str) -> None:
    assert heard(Digits=keys, FinishedOnKey="#", msg="Gather End") == Digits(AT, keys)


def test_keys_do_not_print() -> None:
    assert "471163" not in repr(heard(Digits="471163"))


def test_no_keys_are_silence() -> None:
    assert heard() == heard(Digits="") == Silence(AT)


def test_a_hang_up_is_no_key() -> None:
    assert heard(Digits="hangup") == Silence(AT)


@pytest.mark.parametrize(
    "odd", ["١٢٣", "१२", "１", "1\u200d", "\u202e1", "1\x00", "😀", " 1", "1 2", "+1", "²", "\ufffd"]
)
def test_characters_that_no_telephone_has_are_a_key_that_fits_nowhere(odd: str) -> None:
    assert heard(Digits=odd) == Digits(AT, NO_SUCH_KEY)


def test_more_keys_than_anybody_types_are_cut() -> None:
    assert heard(Digits="1" * 10_000) == Digits(AT, "1" * MOST_KEYS)


def test_the_finishing_key_alone_is_no_silence() -> None:
    assert heard(Digits="", FinishedOnKey="#") == Digits(AT, "#")
    assert heard(Digits="") == Silence(AT)


def test_a_spoken_message_is_heard_with_its_length() -> None:
    said = {"RecordingSid": RECORDING, "RecordingDuration": "7", "RecordingUrl": "http://169.254.169.254/"}
    assert heard(**said, Digits="#") == Recorded(AT, RECORDING, 7, key="#")
    assert heard(**said, Digits="9") == Recorded(AT, RECORDING, 7, key="9")
    assert heard(**said, Digits="hangup") == Recorded(AT, RECORDING, 7, hung_up=True)
    assert heard(**said) == Recorded(AT, RECORDING, 7)


@pytest.mark.parametrize(
    ("word", "outcome"),
    [
        ("completed", Outcome.ANSWERED),
        ("answered", Outcome.ANSWERED),
        ("busy", Outcome.BUSY),
        ("no-answer", Outcome.NO_ANSWER),
        ("canceled", Outcome.NO_ANSWER),
        ("failed", Outcome.FAILED),
    ],
)
def test_a_bridge_ends_with_an_outcome(word: str, outcome: Outcome) -> None:
    assert heard(DialCallStatus=word) == BridgeEnded(AT, outcome)
    assert heard(DialCallStatus=word, DialCallDuration="62", DialCallSid=CALL) == BridgeEnded(AT, outcome, 62)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"CallSid": "CA1"}, Refused.NO_CALL),
        ({"CallSid": CALL.upper()}, Refused.NO_CALL),
        ({"CallSid": CALL + "\n"}, Refused.NO_CALL),
        ({"CallSid": "CA" + "1e" * 16}, Refused.OTHER_CALL),
        ({"Digits": "1Directioninbound"}, Refused.ODD_DIGITS),
        ({"Digits": "hangup1"}, Refused.ODD_DIGITS),
        ({"RecordingSid": "RE1", "RecordingDuration": "1"}, Refused.ODD_RECORDING),
        ({"RecordingSid": RECORDING}, Refused.ODD_SECONDS),
        ({"RecordingSid": RECORDING, "RecordingDuration": "-1"}, Refused.ODD_SECONDS),
        ({"RecordingSid": RECORDING, "RecordingDuration": "١"}, Refused.ODD_SECONDS),
        ({"RecordingSid": RECORDING, "RecordingDuration": "1", "Digits": "a"}, Refused.ODD_DIGITS),
        ({"DialCallStatus": "in-progress"}, Refused.ODD_STATUS),
        ({"DialCallStatus": "busy", "DialCallDuration": "1e9"}, Refused.ODD_SECONDS),
    ],
)
def test_what_the_carrier_never_writes_is_refused_by_name(fields: dict[str, str], reason: Refused) -> None:
    assert heard(**fields) is reason


def test_a_field_twice_is_refused_even_with_the_same_value() -> None:
    assert read_form(b"Digits=1&Digits=1") is Refused.REPEATED_FIELD
    assert read_form(b"a=1&%61=1") is Refused.REPEATED_FIELD


def test_more_fields_than_the_carrier_sends_are_refused() -> None:
    assert isinstance(read_form(b"&".join(b"f%d=1" % n for n in range(MOST_FIELDS))), Form)
    assert read_form(b"&".join(b"f%d=1" % n for n in range(MOST_FIELDS + 1))) is Refused.TOO_MANY_FIELDS
    assert read_form(b"&" * 60_000) is Refused.TOO_MANY_FIELDS


@pytest.mark.parametrize(
    "moved",
    [
        {"CallerCity": "Digits1", "Digits": None},
        {"CallerCityDigits1": "", "CallerCity": None, "Digits": None},
        {"Digit": "s1", "Digits": None},
        {"Digits1": "", "Digits": None},
        {"Called": "+622150001000RecordingSid" + RECORDING},
        {"X": "DialCallStatuscompleted"},
        {"XDialCallStatus": "completed"},
    ],
)
def test_a_field_that_decides_cannot_hide_in_another(moved: dict[str, str | None]) -> None:
    fields = {"Digits": "1", **USUAL, **moved}
    body = urlencode({name: value for name, value in fields.items() if value is not None})
    read = read_form(body.encode())
    assert isinstance(read, Form)
    assert read_turn(read, CALL, AT) is Refused.MOVED_BORDER
    assert read_answer(read, AT) is Refused.MOVED_BORDER


@pytest.mark.parametrize("stage", ["queued", "ringing", "in-progress", "completed", "busy", "no-answer"])
def test_news_of_a_call_is_read(stage: str) -> None:
    assert read_status(form(CallStatus=stage)) == StatusReport(CALL, stage, None)
    assert read_status(form(CallStatus=stage, CallDuration="61")) == StatusReport(CALL, stage, 61)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"CallSid": ""}, Refused.NO_CALL),
        ({"CallStatus": ""}, Refused.ODD_STATUS),
        ({"CallStatus": "completedCalled"}, Refused.ODD_STATUS),
        ({"CallStatus": "completed", "CallDuration": "x"}, Refused.ODD_SECONDS),
    ],
)
def test_odd_news_is_refused_by_name(fields: dict[str, str], reason: Refused) -> None:
    assert read_status(form(**fields)) is reason


def test_ids_are_the_carriers_or_none() -> None:
    assert is_call(CALL)
    assert is_recording(RECORDING)
    assert not any(
        is_call(one) or is_recording(one) for one in ("", "CA", CALL + "\n", "../../etc/passwd", "RE" * 17)
    )


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    read = read_form(body)
    if isinstance(read, Form):
        for outcome in (read_answer(read, AT), read_turn(read, CALL, AT), read_status(read)):
            assert outcome is not None


pieces = st.sampled_from(
    ["CallSid", "Digits", "RecordingSid", "RecordingDuration", "DialCallStatus", "CallStatus"]
)


@given(st.dictionaries(pieces, st.text(max_size=20)))
def test_any_text_in_any_field_is_read_or_refused(fields: dict[str, str]) -> None:
    read = read_form(urlencode({**USUAL, **fields}, errors="replace").encode())
    assert isinstance(read, Form)
    said = read_turn(read, CALL, AT)
    if isinstance(said, Digits):
        assert set(said.keys) <= set("0123456789*#") | {NO_SUCH_KEY}
