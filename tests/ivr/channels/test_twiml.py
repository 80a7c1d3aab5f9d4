"""The writer of TwiML: compared with the vendor's builder, with the exchange's reader, and with any text."""

from datetime import UTC, datetime, timedelta
from xml.etree.ElementTree import canonicalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from twilio.twiml.voice_response import Dial, Gather, VoiceResponse
from twilio.twiml.voice_response import Say as BuiltSay

from exchange.twiml.reader import read_document
from foundation.clock import StoppedClock
from foundation.redaction import Secret
from ivr.channels.addresses import OVERRIDES, Addresses
from ivr.channels.twiml import (
    LARGEST_DOCUMENT,
    DocumentTooLarge,
    Person,
    TwimlWriter,
    UnreachableInstruction,
    legal,
)
from ivr.flow.instructions import (
    Break,
    Bridge,
    Collect,
    HangUp,
    Instruction,
    PlayRecording,
    Record,
    Say,
)
from ivr.menus.wording import Voice

CALL = "CA" + "0f" * 16
RECORDING = "RE" + "1e" * 16
NEXT = f"https://hotline.example/voice/calls/{CALL}/turns/3{OVERRIDES}"
AMY = Voice(name="Polly.Amy-Neural", say_locale="en-GB", gather_locale="en-GB")
NUMBER = Say(
    "opened", "en", AMY, ("Your number is", Break(600), "one two three", Break(600), "four <five> & six")
)
MENU = Say("main", "en", AMY, ("For payments, press 1.",))


def addresses(at: datetime = datetime(2026, 11, 24, 3, 20, tzinfo=UTC)) -> Addresses:
    return Addresses("https://hotline.example", Secret("k" * 32), StoppedClock(at))


def writer() -> TwimlWriter:
    return TwimlWriter(addresses(), Person("+622150001001", "+622150001000"))


def write(*instructions: Instruction) -> bytes:
    return writer().turn(CALL, 3, instructions)


def same(document: bytes, built: VoiceResponse) -> bool:
    return canonicalize(document.decode()) == canonicalize(str(built))


def built_number(parent: VoiceResponse | Gather) -> None:
    say = parent.say("Your number is", voice="Polly.Amy-Neural", language="en-GB")
    say.break_(time="600ms")
    say.append("one two three")
    say.break_(time="600ms")
    say.append("four <five> & six")


def test_a_menu_is_what_the_vendors_builder_makes() -> None:
    built = VoiceResponse()
    gather = Gather(
        input="dtmf",
        action=NEXT,
        method="POST",
        timeout=6,
        num_digits=1,
        finish_on_key="",
        action_on_empty_result=True,
    )
    built_number(gather)
    gather.append(BuiltSay("For payments, press 1.", voice="Polly.Amy-Neural", language="en-GB"))
    built.append(gather)
    built.redirect(NEXT, method="POST")
    assert same(write(NUMBER, MENU, Collect(1, "", 6, "en")), built)


def test_a_number_entry_is_what_the_vendors_builder_makes() -> None:
    built = VoiceResponse()
    gather = Gather(
        input="dtmf", action=NEXT, method="POST", timeout=8, finish_on_key="#", action_on_empty_result=True
    )
    gather.say("For payments, press 1.", voice="Polly.Amy-Neural", language="en-GB")
    built.append(gather)
    built.redirect(NEXT, method="POST")
    assert same(write(MENU, Collect(None, "#", 8, "en")), built)


def test_a_recording_is_what_the_vendors_builder_makes_and_a_key_counts_before_it() -> None:
    built = VoiceResponse()
    gather = Gather(input="dtmf", action=NEXT, method="POST", timeout=1, num_digits=1, finish_on_key="")
    gather.say("For payments, press 1.", voice="Polly.Amy-Neural", language="en-GB")
    built.append(gather)
    built.record(action=NEXT, method="POST", max_length=120, timeout=5, finish_on_key="#", play_beep=True)
    built.redirect(NEXT, method="POST")
    assert same(write(MENU, Record(120, 5)), built)


def test_a_bridge_is_what_the_vendors_builder_makes() -> None:
    built = VoiceResponse()
    dial = Dial(
        action=NEXT,
        method="POST",
        timeout=25,
        time_limit=3600,
        answer_on_bridge=True,
        caller_id="+622150001000",
    )
    dial.number("+622150001001")
    built.append(dial)
    assert same(write(Bridge(25, 3600)), built)


def test_an_ending_and_a_wait_are_what_the_vendors_builder_makes() -> None:
    ending = VoiceResponse()
    ending.say("For payments, press 1.", voice="Polly.Amy-Neural", language="en-GB")
    ending.hangup()
    assert same(write(MENU, HangUp()), ending)
    wait = VoiceResponse()
    wait.pause(length=1)
    wait.redirect(NEXT, method="POST")
    assert same(writer().wait(CALL, 3), wait)


def test_the_wait_of_a_call_that_is_being_answered_asks_for_the_answer_again() -> None:
    assert (
        etree.fromstring(writer().wait(CALL, 0)).findtext("Redirect")
        == f"https://hotline.example/voice/answer{OVERRIDES}"
    )


def test_the_same_instructions_give_the_same_bytes() -> None:
    said = (NUMBER, PlayRecording(RECORDING), Collect(1, "", 6, "en"))
    assert write(*said) == write(*said)


def test_every_document_passes_the_strict_reader_of_the_exchange() -> None:
    for wait in (
        Collect(1, "", 6, "en"),
        Collect(None, "#", 8, "en"),
        Record(120, 5),
        Bridge(25, 3600),
        HangUp(),
    ):
        read_document(write(NUMBER, PlayRecording(RECORDING), wait))
    read_document(writer().wait(CALL, 3))


def test_words_that_are_only_space_or_pauses_make_no_element() -> None:
    empty = Say("main", "en", AMY, ("  \x00", Break(600), "\n"))
    assert write(empty, HangUp()) == write(HangUp())


def test_a_pause_is_never_longer_than_the_carrier_takes() -> None:
    assert b'time="10000ms"' in write(Say("main", "en", AMY, ("one", Break(99_999), "two")))


def test_a_document_that_the_carrier_would_refuse_is_not_sent() -> None:
    with pytest.raises(DocumentTooLarge):
        write(Say("main", "en", AMY, ("x" * LARGEST_DOCUMENT,)))


def test_nothing_stands_behind_the_end_of_a_turn() -> None:
    with pytest.raises(UnreachableInstruction):
        write(HangUp(), MENU)


def test_no_telephone_number_stands_in_an_address() -> None:
    document = write(MENU, PlayRecording(RECORDING), Collect(1, "", 6, "en")).decode()
    assert "+62" not in document


texts = st.text(st.characters(codec=None, exclude_categories=())) | st.sampled_from(
    [
        "\x00",
        "\x0b",
        "\x1f",
        "\ud800",
        "\udfff",
        "\ufffe",
        "\uffff",
        "]]>",
        "<Hangup/>",
        '"><x',
        "&#0;",
        "\u202e",
    ]
)
words = st.lists(texts | st.integers(-5, 99_999).map(Break), max_size=4).map(tuple)
voices = st.builds(Voice, name=texts, say_locale=texts, gather_locale=texts)
prompts = st.lists(st.builds(Say, texts, texts, voices, words) | st.builds(PlayRecording, texts), max_size=3)
small = st.integers(0, 9_999)
waits = st.one_of(
    st.builds(Collect, st.none() | small, texts, small, texts, st.booleans()),
    st.builds(Record, small, small, texts),
    st.builds(Bridge, small, small),
    st.just(HangUp()),
)


@settings(max_examples=300, deadline=None)
@given(prompts, waits, texts)
def test_any_text_in_any_field_makes_a_well_formed_document(
    said: list[Say | PlayRecording], wait: Instruction, number: str
) -> None:
    with_any_person = TwimlWriter(addresses(), Person(number, number))
    document = with_any_person.turn(CALL, 3, (*said, wait))
    root = etree.fromstring(document, etree.XMLParser(resolve_entities=False))
    assert {one.tag for one in root.iter()} <= {
        *("Response", "Say", "break", "Play", "Gather", "Redirect", "Record", "Dial", "Number", "Hangup")
    }
    assert [one.text or "" for one in root.iter("Number")] in ([], [_as_parsed(number)])


def _as_parsed(text: str) -> str:
    """What an XML reader makes of line ends (https://www.w3.org/TR/xml/#sec-line-ends)."""
    return legal(text).replace("\r\n", "\n").replace("\r", "\n")


def test_an_address_of_a_recording_opens_it_until_it_ends() -> None:
    made = addresses().recording(CALL, RECORDING)
    asked = dict(pair.split("=") for pair in made.partition("?")[2].split("&"))
    until = datetime.fromtimestamp(int(asked["until"]), tz=UTC)
    parts = (RECORDING, asked["call"], asked["until"], asked["proof"])
    assert addresses().opens_recording(*parts)
    assert addresses(until - timedelta(seconds=1)).opens_recording(*parts)
    assert not addresses(until).opens_recording(*parts)


def test_an_address_of_a_recording_is_the_same_within_the_hour() -> None:
    early, late = (datetime(2026, 11, 24, 3, minute, tzinfo=UTC) for minute in (0, 59))
    assert addresses(early).recording(CALL, RECORDING) == addresses(late).recording(CALL, RECORDING)


@pytest.mark.parametrize(
    "changed",
    [
        {"recording": "RE" + "2e" * 16},
        {"call": "CA" + "00" * 16},
        {"until": "99999999999"},
        {"until": "１７９０"},
        {"until": ""},
        {"proof": ""},
        {"proof": "é" * 40},
        {"proof": "\ud800" * 40},
        {"until": "9" * 5_000},
    ],
)
def test_a_changed_address_of_a_recording_opens_nothing(changed: dict[str, str]) -> None:
    made = addresses().recording(CALL, RECORDING)
    asked = dict(pair.split("=") for pair in made.partition("?")[2].split("&"))
    asked = {"recording": RECORDING, **asked, **changed}
    assert not addresses().opens_recording(asked["recording"], asked["call"], asked["until"], asked["proof"])
