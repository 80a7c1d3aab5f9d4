"""What goes over the wire: fields, signature, redirects, time limits, errors, repeats."""

import json
import socket
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime

import pytest
from twilio.request_validator import RequestValidator

from exchange.exchange import Exchange
from exchange.faults import ANNOUNCEMENT
from exchange.settings import NumberSettings
from exchange.signature import sign
from tests.exchange.conftest import ACCOUNT, CALLER, NUMBER, NUMBER_WITH_FALLBACK, TOKEN, Place
from tests.exchange.scripted_hotline import Answer, Asked, ScriptedHotline


def validates(asked: Asked) -> bool:
    signature = asked.headers["x-twilio-signature"]
    return bool(RequestValidator(TOKEN).validate(asked.url, asked.fields, signature))


def test_a_call_arrives_with_the_fields_of_the_page(place: Place, hotline: ScriptedHotline) -> None:
    record = place("<Hangup/>")
    fields = hotline.fields("/answer")
    assert fields["CallSid"] == record.sid
    expected = {
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "CallStatus": "ringing",
        "Direction": "inbound",
        "From": CALLER,
        "Caller": CALLER,
        "To": NUMBER,
        "Called": NUMBER,
        "FromCountry": "ID",
        "CallerCountry": "ID",
        "ToCountry": "ID",
        "FromCity": "",
        "FromState": "",
        "FromZip": "",
        "CalledZip": "",
    }
    assert {name: fields[name] for name in expected} == expected
    assert "parentCallInfoToken" in json.loads(fields["CallToken"])
    assert "StirVerstat" not in fields
    assert "ForwardedFrom" not in fields


def test_a_verdict_about_the_number_is_sent_where_there_is_one(
    hotline: ScriptedHotline, exchange: Exchange
) -> None:
    hotline.answers["/answer"] = "<Hangup/>"
    exchange.call(from_="+14155551212", to=NUMBER, stir_verstat="TN-Validation-Passed-A")
    fields = hotline.fields("/answer")
    assert (fields["StirVerstat"], fields["FromCountry"]) == ("TN-Validation-Passed-A", "US")


@pytest.mark.parametrize(("shown", "country"), [("anonymous", ""), ("+266696687", "LS")])
def test_a_withheld_number_arrives_in_either_of_two_forms(
    place: Place, hotline: ScriptedHotline, shown: str, country: str
) -> None:
    place("<Hangup/>", from_=shown)
    fields = hotline.fields("/answer")
    assert (fields["From"], fields["FromCountry"]) == (shown, country)


def test_every_request_is_signed_as_the_carriers_own_library_checks_it(
    place: Place, hotline: ScriptedHotline
) -> None:
    place(
        {
            "/answer": '<Play>/a.wav</Play><Gather action="/next?turn=2&amp;x=%C3%A9" numDigits="1"/>',
            "/a.wav": Answer(b"RIFF", content_type="audio/wav"),
            "/next": '<Gather action="/get" method="GET" numDigits="1"/>',
            "/get": "<Hangup/>",
        },
        {"presses": "*"},
        {"presses": "1"},
    )
    assert [one.path for one in hotline.asked] == ["/answer", "/a.wav", "/next", "/get", "/status"]
    assert all(validates(one) for one in hotline.asked)


def test_a_fragment_is_neither_sent_nor_signed() -> None:
    assert sign("t", "http://h/a#rc=3", {"b": "2", "a": "1"}) == sign("t", "http://h/a", {"a": "1", "b": "2"})


def test_the_signature_of_the_published_example_is_reproduced() -> None:
    fields = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675310",
        "Digits": "1234",
        "From": "+14158675310",
        "To": "+18005551212",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert sign("12345", url, fields) == RequestValidator("12345").compute_signature(url, fields)


def test_a_redirect_by_http_drops_the_fields(place: Place, hotline: ScriptedHotline) -> None:
    moved = Answer(status=302, location="/moved?x=1")
    record = place({"/answer": moved, "/moved": "<Say>moved</Say>"})
    asked = hotline.at("/moved")[0]
    assert (asked.method, asked.fields, asked.query) == ("GET", {}, {"x": "1"})
    assert validates(asked)
    assert record.of("document")[0]["redirects"] == [f"{hotline.base}/moved?x=1"]


def test_a_cookie_is_not_kept(place: Place, hotline: ScriptedHotline) -> None:
    place({"/answer": Answer(b"<Response/>", cookie="who=me; Path=/")})
    place({"/answer": "<Hangup/>"})
    assert not any("cookie" in one.headers for one in hotline.asked)


def test_redirects_in_a_circle_are_the_carriers_error(place: Place) -> None:
    record = place({"/answer": Answer(status=301, location="/answer")})
    assert record.of("fault")[0]["code"] == 11215


def test_a_relative_address_belongs_to_where_the_document_came_from(
    place: Place, hotline: ScriptedHotline
) -> None:
    place(
        {
            "/answer": Answer(status=302, location="/deep/er/doc"),
            "/deep/er/doc": "<Redirect>next</Redirect>",
            "/deep/er/next": "<Hangup/>",
        }
    )
    assert len(hotline.at("/deep/er/next")) == 1


def test_whoever_dials_a_broken_hotline_hears_the_announcement(
    place: Place, hotline: ScriptedHotline
) -> None:
    record = place({"/answer": Answer(b"oops", status=500)})
    assert record.heard == (ANNOUNCEMENT,)
    assert (record.ended_by, record.status) == ("fault", "completed")
    assert record.of("fault")[0]["code"] == 11200
    assert hotline.fields("/status")["CallStatus"] == "completed"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(b"<Response>", content_type="text/xml"), 12100),
        ("<Sing/>", 12200),
        (Answer(b"<Response/>", content_type="application/json"), 12300),
        (Answer(b"<Response/>", content_type=""), 12300),
        (Answer(b"<Response><Say>" + b"x" * 65536 + b"</Say></Response>"), 11750),
        (Answer(status=404), 11200),
    ],
)
def test_what_cannot_be_used_is_the_carriers_error(
    place: Place, answer: str | Answer | Callable[[Asked], str], code: int
) -> None:
    record = place({"/answer": answer})
    assert [one["code"] for one in record.of("fault")] == [code]
    assert record.ended_by == "fault"


def test_an_answer_that_comes_too_late_is_the_carriers_error(hotline: ScriptedHotline) -> None:
    def slow(_asked: Asked) -> str:
        time.sleep(0.6)
        return "<Hangup/>"

    hotline.answers["/answer"] = slow
    numbers = {NUMBER: NumberSettings(f"{hotline.base}/answer")}
    with Exchange(
        account_sid=ACCOUNT, auth_token=TOKEN, numbers=numbers, speed=float("inf"), web_timeout=0.3
    ) as exchange:
        record = exchange.call(from_=CALLER, to=NUMBER)
    assert record.of("fault")[0]["code"] == 11203
    assert record.heard == (ANNOUNCEMENT,)


def test_a_refused_connection_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/answer"
    numbers = {NUMBER: NumberSettings(url)}
    with Exchange(account_sid=ACCOUNT, auth_token=TOKEN, numbers=numbers, speed=float("inf")) as exchange:
        record = exchange.call(from_=CALLER, to=NUMBER)
    assert record.of("fault")[0]["code"] == 11205
    assert record.heard == (ANNOUNCEMENT,)


def test_a_fallback_may_save_the_call(place: Place, hotline: ScriptedHotline) -> None:
    record = place(
        {"/answer": "<Sing/>", "/fallback": "<Say>We are sorry, please hold</Say>"}, to=NUMBER_WITH_FALLBACK
    )
    fields = hotline.fields("/fallback")
    assert (fields["ErrorCode"], fields["ErrorUrl"]) == ("12200", f"{hotline.base}/answer")
    assert record.heard == ("We are sorry, please hold",)
    assert record.ended_by == "document"


def test_a_broken_fallback_ends_the_call(place: Place) -> None:
    record = place({"/answer": "<Sing/>", "/fallback": "<Dance/>"}, to=NUMBER_WITH_FALLBACK)
    assert record.heard == (ANNOUNCEMENT,)
    assert len(record.of("fault")) == 2


def test_the_end_of_a_call_is_told_once_with_its_length(place: Place, hotline: ScriptedHotline) -> None:
    record = place('<Pause length="90"/>')
    fields = hotline.fields("/status")
    assert fields["CallSid"] == record.sid
    assert (fields["CallStatus"], fields["CallDuration"], fields["Duration"]) == ("completed", "90", "2")
    assert (fields["SequenceNumber"], fields["CallbackSource"]) == ("0", "call-progress-events")
    assert parsedate_to_datetime(fields["Timestamp"]).utcoffset() is not None


def test_the_earlier_events_are_told_where_they_are_asked_for(hotline: ScriptedHotline) -> None:
    hotline.answers["/answer"] = "<Pause/>"
    events = ("initiated", "ringing", "answered", "completed")
    number = NumberSettings(f"{hotline.base}/answer", f"{hotline.base}/status", status_events=events)
    with Exchange(
        account_sid=ACCOUNT, auth_token=TOKEN, numbers={NUMBER: number}, speed=float("inf")
    ) as exchange:
        exchange.call(from_=CALLER, to=NUMBER)
    told = [one.fields for one in hotline.at("/status")]
    assert [one["CallStatus"] for one in told] == ["ringing", "ringing", "in-progress", "completed"]
    assert [one["SequenceNumber"] for one in told] == ["0", "1", "2", "3"]


def test_a_repeated_request_is_the_same_request_and_its_answers_are_compared(
    hotline: ScriptedHotline,
) -> None:
    answers = iter(["<Say>one</Say>", "<Say>two</Say>"])
    hotline.answers |= {
        "/answer": '<Gather action="/next" numDigits="1"/>',
        "/next": lambda _asked: next(answers),
    }
    numbers = {NUMBER: NumberSettings(f"{hotline.base}/answer", f"{hotline.base}/status")}
    with Exchange(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        numbers=numbers,
        speed=float("inf"),
        repeat_every_request=True,
    ) as exchange:
        record = exchange.call(from_=CALLER, to=NUMBER, script=[{"presses": "1"}])
        assert [event.details["url"] for event in exchange.tape.differing()] == [f"{hotline.base}/next"]
    assert [one["repeated"] for one in record.of("document")] == ["same", "differs"]
    assert record.heard == ("one",)
    first, second = hotline.at("/answer")
    assert first == second
    assert len(hotline.at("/status")) == 2


def test_requests_may_overlap(hotline: ScriptedHotline) -> None:
    hotline.answers["/answer"] = "<Say>once</Say>"
    numbers = {NUMBER: NumberSettings(f"{hotline.base}/answer")}
    with Exchange(
        account_sid=ACCOUNT, auth_token=TOKEN, numbers=numbers, speed=float("inf"), overlap=10
    ) as exchange:
        record = exchange.call(from_=CALLER, to=NUMBER)
    assert len(hotline.at("/answer")) == 10
    assert record.of("document")[0]["copies"] == 10
    assert record.of("document")[0]["repeated"] == "same"
    assert record.heard == ("once",)
