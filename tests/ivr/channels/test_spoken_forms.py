"""What the carrier's recogniser says it heard: read strictly, never cut and never lengthened."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.channels.twilio_form import HOSTED, LONGEST_SAID, UNKNOWN, Form, Refused, read_form, read_turn
from ivr.flow.inputs import Digits, Silence, Utterance
from speech.requests import Alternative
from tests.ivr.channels.test_twilio_form import AT, CALL, USUAL, form

WORDS = "yes, Though not today"
# Without a level of the number's proof: a field of the caller's words would come right before `To`.
PLAIN = {name: value for name, value in USUAL.items() if name != "StirVerstat"}
SPOKEN = {**PLAIN, "SpeechResult": WORDS, "Confidence": "0.91"}


def heard(**fields: str) -> object:
    return read_turn(form(**fields), CALL, AT)


def said(words: str, sure: float) -> Utterance:
    return Utterance(AT, (Alternative(words, sure),), HOSTED)


def test_words_come_with_how_sure_the_carrier_is() -> None:
    assert heard(SpeechResult="refund", Confidence="0.8734") == said("refund", 0.8734)


@pytest.mark.parametrize("told", ["", "0", "0.0", "0.00000", "1.5", "-1", "nan", "1e3", "sure", "0,9"])
def test_where_the_carrier_does_not_say_how_sure_it_is_nobody_is(told: str) -> None:
    assert heard(SpeechResult="refund", Confidence=told) == said("refund", UNKNOWN)
    assert heard(SpeechResult="refund") == said("refund", UNKNOWN)


def test_keys_beat_words_and_empty_words_are_silence() -> None:
    assert heard(SpeechResult="refund", Confidence="0.9", Digits="2") == Digits(AT, "2")
    assert heard(SpeechResult="", Confidence="0.9") == Silence(AT)


@pytest.mark.parametrize(
    "words",
    ["Digits", "I have Confidence", "SpeechResult", "RecordingSid and Direction", "退款", "\x00\ud83d"],
)
def test_a_caller_may_say_the_names_of_fields(words: str) -> None:
    found = heard(SpeechResult=words.encode("utf-8", "replace").decode(), Confidence="0.9")
    assert isinstance(found, Utterance)
    assert len(found.alternatives) == 1


def test_a_speech_of_ten_minutes_is_looked_at_as_far_as_anybody_means_it() -> None:
    found = heard(SpeechResult="stop my money " * 6_000, Confidence="0.9")
    assert isinstance(found, Utterance)
    assert len(found.alternatives[0].words) == LONGEST_SAID


def test_a_call_to_an_app_or_an_address_is_heard_too() -> None:
    for dialled in ("client:hotline", "sip:hotline@example.org;transport=tls", "622150001000"):
        assert heard(SpeechResult="refund", Confidence="0.9", To=dialled) == said("refund", 0.9)


@pytest.mark.parametrize(
    "moved",
    [
        {"SpeechResult": None, "FromCountry": "IDSpeechResultrefund"},
        {"Confidence": None, "CallerCity": "Confidence0.91"},
        {"SpeechResult": None, "SpeechResultrefund": ""},
        {"SpeechResult": "refund", "FromCountry": "IDSpeechResultno "},
    ],
)
def test_words_that_hide_in_another_field_are_refused(moved: dict[str, str | None]) -> None:
    fields = {**SPOKEN, "SpeechResult": "refund", **moved}
    kept = {name: value for name, value in fields.items() if value is not None}
    read = read_form(urlencode(kept).encode())
    assert isinstance(read, Form)
    assert read_turn(read, CALL, AT) is Refused.MOVED_BORDER


def test_no_way_to_cut_the_words_that_the_signature_allows_leaves_a_shorter_answer() -> None:
    genuine = read_form(urlencode(SPOKEN).encode())
    assert isinstance(genuine, Form)
    assert read_turn(genuine, CALL, AT) == said(WORDS, 0.91)
    held = [read for one in _moved() if (read := _signed_alike(one, genuine.signed)) is not None]
    assert len(held) > 20
    for read in held:
        found = read_turn(read, CALL, AT)
        assert not (isinstance(found, Utterance) and found.alternatives), read.fields


def _moved() -> Iterator[dict[str, str]]:
    """A field begins in the middle of the words; it ends there, or takes all that comes behind."""
    before = {name: value for name, value in SPOKEN.items() if name < "SpeechResult"}
    behind = {name: value for name, value in SPOKEN.items() if name > "SpeechResult"}
    tail = WORDS + "".join(name + behind[name] for name in sorted(behind))
    for cut in range(len(WORDS)):
        for ends in range(cut + 1, len(tail) + 1):
            yield {**before, "SpeechResult": tail[:cut], tail[cut:ends]: tail[ends:]}
        for ends in range(cut + 1, len(WORDS) + 1):
            yield {**before, "SpeechResult": WORDS[:cut], WORDS[cut:ends]: WORDS[ends:], **behind}


def _signed_alike(fields: dict[str, str], signed: bytes) -> Form | None:
    read = read_form(urlencode(fields).encode())
    return read if isinstance(read, Form) and read.signed == signed else None


@given(st.dictionaries(st.sampled_from(sorted(SPOKEN)), st.text(max_size=40)), st.text(max_size=40))
def test_nothing_that_is_sent_raises(fields: dict[str, str], words: str) -> None:
    clean = {name: value.encode("utf-8", "replace").decode() for name, value in fields.items()}
    read = read_form(
        urlencode({**SPOKEN, "SpeechResult": words.encode("utf-8", "replace"), **clean}).encode()
    )
    assert isinstance(read, Form)
    read_turn(read, CALL, AT)
