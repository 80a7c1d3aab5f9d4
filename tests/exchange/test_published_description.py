"""What the exchange takes and answers over REST is what the carrier has published, and so is what we send."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from exchange.exchange import Exchange
from exchange.settings import NumberSettings, Person
from exchange.tape import Tape
from foundation.clock import Deadline, SystemClock
from foundation.redaction import Secret
from telephony.kept_recordings import KeptRecordings
from telephony.line import Sent, Text
from telephony.live_calls import LiveCalls, Moved
from telephony.numbers import CarrierNumber, CarrierNumbers
from telephony.placed_calls import CallPlan, PlacedCall, PlacedCalls
from telephony.recordings import Audio, CarrierAccount, CarrierRecordings
from telephony.rest import CarrierRest
from telephony.twilio_line import TwilioLine
from tests.exchange.conftest import ACCOUNT, CALLER, NUMBER, TOKEN
from tests.exchange.ear import listening
from tests.exchange.published import accepted, breaches
from tests.exchange.rest_client import Rest
from tests.exchange.scripted_hotline import ScriptedHotline

BUSY, UNREACHED = "+6281300000002", "+6281300000003"


@pytest.fixture
def own(hotline: ScriptedHotline) -> Iterator[Exchange]:
    hotline.answers["/answer"] = '<Record action="/kept"/>'
    with Exchange(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        numbers={NUMBER: NumberSettings(f"{hotline.base}/answer", f"{hotline.base}/status")},
        people={BUSY: Person("busy")},
        texts={UNREACHED: "undelivered"},
        speed=float("inf"),
    ) as exchange:
        yield exchange


def test_everything_that_the_rest_part_carries_is_as_published(
    own: Exchange, hotline: ScriptedHotline
) -> None:
    rest = Rest(own)
    hotline.answers["/kept"] = "<Nonsense/>"
    record = own.call(from_=CALLER, to=NUMBER, script=[{"speaks": 2.0}])
    told = {"StatusCallback": f"{hotline.base}/status", "StatusCallbackEvent": ["ringing", "completed"]}
    placed = rest.call(BUSY, Timeout="20", TimeLimit="60", Method="POST", **told).json()
    rest.until(placed["uri"], lambda table: table["status"] == "busy")
    sent = [rest.text(to, StatusCallback=f"{hotline.base}/status").json() for to in (BUSY, UNREACHED)]
    rest.until(sent[1]["uri"], lambda table: table["status"] == "undelivered")
    for room in ("calls", "messages", "recordings"):
        assert rest.listed(room, PageSize="1", Page="0")
    rest.listed("calls", To=BUSY, From=NUMBER, Status="busy", **{"StartTime>": "2026-01-01T00:00:00Z"})
    rest.get(f"/Calls/{record.sid}/Notifications.json")
    (kept,) = rest.listed("recordings", CallSid=record.sid)
    rest.get(f"/Recordings/{kept['sid']}.json")
    assert breaches(own.tape) == []
    rooms = {what.partition(".")[0] for what in accepted(own.tape)}
    assert rooms == {"calls", "messages", "recordings", "notifications"}


def test_streams_and_live_calls_that_are_led_elsewhere_are_as_published(
    own: Exchange, hotline: ScriptedHotline
) -> None:
    hotline.answers["/elsewhere"] = '<Gather timeout="60"/>'
    rest, phone = Rest(own), own.dial(from_=CALLER, to=NUMBER)
    phone.wait_for("listening")
    streams = f"/Calls/{phone.sid}/Streams"
    more = {"StatusCallback": f"{hotline.base}/stream", "Track": "inbound_track", "Parameter1.Name": "a"}
    with listening() as ear:
        rest.post(f"{streams}.json", Url=ear.url, Name="ears", **more, **{"Parameter1.Value": "b"})
        rest.post(f"{streams}/ears.json", Status="stopped")
    rest.post(f"/Calls/{phone.sid}.json", Url=f"{hotline.base}/elsewhere", Method="POST")
    phone.wait_for("moved")
    rest.post(f"/Calls/{phone.sid}.json", Twiml="<Response><Hangup/></Response>")
    phone.until_over()
    assert accepted(own.tape) == ["streams.create", "streams.update", "calls.update", "calls.update"]
    assert breaches(own.tape) == []


@pytest.fixture
def ours(own: Exchange) -> Iterator[CarrierRest]:
    rest = CarrierRest(CarrierAccount(own.api_url, ACCOUNT, ACCOUNT, Secret(TOKEN)), SystemClock(), tries=1)
    yield rest
    rest.close()


def test_what_we_ourselves_send_is_as_published(own: Exchange, ours: CarrierRest) -> None:
    url = "https://hotline.example.org/voice/answer"
    numbers, calls = CarrierNumbers(ours), PlacedCalls(ours)
    numbers.account()
    found = numbers.find(NUMBER)
    assert isinstance(found, CarrierNumber)
    numbers.set(found, {"VoiceUrl": url, "VoiceMethod": "POST"})
    placed = calls.place(CallPlan(BUSY, NUMBER, url, status_url=url, fallback_url=url, ring=20))
    assert isinstance(placed, PlacedCall)
    calls.look(placed.sid)
    calls.faults(placed.sid)
    asked = ["account.fetch", "numbers.list", "numbers.update", "numbers.fetch"]
    assert accepted(own.tape) == [*asked, "calls.create", "calls.fetch", "notifications.fetch"]
    assert breaches(own.tape) == []


def test_our_text_our_move_of_a_call_and_our_looking_after_messages_are_as_published(
    own: Exchange, hotline: ScriptedHotline, ours: CarrierRest
) -> None:
    began, kept = datetime.now(UTC) - timedelta(hours=1), KeptRecordings(ours)
    own.call(from_=CALLER, to=NUMBER, script=[{"speaks": 2.0, "then": "hangs_up"}])
    assert isinstance(TwilioLine(ours).send_text(Text(BUSY, NUMBER, "Urgent ticket, please call.")), Sent)
    hotline.answers["/answer"] = hotline.answers["/elsewhere"] = '<Gather timeout="60"/>'
    phone = own.dial(from_=CALLER, to=NUMBER)
    phone.wait_for("listening")
    assert LiveCalls(ours).move(phone.sid, f"{hotline.base}/elsewhere") == Moved()
    phone.wait_for("moved")
    left = kept.since(began, Deadline.after(10.0, SystemClock()))
    assert isinstance(left, tuple)
    (message,) = left
    with closing(CarrierRecordings(ours.account, SystemClock())) as recordings:
        assert isinstance(recordings.fetch(message.sid), Audio)
    assert kept.remove(message.sid) is None
    assert accepted(own.tape) == ["messages.create", "calls.update", "recordings.list", "recordings.delete"]
    assert breaches(own.tape) == []
    # Of the sound itself the description tells nothing but where it is: beside what is told of it.
    (fetched,) = [one for one in own.tape.events(ACCOUNT, "asked") if one.details["what"] == "media.fetch"]
    place = f"/2010-04-01/Accounts/{ACCOUNT}/Recordings/{message.sid}.wav"
    assert (fetched.details["method"], fetched.details["path"]) == ("GET", place)


def test_a_breach_would_be_seen() -> None:
    tape = Tape()
    moment = SystemClock().now()
    path = f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json"
    for number, (fields, body) in enumerate(
        [({"To": BUSY}, '{"sid": "CA' + "0" * 32 + '"}'), ({"To": BUSY, "From": NUMBER}, '{"sid": "XX1"}')]
    ):
        asked = {"request": number, "what": "calls.create", "method": "POST", "path": path, "fields": fields}
        tape.note(ACCOUNT, moment, "asked", asked)
        told = {"request": number, "what": "calls.create", "status": 201, "mishap": None, "body": body}
        tape.note(ACCOUNT, moment, "told", told)
    assert len(breaches(tape)) == 2
