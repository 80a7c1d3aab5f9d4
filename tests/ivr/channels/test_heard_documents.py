"""Documents that let a caller be heard: streams that begin and end, and the carrier's own recogniser."""

from __future__ import annotations

from dataclasses import replace
from xml.etree.ElementTree import canonicalize

import pytest
from lxml import etree
from twilio.twiml.voice_response import Gather, Start, Stop, VoiceResponse
from twilio.twiml.voice_response import Say as BuiltSay

from foundation.redaction import Secret
from ivr.channels.addresses import OVERRIDES
from ivr.channels.listening import Listening, Way
from ivr.channels.twiml import LONGEST_HINT, MOST_HINTS, MediaDoor, Person, TwimlWriter
from ivr.flow.instructions import Collect, Hearing, Record, Say
from ivr.menus.wording import Voice
from speech.requests import Kind
from speech.tokens import mint
from tests.ivr.channels.test_twiml import CALL, MENU, NEXT, addresses

KEY, MEDIA = Secret("k" * 32), "wss://hotline.example/media"
QUESTION = Collect(1, "", 6, "en", hears=Hearing(Kind.CHOICE, ("payments", "a person, please")))
BEGUN = Listening(stop="ears-1", start="ears-3", expires=1_800_000_000)
HOSTED = Listening(hosted=True)
DOOR = MediaDoor(MEDIA, KEY)


def writer(media: MediaDoor | None = DOOR) -> TwimlWriter:
    return TwimlWriter(addresses(), Person("+622150001001"), media)


def same(document: bytes, built: VoiceResponse) -> bool:
    return canonicalize(document.decode()) == canonicalize(str(built))


def asked(parent: VoiceResponse, **told: object) -> VoiceResponse:
    gather = Gather(
        action=NEXT,
        method="POST",
        timeout=6,
        num_digits=1,
        finish_on_key="",
        action_on_empty_result=True,
        **told,
    )
    gather.append(BuiltSay("For payments, press 1.", voice="Polly.Amy-Neural", language="en-GB"))
    parent.append(gather)
    parent.redirect(NEXT, method="POST")
    return parent


def test_streams_are_what_the_vendors_builder_makes_and_stand_before_the_question() -> None:
    built, stop, start = VoiceResponse(), Stop(), Start()
    stop.stream(name="ears-1")
    stream = start.stream(name="ears-3", track="inbound_track", url=MEDIA)
    stream.parameter(name="token", value=mint(KEY, CALL, "ears-3", 1_800_000_000))
    built.append(stop)
    built.append(start)
    assert same(writer().turn(CALL, 3, (MENU, QUESTION), BEGUN), asked(built, input="dtmf"))


def test_the_same_turn_is_the_same_bytes_and_another_one_has_another_token() -> None:
    document = writer().turn(CALL, 3, (MENU, QUESTION), BEGUN)
    assert writer().turn(CALL, 3, (MENU, QUESTION), BEGUN) == document
    assert writer().turn(CALL, 3, (MENU, QUESTION), replace(BEGUN, expires=1_800_000_001)) != document


def test_without_a_door_for_media_no_stream_begins() -> None:
    document = writer(None).turn(CALL, 3, (MENU, QUESTION), BEGUN)
    assert b"<Start>" not in document
    assert b'<Stop><Stream name="ears-1"/></Stop>' in document


def test_a_stream_ends_before_a_recording_is_announced() -> None:
    document = writer().turn(CALL, 3, (MENU, Record(60, 5)), Listening(stop="ears-1"))
    names = [str(one.tag) for one in etree.fromstring(document)]
    assert names == ["Stop", "Gather", "Record", "Redirect"]


def test_the_carriers_recogniser_is_told_the_language_and_what_may_be_said() -> None:
    built = asked(
        VoiceResponse(),
        input="dtmf speech",
        language="en-GB",
        speech_timeout="1",
        hints="payments,a person  please",
    )
    assert same(writer().turn(CALL, 3, (MENU, QUESTION), HOSTED), built)


def test_the_carrier_hears_in_the_language_of_the_question_whatever_is_said_after_it() -> None:
    chinese = Voice(name="Polly.Zhiyu-Neural", say_locale="cmn-CN", gather_locale="zh-CN")
    way = Say("main.choice.language", "zh", chinese, ("选择语言，请按8。",))
    gather = etree.fromstring(writer().turn(CALL, 3, (MENU, way, QUESTION), HOSTED)).find("Gather")
    assert gather is not None
    assert gather.get("language") == "en-GB"


def test_a_number_is_waited_for_longer_than_a_choice() -> None:
    number = replace(QUESTION, hears=Hearing(Kind.NUMBER, (), 6, 10))
    gather = etree.fromstring(writer().turn(CALL, 3, (MENU, number), HOSTED)).find("Gather")
    assert gather is not None
    assert gather.get("speechTimeout") == "3"
    assert gather.get("hints") is None


def test_hints_stay_within_what_the_carrier_takes() -> None:
    many = tuple(f"{number} {'long ' * 40}" for number in range(MOST_HINTS + 50))
    question = replace(QUESTION, hears=Hearing(Kind.CHOICE, (*many, "", " ", many[0])))
    gather = etree.fromstring(writer().turn(CALL, 3, (MENU, question), HOSTED)).find("Gather")
    assert gather is not None
    hints = (gather.get("hints") or "").split(",")
    assert len(hints) == MOST_HINTS
    assert all(0 < len(hint) <= LONGEST_HINT for hint in hints)


@pytest.mark.parametrize("last", [replace(QUESTION, hears=None), replace(QUESTION, hears=None, secret=True)])
def test_a_question_for_keys_alone_is_never_put_to_a_recogniser(last: Collect) -> None:
    assert b"speech" not in writer().turn(CALL, 3, (MENU, last), HOSTED)


def test_without_a_word_in_its_language_a_question_is_for_keys_alone() -> None:
    assert b"speech" not in writer().turn(CALL, 3, (QUESTION,), HOSTED)


def test_waiting_for_a_voice_keeps_the_keys_of_the_question() -> None:
    then = NEXT.replace(OVERRIDES, f"/heard?waited=2{OVERRIDES}")
    built = VoiceResponse()
    built.append(
        Gather(
            input="dtmf",
            action=then,
            method="POST",
            timeout=6,
            finish_on_key="#",
            action_on_empty_result=True,
        )
    )
    built.redirect(then, method="POST")
    awaited = Collect(None, "#", 6, "en")
    assert same(writer().hark(CALL, 3, Way(moved=True, waited=2), awaited), built)
    assert b'timeout="1"' in writer().hark(CALL, 3, Way(), QUESTION)
