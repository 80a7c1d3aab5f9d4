"""A live call that whoever runs the account leads elsewhere, in the middle of whatever it does."""

import threading
from collections.abc import Iterator

import pytest

from exchange.exchange import Exchange, Telephone
from exchange.settings import NumberSettings, Person
from tests.exchange.conftest import ACCOUNT, CALLER, NUMBER, PERSON, TOKEN
from tests.exchange.rest_client import Rest, code
from tests.exchange.scripted_hotline import Asked, ScriptedHotline

ELSEWHERE = "<Say>Elsewhere.</Say>"
LONG = f"<Say>{'On and on. ' * 200}</Say>"


@pytest.fixture
def own(hotline: ScriptedHotline) -> Iterator[Exchange]:
    hotline.answers["/elsewhere"] = ELSEWHERE
    with Exchange(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        numbers={NUMBER: NumberSettings(f"{hotline.base}/answer", f"{hotline.base}/status")},
        people={PERSON: Person("answers", rings=0.1, talks=600)},
        speed=10.0,
    ) as exchange:
        yield exchange


def led(own: Exchange, hotline: ScriptedHotline, phone: Telephone, **fields: str) -> int:
    told = fields or {"Url": f"{hotline.base}/elsewhere"}
    answer = Rest(own).post(f"/Calls/{phone.sid}.json", **told)
    assert answer.json().get("status", "in-progress") == "in-progress"
    return answer.status_code


@pytest.mark.parametrize(
    ("document", "until", "cut"),
    [
        (LONG, "saying", "heard"),
        (f'<Gather action="/asked" timeout="600">{LONG}</Gather>', "saying", "heard"),
        ('<Gather action="/asked" timeout="600"/>', "listening", None),
        ('<Pause length="3600"/>', "answered", "paused"),
        (f"<Dial action='/dialled'>{PERSON}</Dial>", "bridged", "dial-ended"),
    ],
)
def test_what_the_call_does_is_over_and_the_new_document_is_asked_for(
    own: Exchange, hotline: ScriptedHotline, document: str, until: str, cut: str | None
) -> None:
    hotline.answers["/answer"] = document + "<Say>Never reached.</Say>"
    phone = own.dial(from_=CALLER, to=NUMBER)
    phone.wait_for(until)
    assert led(own, hotline, phone) == 200
    record = phone.until_over()
    assert record.heard[-1:] == ("Elsewhere.",)
    assert "Never reached." not in record.heard
    assert [one.path for one in hotline.asked] == ["/answer", "/elsewhere", "/status"]
    assert hotline.at("/elsewhere")[0].method == "POST"
    if cut in ("heard", "paused"):
        assert record.of(cut)[0]["cut_by"] == "moved"
    assert len(record.of("moved")) == 1


def test_a_recording_is_kept_and_its_action_not_asked(own: Exchange, hotline: ScriptedHotline) -> None:
    hotline.answers["/answer"] = '<Record action="/kept" timeout="60" recordingStatusCallback="/watch"/>'
    phone = own.dial(from_=CALLER, to=NUMBER)
    phone.wait_for("listening")
    phone.speak(1.0)
    assert led(own, hotline, phone) == 200
    record = phone.until_over()
    assert (record.of("recorded")[0]["ending"], hotline.at("/kept")) == ("moved", [])
    assert hotline.fields("/watch")["RecordingStatus"] == "completed"


def test_a_request_that_is_under_way_is_not_carried_out(own: Exchange, hotline: ScriptedHotline) -> None:
    answering = threading.Event()

    def late(_: Asked) -> str:
        answering.wait(10)
        return "<Say>Too late.</Say>"

    hotline.answers |= {"/answer": '<Gather numDigits="1" action="/late" timeout="600"/>', "/late": late}
    phone = own.dial(from_=CALLER, to=NUMBER)
    phone.wait_for("listening")
    phone.press("1")
    phone.wait_for("pressed")
    assert led(own, hotline, phone, Url=f"{hotline.base}/elsewhere", Method="GET") == 200
    phone.wait_for("moved")
    answering.set()
    record = phone.until_over()
    assert record.heard == ("Elsewhere.",)
    assert hotline.at("/elsewhere")[0].method == "GET"


def test_a_document_can_come_with_the_request(own: Exchange, hotline: ScriptedHotline) -> None:
    hotline.answers["/answer"] = LONG
    phone = own.dial(from_=CALLER, to=NUMBER)
    phone.wait_for("saying")
    assert led(own, hotline, phone, Twiml="<Response><Say>From the request.</Say></Response>") == 200
    assert phone.until_over().heard[-1] == "From the request."


def test_a_call_that_nobody_holds_cannot_be_led(own: Exchange, hotline: ScriptedHotline) -> None:
    hotline.answers["/answer"] = ELSEWHERE
    record = own.call(from_=CALLER, to=NUMBER)
    path, url = f"/Calls/{record.sid}.json", f"{hotline.base}/elsewhere"
    assert code(Rest(own).post(path, Url=url)) == (400, 21220)
    assert code(Rest(own).post("/Calls/CA" + "0" * 32 + ".json", Url=url)) == (404, 20404)
    placed = Rest(own).call("+6281300000009", Url=url, Timeout="600").json()
    assert code(Rest(own).post(f"/Calls/{placed['sid']}.json", Url=url)) == (400, 21220)
    assert code(Rest(own).post(path, Url="nowhere")) == (400, 21402)
