"""Calls over REST that somebody ends, that may not last, and that are listed late or by their start."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from exchange.exchange import Exchange
from exchange.settings import NumberSettings, Person
from tests.exchange.conftest import ACCOUNT, CALLER, NUMBER, TOKEN
from tests.exchange.rest_client import Rest, code
from tests.exchange.scripted_hotline import ScriptedHotline

TALKS, RINGS, NOBODY = "+6281300000001", "+6281300000002", "+6281300000003"
LONG = "<Pause length='3600'/>"


@pytest.fixture
def own(hotline: ScriptedHotline) -> Iterator[Exchange]:
    hotline.answers["/long"] = LONG
    people = {
        TALKS: Person("answers", rings=0.01, talks=3_000),
        RINGS: Person("answers", rings=500),
        NOBODY: Person("fails"),
    }
    with Exchange(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        numbers={NUMBER: NumberSettings(f"{hotline.base}/long", f"{hotline.base}/status")},
        people=people,
    ) as exchange:
        yield exchange


def test_a_call_in_progress_is_ended_and_told_so(own: Exchange, hotline: ScriptedHotline) -> None:
    rest = Rest(own)
    told = {"Url": f"{hotline.base}/long", "StatusCallback": f"{hotline.base}/status", "Timeout": "600"}
    uri = rest.call(TALKS, **told).json()["uri"]
    rest.until(uri, lambda table: table["status"] == "in-progress")
    path = uri[uri.index("/Calls") :]
    assert code(rest.post(path, Status="canceled")) == (400, 21220), "somebody has taken it"
    ended = rest.post(path, Status="completed")
    assert (ended.status_code, ended.json()["status"]) == (200, "completed")
    assert ended.json()["end_time"] is not None
    assert hotline.fields("/status")["CallStatus"] == "completed"
    assert own.record(ended.json()["sid"]).ended_by == "carrier"
    assert code(rest.post(path, Status="completed")) == (400, 21220), "it is over"


@pytest.mark.parametrize("word", ["canceled", "completed"])
def test_a_call_that_rings_is_canceled(own: Exchange, hotline: ScriptedHotline, word: str) -> None:
    rest = Rest(own)
    uri = rest.call(RINGS, Timeout="600", StatusCallback=f"{hotline.base}/status").json()["uri"]
    rest.until(uri, lambda table: table["status"] == "ringing")
    ended = rest.post(uri[uri.index("/Calls") :], Status=word)
    assert (ended.json()["status"], ended.json()["duration"]) == ("canceled", "0")
    assert hotline.fields("/status")["CallStatus"] == "canceled"


def test_a_caller_who_called_us_can_be_cut_off_too(own: Exchange) -> None:
    phone = own.dial(from_=CALLER, to=NUMBER)
    phone.wait_for("answered")
    ended = Rest(own).post(f"/Calls/{phone.sid}.json", Status="completed")
    assert (ended.json()["status"], ended.json()["direction"]) == ("completed", "inbound")
    assert phone.until_over().ended_by == "carrier"


def test_what_cannot_be_changed_is_refused(own: Exchange) -> None:
    phone = own.dial(from_=CALLER, to=NUMBER)
    phone.wait_for("answered")
    path = f"/Calls/{phone.sid}.json"
    for fields in ({"Status": "asleep"}, {"Url": "http://h/other", "Status": "completed"}, {}):
        assert code(Rest(own).post(path, **fields)) == (400, 20001)
    assert code(Rest(own).post("/Calls/CA" + "0" * 32 + ".json", Status="completed")) == (404, 20404)
    assert code(Rest(own).get(f"/Calls/{ACCOUNT}.json")) == (404, 20404)


def test_a_call_lasts_no_longer_than_it_may(hotline: ScriptedHotline) -> None:
    hotline.answers["/long"] = LONG
    with Exchange(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        numbers={NUMBER: NumberSettings(f"{hotline.base}/long")},
        people={TALKS: Person("answers", rings=4, talks=3_000)},
        rung={RINGS: [{"stays_silent": True}]},
        speed=float("inf"),
    ) as exchange:
        rest = Rest(exchange)
        uri = rest.call(TALKS, Url=f"{hotline.base}/long", TimeLimit="30").json()["uri"]
        table = rest.until(uri, lambda table: bool(table["end_time"]))
        assert (table["status"], table["duration"]) == ("completed", "30")
        assert exchange.record(table["sid"]).ended_by == "carrier"


def hiding(own: Exchange, seconds: float) -> Exchange:
    return Exchange(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        numbers=own.numbers,
        list_delay=seconds,
        people=own.people,
        speed=float("inf"),
    )


def test_a_new_call_is_not_listed_at_once_but_can_be_read(own: Exchange) -> None:
    with hiding(own, 600.0) as exchange:
        rest = Rest(exchange)
        placed, sent = rest.call(NOBODY).json(), rest.text(TALKS).json()
        assert rest.listed("calls") == rest.listed("messages") == []
        for table in (placed, sent):
            assert rest.until(table["uri"], lambda _: True)["sid"] == table["sid"]


def test_what_was_hidden_from_the_lists_appears_in_its_time(own: Exchange) -> None:
    with hiding(own, 0.3) as exchange:
        rest = Rest(exchange)
        placed, sent = rest.call(NOBODY).json(), rest.text(TALKS).json()
        began = time.monotonic()
        while not (rest.listed("calls", To=NOBODY) and rest.listed("messages")):
            assert time.monotonic() - began < 10
            time.sleep(0.05)
        assert [one["sid"] for one in rest.listed("calls")] == [placed["sid"]]
        assert [one["sid"] for one in rest.listed("messages")] == [sent["sid"]]


def test_calls_are_listed_by_when_they_began(own: Exchange) -> None:
    rest = Rest(own)
    uri = rest.call(NOBODY).json()["uri"]
    rest.until(uri, lambda table: table["status"] == "failed")
    now = datetime.now(UTC)
    today, tomorrow = (f"{now + timedelta(days=days):%Y-%m-%d}" for days in (0, 1))
    for fits in ({"StartTime": today}, {"StartTime>": today}, {"StartTime<": today}):
        assert len(rest.listed("calls", **fits)) == 1
    for none in ({"StartTime": tomorrow}, {"StartTime>": tomorrow}, {"StartTime<": "2001-01-01"}):
        assert rest.listed("calls", **none) == []
    minute = timedelta(minutes=1)
    assert rest.listed("calls", **{"StartTime>": f"{now + minute:%Y-%m-%dT%H:%M:%SZ}"}) == []
    assert len(rest.listed("calls", **{"StartTime>": f"{now - minute:%Y-%m-%dT%H:%M:%SZ}"})) == 1
    assert code(rest.get("/Calls.json", StartTime="yesterday")) == (400, 20001)
