"""The call to a number of yours: placed once, watched within a limit, and told as it ended."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from foundation.clock import StoppedClock
from foundation.redaction import Secret
from foundation.settings import load
from processes.connect.connecting import addresses
from processes.connect.first_call import WATCHED, FirstCall, place
from processes.connect.steps import Steps, Stop
from telephony.numbers import CarrierNumbers
from telephony.placed_calls import PlacedCalls
from telephony.recordings import CarrierAccount
from telephony.rest import CarrierRest
from tests.scripted_carrier import Answer, Carrier, carrier, gives, hangs, refuses, says, tears

AT = datetime(2026, 11, 24, 3, tzinfo=UTC)
SID = "AC" + "de30" * 8
NUMBER, FRIEND = "+622150001000", "+6281234567801"
URL = "https://hotline.example.org"


def call_at(status: str, duration: str | None = None) -> Answer:
    return says({"sid": "CA" + "0f" * 16, "status": status, "duration": duration}, 201)


NOTHING_WRONG = says({"notifications": []})


def placed(one: Carrier, folder: Path) -> tuple[list[str], Stop | None]:
    """What was told, and why it stopped."""
    clock, said = StoppedClock(AT), list[str]()
    account = CarrierAccount(one.url, SID, SID, Secret("hidden"))
    rest = CarrierRest(account, clock, sleep=lambda _seconds: None)
    settings = load(
        {
            "HOTLINE_ENV": "development",
            "DATABASE_URL": f"sqlite:///{folder}/h.sqlite",
            "SECRET_KEY": "9b1f" * 16,
            "TWILIO_AUTH_TOKEN": "7c" * 16,
        }
    )
    steps = Steps(settings, account, CarrierNumbers(rest), said.append)
    call = FirstCall(
        FRIEND, NUMBER, PlacedCalls(rest), clock, lambda seconds: clock.advance(timedelta(seconds=seconds))
    )
    try:
        place(steps, call, addresses(URL, "https://bins.example.com/f"))
    except Stop as stop:
        return said, stop
    finally:
        rest.close()
    return said, None


def test_each_step_of_the_call_is_told_once(tmp_path: Path) -> None:
    ways = ["queued", "queued", "ringing", "ringing", "in-progress", "in-progress"]
    answers = [*(call_at(way) for way in ways), call_at("completed", "23"), NOTHING_WRONG]
    with carrier(*answers) as one:
        said, stop = placed(one, tmp_path)
    assert stop is None
    assert [line.split()[0] for line in said] == ["call", "call", "call", "call", "ok"]
    assert said[-1].endswith("ended after 23 s")
    assert one.asked[0].fields["Url"].startswith(f"{URL}/voice/answer#")
    assert one.asked[0].fields["FallbackUrl"] == "https://bins.example.com/f"
    assert one.methods().count("POST") == 1


@pytest.mark.parametrize("lost", [refuses(500, 20500, "oops"), tears, gives(b"<html>"), says({"sid": 1})])
def test_a_call_whose_placing_is_unclear_is_never_placed_again(tmp_path: Path, lost: Answer) -> None:
    with carrier(lost, call_at("queued")) as one:
        _, stop = placed(one, tmp_path)
    assert stop is not None
    assert "is not known" in str(stop)
    assert "not placed a second time" in stop.cure
    assert one.methods() == ["POST"]


def test_a_carrier_with_too_much_to_do_is_asked_again(tmp_path: Path) -> None:
    with carrier(refuses(429, 20429, "Too Many"), call_at("completed", "5"), NOTHING_WRONG) as one:
        _, stop = placed(one, tmp_path)
    assert stop is None
    assert one.methods()[:2] == ["POST", "POST"]


def test_looks_that_are_lost_on_the_way_do_not_end_the_watch(tmp_path: Path) -> None:
    answers = [call_at("ringing"), *[refuses(503)] * 6, call_at("completed", "5"), NOTHING_WRONG]
    with carrier(*answers) as one:
        said, stop = placed(one, tmp_path)
    assert stop is None
    assert said[-1].startswith("ok")


def test_a_call_that_goes_on_is_not_watched_for_ever_and_one_that_rings_for_ever_is_told(
    tmp_path: Path,
) -> None:
    with carrier(call_at("in-progress")) as one:
        said, stop = placed(one, tmp_path)
    assert stop is None
    assert "goes on" in said[-1]
    assert len(one.asked) <= WATCHED + 5
    with carrier(call_at("ringing")) as one:
        _, stop = placed(one, tmp_path)
    assert "nobody has taken it" in str(stop)


@pytest.mark.parametrize(
    ("status", "why"), [("busy", "busy"), ("no-answer", "nobody took it"), ("failed", "could not connect")]
)
def test_an_end_without_a_talk_is_told_with_its_cure(tmp_path: Path, status: str, why: str) -> None:
    with carrier(call_at("queued"), call_at(status, "0"), NOTHING_WRONG) as one:
        _, stop = placed(one, tmp_path)
    assert stop is not None
    assert why in str(stop)
    assert stop.cure


def test_an_error_of_the_carrier_is_told_even_if_the_call_ended_well(tmp_path: Path) -> None:
    note = {"error_code": "11200", "message_text": "Msg=Got+HTTP+502", "request_url": f"{URL}/voice/answer"}
    answers = (call_at("queued"), call_at("completed", "4"), says({"notifications": [note]}))
    with carrier(*answers) as one:
        said, stop = placed(one, tmp_path)
    assert f"FAULT    the carrier's error 11200: our document could not be fetched, at {URL}" in said[-1]
    assert stop is not None


def test_a_carrier_that_falls_silent_ends_the_watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("telephony.rest.ANSWER_LIMIT", 0.1)
    monkeypatch.setattr("telephony.rest.TRIES", 1)
    with carrier(call_at("ringing"), hangs(1)) as one:
        _, stop = placed(one, tmp_path)
    assert stop is not None
