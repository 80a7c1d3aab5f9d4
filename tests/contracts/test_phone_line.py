"""What may come of a call or a text is the same on the line that leads nowhere and on the carrier's."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from exchange.exchange import Exchange
from exchange.settings import NumberSettings, Person
from foundation.clock import SystemClock
from foundation.redaction import Secret
from telephony import rest
from telephony.line import (
    MOST_REMEMBERED,
    LoopbackLine,
    NotPlaced,
    NotSent,
    PhoneLine,
    Placed,
    RefusedForGood,
    Sent,
    Text,
    Unknown,
)
from telephony.placed_calls import CallPlan
from telephony.recordings import CarrierAccount
from telephony.rest import CarrierRest
from telephony.twilio_line import TwilioLine
from tests.scripted_carrier import Answer, carrier, gives, hangs, refuses, says, tears
from tests.servers import free_port

SID, TOKEN = "AC" + "de30" * 8, "a1" * 16
OURS, THEIRS = "+622150001000", "+6281234567801"
PLAN = CallPlan(THEIRS, OURS, "https://h/voice/pages/1/0", "https://h/voice/pages/1/status", "", 25)
TEXT = Text(THEIRS, OURS, "An urgent request has been waiting since 02:15.")


@contextmanager
def on_the_carrier(url: str) -> Iterator[PhoneLine]:
    # An account that repeats nothing by itself, as the worker has it.
    one = CarrierRest(CarrierAccount(url, SID, SID, Secret(TOKEN)), SystemClock(), tries=1)
    try:
        yield TwilioLine(one)
    finally:
        one.close()


@pytest.fixture(params=["loopback", "exchange"])
def line(request: pytest.FixtureRequest) -> Iterator[PhoneLine]:
    """A line that works."""
    if request.param == "loopback":
        yield LoopbackLine()
        return
    nobody = NumberSettings("http://127.0.0.1:9/")
    with (
        Exchange(
            account_sid=SID,
            auth_token=TOKEN,
            numbers={OURS: nobody},
            people={THEIRS: Person("busy")},
            speed=float("inf"),
        ) as exchange,
        on_the_carrier(exchange.api_url) as one,
    ):
        yield one


def test_a_call_is_placed_under_a_name_of_the_carrier_and_each_has_its_own(line: PhoneLine) -> None:
    first, second = line.place_call(PLAN), line.place_call(PLAN)
    assert isinstance(first, Placed)
    assert isinstance(second, Placed)
    assert first != second
    assert all(len(one.call) == 34 and one.call.startswith("CA") for one in (first, second))


def test_a_text_is_sent_under_a_name_of_the_carrier_and_each_has_its_own(line: PhoneLine) -> None:
    first, second = line.send_text(TEXT), line.send_text(TEXT)
    assert isinstance(first, Sent)
    assert isinstance(second, Sent)
    assert first != second
    assert all(len(one.text) == 34 and one.text.startswith("SM") for one in (first, second))


def test_the_carrier_is_asked_for_what_was_said() -> None:
    text = says({"sid": "SM" + "1" * 32, "status": "queued"}, 201)
    with carrier(text) as one, on_the_carrier(one.url) as real:
        real.send_text(TEXT)
    (asked,) = one.asked
    assert asked.path == f"/2010-04-01/Accounts/{SID}/Messages.json"
    assert asked.fields == {"To": THEIRS, "From": OURS, "Body": TEXT.words}


TROUBLES: list[tuple[Answer, NotPlaced]] = [
    (refuses(400, 21211, "not valid"), RefusedForGood(21211, "not valid")),
    (refuses(400, 21610, "unsubscribed"), RefusedForGood(21610, "unsubscribed")),
    (refuses(429, 20429, "Too Many"), NotSent("429: Too Many")),
    # Nothing is wrong with the number: whoever mends the account mends this.
    (refuses(401, 20003, "Authenticate"), NotSent("401: Authenticate")),
    (refuses(500, 20500, "oops"), Unknown("it answered 500")),
    (refuses(503), Unknown("it answered 503")),
    (tears, Unknown("Server disconnected without sending a response.")),
    (gives(b"<html>", 201), Unknown("it answered something that is no JSON object")),
]


@pytest.mark.parametrize(("answer", "outcome"), TROUBLES, ids=lambda one: type(one).__name__)
def test_trouble_has_one_of_three_names_and_nothing_is_asked_twice(
    answer: Answer, outcome: NotPlaced
) -> None:
    with carrier(answer) as one, on_the_carrier(one.url) as real:
        for line in (LoopbackLine(lambda: outcome), real):
            assert line.place_call(PLAN) == outcome
            assert line.send_text(TEXT) == outcome
    assert len(one.asked) == 2


def test_where_nobody_listens_nothing_was_sent() -> None:
    with on_the_carrier(f"http://127.0.0.1:{free_port()}") as line:
        assert isinstance(line.place_call(PLAN), NotSent)
        assert isinstance(line.send_text(TEXT), NotSent)


def test_a_carrier_that_says_nothing_leaves_it_unknown_within_the_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rest, "ANSWER_LIMIT", 0.2)
    with carrier(hangs(2)) as one, on_the_carrier(one.url) as line:
        assert isinstance(line.place_call(PLAN), Unknown)
    assert len(one.asked) == 1


def test_an_answer_that_names_no_call_or_text_leaves_it_unknown() -> None:
    with carrier(says({"status": "queued"}, 201)) as one, on_the_carrier(one.url) as line:
        assert isinstance(line.place_call(PLAN), Unknown)
        assert isinstance(line.send_text(TEXT), Unknown)


def test_the_line_that_leads_nowhere_remembers_what_it_was_asked_and_no_more_than_that() -> None:
    line = LoopbackLine()
    line.place_call(PLAN)
    line.send_text(TEXT)
    assert (line.calls, line.texts) == ([PLAN], [TEXT])
    for _ in range(MOST_REMEMBERED + 5):
        line.place_call(PLAN)
    assert len(line.calls) == MOST_REMEMBERED
