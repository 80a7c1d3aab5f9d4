"""Calls placed over REST: somebody is rung, the documents are asked for, and the call is told as it is."""

import time
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest

from exchange.exchange import Exchange
from exchange.settings import Account, NumberSettings, Person
from tests.exchange.conftest import ACCOUNT, CALLER, NUMBER, TOKEN
from tests.exchange.scripted_hotline import ScriptedHotline

OWN = (ACCOUNT, TOKEN)
ANSWERS, BUSY, NOBODY, GONE = "+6281300000001", "+6281300000002", "+6281300000003", "+6281300000004"
PRESSES = "+6281300000005"
STRANGER = "+14155550100"
PEOPLE = {
    ANSWERS: Person("answers", rings=4.0, talks=9.0),
    BUSY: Person("busy"),
    NOBODY: Person("no-answer"),
    GONE: Person("fails"),
    PRESSES: Person("answers"),
}


def opened(kind: str = "Full", status: str = "active") -> Exchange:
    account = Account(
        ACCOUNT,
        TOKEN,
        status=status,  # type: ignore[arg-type]
        kind=kind,  # type: ignore[arg-type]
        verified=frozenset({ANSWERS}),
    )
    return Exchange(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        numbers={NUMBER: NumberSettings("http://127.0.0.1:1/nobody")},
        people=PEOPLE,
        rung={PRESSES: [{"presses": "5"}]},
        account=account,
        speed=float("inf"),
    )


@pytest.fixture(scope="module")
def own() -> Iterator[Exchange]:
    with opened() as exchange:
        yield exchange


def place(exchange: Exchange, **fields: Any) -> httpx.Response:  # noqa: ANN401
    usual = {"From": NUMBER, "Url": "http://127.0.0.1:1/nobody"}
    address = f"{exchange.api_url}/2010-04-01/Accounts/{ACCOUNT}/Calls.json"
    told = {name: value for name, value in {**usual, **fields}.items() if value is not None}
    return httpx.post(address, data=told, auth=OWN)


def ended(exchange: Exchange, answer: httpx.Response) -> Mapping[str, Any]:
    assert answer.status_code == 201, answer.text
    until = time.monotonic() + 10
    while time.monotonic() < until:
        table: dict[str, Any] = httpx.get(exchange.api_url + answer.json()["uri"], auth=OWN).json()
        if table["end_time"]:
            return table
        time.sleep(0.02)
    raise TimeoutError(answer.text)


def test_who_takes_the_call_is_in_the_document_and_is_the_one_called(
    own: Exchange, hotline: ScriptedHotline
) -> None:
    hotline.answers["/test-call"] = "<Gather timeout='5'><Say>Welcome</Say></Gather><Say>Goodbye</Say>"
    events = ["initiated", "ringing", "answered", "completed"]
    answer = place(
        own,
        To=ANSWERS,
        Url=f"{hotline.base}/test-call#rc=1&rp=ct",
        StatusCallback=f"{hotline.base}/status",
        StatusCallbackEvent=events,
    )
    assert (answer.json()["status"], answer.json()["direction"]) == ("queued", "outbound-api")
    table = ended(own, answer)
    assert (table["status"], table["from"], table["to"]) == ("completed", NUMBER, ANSWERS)
    fields = hotline.fields("/test-call")
    assert (fields["From"], fields["To"], fields["Direction"]) == (NUMBER, ANSWERS, "outbound-api")
    assert (fields["CallStatus"], fields["CallSid"]) == ("in-progress", table["sid"])
    assert "CallToken" not in fields
    told = [one.fields["CallStatus"] for one in hotline.at("/status")]
    assert told == ["initiated", "ringing", "in-progress", "completed"]
    # Nobody talks for longer than nine seconds, and the ringing before does not count.
    assert table["duration"] == hotline.at("/status")[-1].fields["CallDuration"]
    assert 0 < int(table["duration"]) <= 9


def test_who_is_rung_may_press_keys_by_a_script(own: Exchange, hotline: ScriptedHotline) -> None:
    hotline.answers |= {
        "/test-call": '<Gather numDigits="1" action="/five"><Say>Welcome</Say></Gather>',
        "/five": "<Say>Five it is</Say>",
    }
    ended(own, place(own, To=PRESSES, Url=f"{hotline.base}/test-call"))
    assert hotline.fields("/five")["Digits"] == "5"


@pytest.mark.parametrize(
    ("to", "status"), [(BUSY, "busy"), (NOBODY, "no-answer"), (GONE, "failed"), (STRANGER, "no-answer")]
)
def test_who_does_not_take_it_hears_no_document(
    own: Exchange, hotline: ScriptedHotline, to: str, status: str
) -> None:
    url = f"{hotline.base}/test-call"
    table = ended(own, place(own, To=to, Url=url, StatusCallback=f"{hotline.base}/status", Timeout="7"))
    assert (table["status"], table["duration"]) == (status, "0")
    assert table["start_time"] is not None, "it was dialled, though nobody took it"
    assert hotline.at("/test-call") == []
    (told,) = hotline.at("/status")
    assert (told.fields["CallStatus"], told.fields["CallDuration"]) == (status, "0")


def test_what_the_carrier_found_wrong_stands_beside_the_call(own: Exchange, hotline: ScriptedHotline) -> None:
    hotline.answers["/broken"] = "<Nonsense"
    answer = place(own, To=ANSWERS, Url=f"{hotline.base}/broken")
    table = ended(own, answer)
    notes = httpx.get(f"{own.api_url}{table['uri'][:-5]}/Notifications.json", auth=OWN).json()
    assert [one["error_code"] for one in notes["notifications"]] == ["12100"]
    assert notes["notifications"][0]["request_url"] == f"{hotline.base}/broken"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"To": None}, 21201),
        ({"To": ANSWERS, "From": None}, 21213),
        ({"To": "12"}, 21211),
        ({"To": "+62 813"}, 21211),
        ({"To": ANSWERS, "From": "hotline"}, 21212),
        ({"To": ANSWERS, "From": CALLER}, 21210),
        ({"To": ANSWERS, "Url": None}, 21205),
        ({"To": ANSWERS, "Url": "nowhere"}, 21402),
        ({"To": ANSWERS, "Method": "PUT"}, 21403),
        ({"To": ANSWERS, "Timeout": "0"}, 20001),
        ({"To": ANSWERS, "Timeout": "soon"}, 20001),
        ({"To": ANSWERS, "TimeLimit": "0"}, 20001),
        ({"To": ANSWERS, "StatusCallbackEvent": ["answered", "thrown"]}, 20001),
        ({"To": [ANSWERS, BUSY]}, 20001),
        ({"To": ANSWERS, "Twiml": "<Response/>"}, 20001),
    ],
)
def test_a_call_that_cannot_be_placed_is_refused_by_number(
    own: Exchange, fields: dict[str, Any], code: int
) -> None:
    before = own.tape.calls()
    answer = place(own, **fields)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert own.tape.calls() == before


def test_a_trial_account_calls_verified_numbers_alone() -> None:
    with opened(kind="Trial") as trial:
        answer = place(trial, To=BUSY)
        assert (answer.status_code, answer.json()["code"]) == (400, 21219)
        assert place(trial, To=ANSWERS).status_code == 201


def test_a_suspended_account_calls_nobody() -> None:
    with opened(status="suspended") as suspended:
        answer = place(suspended, To=ANSWERS)
    assert (answer.status_code, answer.json()["code"]) == (403, 20005)


def test_calls_are_listed_by_who_was_called_and_what_became_of_it() -> None:
    with opened() as exchange:
        busy, _ = (ended(exchange, place(exchange, To=to)) for to in (BUSY, NOBODY))
        exchange.call(from_=CALLER, to=NUMBER)
        address = f"{exchange.api_url}/2010-04-01/Accounts/{ACCOUNT}/Calls.json"

        def listed(**asked: str) -> list[str]:
            return [one["sid"] for one in httpx.get(address, params=asked, auth=OWN).json()["calls"]]

        assert len(listed()) == 3
        assert listed(To=BUSY) == listed(Status="busy") == [busy["sid"]]
        assert len(listed(From=NUMBER)) == 2
        assert listed(From=CALLER, Status="busy") == []
        odd = httpx.get(address, params={"Status": "asleep"}, auth=OWN)
        assert (odd.status_code, odd.json()["code"]) == (400, 20001)
