"""The REST part: recordings behind a user name and a password, and a shelf that never overflows."""

from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from exchange.exchange import Exchange
from exchange.recordings import Recording, Recordings, tone, wav_seconds
from tests.exchange.conftest import ACCOUNT, TOKEN, Place
from tests.exchange.scripted_hotline import ScriptedHotline

KEY = ("SK" + "b" * 32, "secret-of-the-key")
OWN = (ACCOUNT, TOKEN)


@pytest.fixture
def url(place: Place, hotline: ScriptedHotline) -> str:
    place({"/answer": '<Record action="/kept"/>', "/kept": "<Hangup/>"}, {"speaks": 2.0})
    return hotline.fields("/kept")["RecordingUrl"]


@pytest.mark.parametrize("ending", ["", ".wav"])
@pytest.mark.parametrize("who", [KEY, OWN])
def test_a_recording_is_served_to_those_who_may_have_it(url: str, ending: str, who: tuple[str, str]) -> None:
    reply = httpx.get(url + ending, auth=who)
    assert (reply.status_code, reply.headers["content-type"]) == (200, "audio/x-wav")
    assert wav_seconds(reply.content) == pytest.approx(2.0)


def test_what_is_known_of_a_recording_is_served_too(url: str) -> None:
    table = httpx.get(url + ".json", auth=KEY).json()
    assert (table["duration"], table["channels"], table["source"]) == ("2", 1, "RecordVerb")
    listing = httpx.get(url.rpartition("/")[0] + ".json", params={"CallSid": table["call_sid"]}, auth=KEY)
    assert [one["sid"] for one in listing.json()["recordings"]] == [table["sid"]]


@pytest.mark.parametrize("who", [None, ("SK" + "b" * 32, "wrong"), ("nobody", ""), (ACCOUNT, "")])
def test_nobody_else_gets_anything(url: str, who: tuple[str, str] | None) -> None:
    reply = httpx.get(url, auth=who)
    assert (reply.status_code, reply.json()["code"]) == (401, 20003)


def test_another_account_has_no_recordings_here(url: str) -> None:
    reply = httpx.get(url.replace(ACCOUNT, "AC" + "f" * 32), auth=KEY)
    assert (reply.status_code, reply.json()["code"]) == (404, 20404)


def test_a_deleted_recording_is_gone(url: str) -> None:
    assert httpx.delete(url, auth=KEY).status_code == 204
    assert httpx.get(url, auth=KEY).status_code == 404
    assert httpx.delete(url + ".json", auth=KEY).status_code == 404


def test_other_forms_are_not_pretended(url: str) -> None:
    assert httpx.get(url + ".mp3", auth=KEY).status_code == 404


@pytest.mark.parametrize("in_a_folder", [True, False])
def test_the_oldest_falls_off_a_full_shelf(tmp_path: Path, *, in_a_folder: bool) -> None:
    shelf = Recordings(tmp_path / "shelf" if in_a_folder else None, most=2)
    moment = datetime(2026, 1, 5, tzinfo=UTC)
    for number in range(3):
        shelf.keep(Recording(f"RE{number}", "CA1", ACCOUNT, moment, 1), tone(0.1))
    assert [one.sid for one in shelf.all()] == ["RE1", "RE2"]
    assert shelf.audio("RE0") is None
    assert shelf.audio("RE2") == tone(0.1)
    if in_a_folder:
        assert sorted(one.name for one in (tmp_path / "shelf").iterdir()) == ["RE1.wav", "RE2.wav"]


def test_an_exchange_has_its_address_before_the_first_call(exchange: Exchange) -> None:
    assert httpx.get(exchange.api_url + "/health/live").json() == {"live": True}
