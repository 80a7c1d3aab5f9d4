"""The account and its numbers over REST: read, set, and what is set changes the next call."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from exchange.exchange import Exchange
from exchange.faults import DialledWrong
from exchange.settings import Account, NumberSettings
from tests.exchange.conftest import ACCOUNT, CALLER, NUMBER, TOKEN
from tests.exchange.scripted_hotline import ScriptedHotline

KEY = ("SK" + "b" * 32, "secret-of-the-key")
OWN = (ACCOUNT, TOKEN)
OTHER = "+622150001777"
TRUNK, APPLICATION = "TK" + "7" * 32, "AP" + "3" * 32


@pytest.fixture
def own() -> Iterator[Exchange]:
    """An exchange of this test's own: its numbers are changed."""
    numbers = {
        NUMBER: NumberSettings("http://127.0.0.1:1/nobody"),
        OTHER: NumberSettings("", takes_calls=False),
    }
    account = Account(ACCOUNT, TOKEN, dict([KEY]), kind="Trial")
    with Exchange(
        account_sid=ACCOUNT, auth_token=TOKEN, numbers=numbers, account=account, speed=float("inf")
    ) as exchange:
        yield exchange


def address(exchange: Exchange, rest: str) -> str:
    return f"{exchange.api_url}/2010-04-01/Accounts/{ACCOUNT}{rest}"


def numbers(exchange: Exchange, **asked: str) -> dict[str, Any]:
    answer = httpx.get(address(exchange, "/IncomingPhoneNumbers.json"), params=asked, auth=KEY)
    assert answer.status_code == 200, answer.text
    table: dict[str, Any] = answer.json()
    return table


def place_of(exchange: Exchange, number: str) -> str:
    found = numbers(exchange, PhoneNumber=number)["incoming_phone_numbers"]
    assert len(found) == 1
    return exchange.api_url + str(found[0]["uri"])


def set_to(exchange: Exchange, **fields: str) -> httpx.Response:
    return httpx.post(place_of(exchange, NUMBER), data=fields, auth=KEY)


def test_the_account_tells_whether_it_is_active_and_a_trial(own: Exchange) -> None:
    table = httpx.get(address(own, ".json"), auth=OWN).json()
    assert (table["sid"], table["status"], table["type"]) == (ACCOUNT, "active", "Trial")


def test_a_key_may_not_read_the_account_itself(own: Exchange) -> None:
    answer = httpx.get(address(own, ".json"), auth=KEY)
    assert (answer.status_code, answer.json()["code"]) == (401, 20003)


@pytest.mark.parametrize(
    "rest", [".json", "/IncomingPhoneNumbers.json", "/Calls.json", "/Calls/CA1.json", "/Recordings.json"]
)
def test_everything_is_behind_the_password_and_of_this_account_alone(own: Exchange, rest: str) -> None:
    for who in (None, (ACCOUNT, "wrong"), ("nobody", TOKEN)):
        refused = httpx.get(address(own, rest), auth=who)
        assert (refused.status_code, refused.json()["code"]) == (401, 20003)
    elsewhere = httpx.get(address(own, rest).replace(ACCOUNT, "AC" + "f" * 32), auth=OWN)
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (404, 20404)


def test_numbers_are_listed_a_page_at_a_time(own: Exchange) -> None:
    first = numbers(own, PageSize="1")
    assert (first["page"], first["page_size"], len(first["incoming_phone_numbers"])) == (0, 1, 1)
    second = httpx.get(own.api_url + str(first["next_page_uri"]), auth=KEY).json()
    assert [one["phone_number"] for one in second["incoming_phone_numbers"]] == [OTHER]
    assert (second["next_page_uri"], second["previous_page_uri"]) == (None, first["first_page_uri"])


@pytest.mark.parametrize("wanted", [NUMBER, NUMBER[-6:], "+62215000*000"])
def test_a_part_of_a_number_finds_it(own: Exchange, wanted: str) -> None:
    found = numbers(own, PhoneNumber=wanted)["incoming_phone_numbers"]
    assert [one["phone_number"] for one in found] == [NUMBER]


@pytest.mark.parametrize("size", ["0", "-1", "many", "9999999999"])
def test_a_page_of_no_size_is_refused(own: Exchange, size: str) -> None:
    answer = httpx.get(address(own, "/IncomingPhoneNumbers.json"), params={"PageSize": size}, auth=KEY)
    assert (answer.status_code, answer.json()["code"]) == (400, 20001)


def test_a_new_address_is_asked_by_the_next_call_without_its_fragment(
    own: Exchange, hotline: ScriptedHotline
) -> None:
    hotline.answers |= {"/new": "<Say>Welcome</Say>"}
    voice = f"{hotline.base}/new#rc=1&ct=2500&rp=ct,rt,5xx"
    answer = set_to(own, VoiceUrl=voice, StatusCallback=f"{hotline.base}/status", VoiceMethod="POST")
    assert (answer.status_code, answer.json()["voice_url"]) == (200, voice)
    record = own.call(from_=CALLER, to=NUMBER)
    assert record.heard == ("Welcome",)
    (asked,) = hotline.at("/new")
    assert asked.url == f"{hotline.base}/new"
    assert "fragment" not in asked.url
    assert hotline.fields("/status")["CallStatus"] == "completed"


def test_methods_and_the_fallback_are_used_as_they_are_set(own: Exchange, hotline: ScriptedHotline) -> None:
    hotline.answers |= {"/broken": "<Nonsense", "/fallback": "<Say>Later</Say>"}
    fallback = {"VoiceFallbackUrl": f"{hotline.base}/fallback", "VoiceFallbackMethod": "GET"}
    set_to(own, VoiceUrl=f"{hotline.base}/broken", VoiceMethod="GET", **fallback)
    assert own.call(from_=CALLER, to=NUMBER).heard == ("Later",)
    assert [(one.method, one.path) for one in hotline.asked] == [("GET", "/broken"), ("GET", "/fallback")]


def test_a_number_that_belongs_to_a_trunk_or_an_application_leads_there_and_no_longer_here(
    own: Exchange,
) -> None:
    assert set_to(own, TrunkSid=TRUNK).json()["trunk_sid"] == TRUNK
    with pytest.raises(DialledWrong, match=TRUNK):
        own.call(from_=CALLER, to=NUMBER)
    taken = set_to(own, VoiceApplicationSid=APPLICATION).json()
    assert (taken["trunk_sid"], taken["voice_application_sid"]) == (None, APPLICATION)
    assert set_to(own, VoiceApplicationSid="").json()["voice_application_sid"] is None
    own.call(from_=CALLER, to=NUMBER)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"VoiceUrl": "hotline.example.org/voice"}, 21402),
        ({"VoiceUrl": "ftp://hotline.example.org"}, 21402),
        ({"VoiceMethod": "DELETE"}, 21403),
        ({"TrunkSid": "the trunk"}, 20001),
        ({"SmsUrl": "https://hotline.example.org/sms"}, 20001),
    ],
)
def test_what_cannot_be_set_is_refused_and_nothing_changes(
    own: Exchange, fields: dict[str, str], code: int
) -> None:
    before = httpx.get(place_of(own, NUMBER), auth=KEY).json()
    answer = set_to(own, **fields)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert httpx.get(place_of(own, NUMBER), auth=KEY).json() == before


def test_a_number_that_takes_no_calls_says_so_and_an_unknown_one_is_not_there(own: Exchange) -> None:
    assert httpx.get(place_of(own, OTHER), auth=KEY).json()["capabilities"]["voice"] is False
    assert numbers(own, PhoneNumber="+49301234567")["incoming_phone_numbers"] == []
    missing = httpx.get(address(own, f"/IncomingPhoneNumbers/PN{'0' * 32}.json"), auth=KEY)
    assert (missing.status_code, missing.json()["code"]) == (404, 20404)
