"""Who hears a call, which stream begins and ends for that, and what is asked of the speech process."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from ivr.calls.claims import NOTHING_BESIDE, Beside
from ivr.calls.codec import Stream
from ivr.calls.hearing import (
    CUT_OFF,
    DOWN,
    FULL,
    LOST_AFTER,
    LOST_AT_MOST,
    TOKEN_SECONDS,
    Arranged,
    Reach,
    Ways,
    arrange,
    hearers,
    reach_of,
    unheard,
    utterance,
)
from ivr.channels.listening import NOBODY, Listening
from ivr.flow.instructions import Break, Bridge, Collect, HangUp, Hearing, Instruction, Record, Say
from ivr.flow.state import HOSTED, LOCAL, CallState, Place
from ivr.menus.wording import Voice
from speech.digits import Numerals
from speech.mailbox_keys import read_request, written
from speech.requests import DIGITS, MOST_DIGITS, MOST_LENGTHS, Heard, Kind, ListenRequest, Service

AT = datetime(2026, 11, 24, 3, tzinfo=UTC)
CALL = "CA" + "5" * 32
BOTH = Ways(local=True, hosted=True)
LANGUAGES = ("en", "id")
STATE = CallState(CALL, "b", None, "", AT, "en", Place("main"), hearers=(("en", LOCAL), ("id", HOSTED)))
VOICE = Voice(name="v", say_locale="en-GB", gather_locale="en-GB")
WORDS = Say("main", "en", VOICE, ("Press 1 for payments.", Break(500)))
QUESTION = Collect(1, "", 5, "en", hears=Hearing(Kind.CHOICE, ("payments", "a person"), barge_in=False))
NUMBER = Collect(None, "#", 7, "en", hears=Hearing(Kind.NUMBER, (), 6, 10, "luhn"))
BEGUN = int(AT.timestamp())
STREAM = Stream(3, BEGUN + TOKEN_SECONDS, 1, "", 5)
OPEN = Beside(open=b"ears-3")
PLACES = bytes(range(6 * DIGITS))


def service(free: int, **languages: str) -> Beside:
    return Beside(written(Service(languages, free)))


SERVED = service(1, en="vosk")


def later(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("beside", "stream", "heard"),
    [
        (service(1, en="vosk"), None, {"en": LOCAL, "id": HOSTED}),
        (service(0, en="vosk"), None, {"en": HOSTED, "id": HOSTED}),
        (service(0, en="vosk"), STREAM, {"en": LOCAL, "id": HOSTED}),
        (NOTHING_BESIDE, STREAM, {"en": HOSTED, "id": HOSTED}),
        (Beside(b"\xff not json"), STREAM, {"en": HOSTED, "id": HOSTED}),
    ],
)
def test_our_own_recogniser_hears_where_there_is_one_with_room(
    beside: Beside, stream: Stream | None, heard: dict[str, str]
) -> None:
    assert dict(hearers(LANGUAGES, reach_of(BOTH, beside, stream, 0, AT))) == heard


@pytest.mark.parametrize(
    ("beside", "stream", "why"),
    [
        (service(1, en="vosk"), None, ""),
        (service(0, en="vosk"), None, FULL),
        (service(0, en="vosk"), STREAM, ""),
        (service(0, ko="vosk"), None, ""),
        (NOTHING_BESIDE, STREAM, DOWN),
        (Beside(b"\xff not json"), None, DOWN),
    ],
)
def test_why_a_caller_is_not_heard_is_told(beside: Beside, stream: Stream | None, why: str) -> None:
    assert unheard("en", reach_of(BOTH, beside, stream, 0, AT)) == why
    assert unheard("en", reach_of(Ways(hosted=True), beside, stream, 0, AT)) == ""


def test_what_the_operator_does_not_allow_hears_nobody() -> None:
    beside = service(5, en="vosk")
    assert hearers(LANGUAGES, reach_of(Ways(), beside, None, 0, AT)) == ()
    assert hearers(LANGUAGES, reach_of(Ways(local=True), beside, None, 0, AT)) == (("en", LOCAL),)
    assert hearers(LANGUAGES, reach_of(Ways(hosted=True), beside, None, 0, AT)) == (
        ("en", HOSTED),
        ("id", HOSTED),
    )


def test_a_first_question_begins_a_stream_named_by_its_turn_and_asks_to_listen() -> None:
    found = arrange(STATE, (WORDS, QUESTION), Reach(AT), 3)
    assert (found.listening, found.stream) == (Listening(start="ears-3", expires=STREAM.expires), STREAM)
    asked = read_request(found.request)
    assert asked is not None
    assert 1.5 < asked.prompt_seconds < 3
    wanted = ListenRequest(CALL, 3, "en", Kind.CHOICE, ("payments", "a person"), barge_in=False)
    assert replace(asked, prompt_seconds=0.0) == wanted


def test_a_running_stream_goes_on_and_each_question_is_a_request_of_its_own() -> None:
    found = arrange(STATE, (WORDS, NUMBER), reach_of(BOTH, OPEN, STREAM, 0, later(600)), 7)
    assert found.listening == NOBODY
    assert found.stream == Stream(3, STREAM.expires, None, "#", 7)
    asked = read_request(found.request)
    assert asked is not None
    assert (asked.turn, asked.kind, asked.shortest, asked.longest, asked.check) == (
        7,
        Kind.NUMBER,
        6,
        10,
        "luhn",
    )


def test_a_number_that_is_said_again_is_asked_for_with_what_was_heard_of_it() -> None:
    hears = Hearing(Kind.NUMBER, (), 6, 6, "damm", before=(PLACES,), refused=("402715",))
    asked = read_request(arrange(STATE, (Collect(6, "#", 7, "en", hears=hears),), Reach(AT), 7).request)
    assert asked is not None
    assert (asked.before, asked.refused) == ((PLACES,), ("402715",))


def test_words_for_digits_that_the_book_adds_go_to_whoever_hears() -> None:
    own = Numerals({"o": "0"}, {"threefold": 3})
    hears = Hearing(Kind.NUMBER, (), 6, 6, numerals=own)
    asked = read_request(arrange(STATE, (Collect(6, "#", 7, "en", hears=hears),), Reach(AT), 7).request)
    assert asked is not None
    assert asked.numerals == own


def test_of_what_was_heard_of_a_number_no_more_is_taken_than_a_number_has() -> None:
    endless = bytes(MOST_DIGITS * DIGITS + 1)
    heard = Heard(CALL, 7, (), "pocketsphinx", places=(endless, PLACES, PLACES, PLACES, PLACES))
    assert len(utterance(heard, AT).places) == MOST_LENGTHS - 1
    told = repr(utterance(replace(heard, places=(PLACES,)), AT))
    assert repr(PLACES) not in told


def test_how_long_somebody_spoke_goes_with_what_was_heard() -> None:
    assert utterance(Heard(CALL, 7, (), "vosk", 1.24), AT).seconds == 1.24


@pytest.mark.parametrize("beside", [NOTHING_BESIDE, Beside(open=b"ears-1")])
def test_a_stream_whose_socket_is_lost_ends_and_another_begins(beside: Beside) -> None:
    young = arrange(STATE, (QUESTION,), reach_of(BOTH, beside, STREAM, 0, later(LOST_AFTER)), 7)
    assert young.stream == STREAM
    lost = arrange(STATE, (QUESTION,), reach_of(BOTH, beside, STREAM, 0, later(LOST_AFTER + 1)), 7)
    assert lost.listening.stop == "ears-3"
    assert lost.listening.start == "ears-7"


@pytest.mark.parametrize(
    ("beside", "stream", "before", "lost"),
    [
        (SERVED, STREAM, 0, 1),
        (SERVED, STREAM, 1, 2),
        (SERVED, None, 1, 1),
        (Beside(SERVED.service, b"ears-1"), STREAM, 1, 2),
        (Beside(SERVED.service, b"ears-3"), STREAM, 1, 0),
        (NOTHING_BESIDE, STREAM, 1, 1),
    ],
)
def test_streams_that_are_lost_in_a_row_are_counted(
    beside: Beside, stream: Stream | None, before: int, lost: int
) -> None:
    assert reach_of(BOTH, beside, stream, before, later(LOST_AFTER + 1)).lost == lost
    assert reach_of(BOTH, beside, stream, before, later(LOST_AFTER)).lost == min(lost, before)


def test_whoever_lost_two_streams_in_a_row_is_not_told_any_more_that_she_may_speak() -> None:
    once = reach_of(BOTH, SERVED, None, LOST_AT_MOST - 1, AT)
    assert dict(hearers(LANGUAGES, once)) == {"en": LOCAL, "id": HOSTED}
    assert unheard("en", once) == ""
    twice = reach_of(BOTH, SERVED, None, LOST_AT_MOST, AT)
    assert dict(hearers(LANGUAGES, twice)) == {"en": HOSTED, "id": HOSTED}
    assert unheard("en", twice) == CUT_OFF
    assert unheard("id", twice) == ""


@pytest.mark.parametrize(
    "last",
    [
        Collect(6, "", 5, "en", secret=True),
        Collect(6, "", 5, "en", secret=True, hears=QUESTION.hears),
        Collect(6, "", 5, "en"),
        Record(60, 5),
        Bridge(20, 600),
    ],
)
def test_before_whatever_takes_keys_or_other_ears_the_stream_ends_and_nothing_is_asked(
    last: Instruction,
) -> None:
    found = arrange(STATE, (WORDS, last), reach_of(BOTH, OPEN, STREAM, 0, AT), 7)
    assert found == Arranged(Listening(stop="ears-3"))
    assert arrange(STATE, (WORDS, last), Reach(AT), 7) == Arranged()


def test_with_the_call_everything_ends_by_itself() -> None:
    assert arrange(STATE, (WORDS, HangUp()), reach_of(BOTH, OPEN, STREAM, 0, AT), 7) == Arranged(
        stream=STREAM
    )


def test_a_language_that_only_the_carrier_hears_is_heard_by_agreement_and_our_stream_ends() -> None:
    asked = Collect(1, "", 5, "id", hears=QUESTION.hears)
    indonesian = replace(STATE, language="id")
    found = arrange(indonesian, (WORDS, asked), reach_of(BOTH, OPEN, STREAM, 0, AT), 7)
    assert found == Arranged(Listening(stop="ears-3"))
    agreed = arrange(
        replace(indonesian, agreement="1"), (WORDS, asked), reach_of(BOTH, OPEN, STREAM, 0, AT), 7
    )
    assert agreed == Arranged(Listening(stop="ears-3", hosted=True))
