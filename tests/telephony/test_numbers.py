"""The account and its numbers as values, against the exchange; and what an odd answer becomes."""

import time
from collections.abc import Iterator

import pytest

from exchange.exchange import Exchange
from exchange.settings import NumberSettings, Person
from foundation.clock import SystemClock
from foundation.redaction import Secret
from telephony.numbers import SETTINGS, AccountState, CarrierNumber, CarrierNumbers
from telephony.placed_calls import CallPlan, PlacedCall, PlacedCalls, Stage
from telephony.recordings import CarrierAccount
from telephony.rest import CarrierRest, Refused, Unclear
from tests.scripted_carrier import carrier, says

SID, TOKEN = "AC" + "de30" * 8, "7c" * 16
KEY, KEY_SECRET = "SK" + "ab" * 16, "5e" * 16
NUMBER, LONGER = "+6221500010", "+622150001000"
FRIEND, BUSY = "+6281234567801", "+6281234567802"


@pytest.fixture(scope="module")
def exchange() -> Iterator[Exchange]:
    with Exchange(
        account_sid=SID,
        auth_token=TOKEN,
        api_credentials={KEY: KEY_SECRET},
        numbers={LONGER: NumberSettings("http://127.0.0.1:1/voice", fallback_url="http://127.0.0.1:1/f")},
        people={FRIEND: Person("answers", rings=1.0, talks=2.0), BUSY: Person("busy")},
        speed=float("inf"),
    ) as exchange:
        yield exchange


@pytest.fixture
def rest(exchange: Exchange) -> Iterator[CarrierRest]:
    one = CarrierRest(CarrierAccount(exchange.api_url, SID, SID, Secret(TOKEN)), SystemClock())
    yield one
    one.close()


def until_over(calls: PlacedCalls, seen: PlacedCall) -> PlacedCall:
    until = time.monotonic() + 10
    while not seen.stage.is_over and time.monotonic() < until:
        looked = calls.look(seen.sid)
        assert isinstance(looked, PlacedCall)
        seen = looked
    return seen


def test_the_account_is_active_and_of_a_kind(rest: CarrierRest) -> None:
    assert CarrierNumbers(rest).account() == AccountState("active", "Full")


def test_a_key_is_refused_the_account_and_may_read_its_numbers(exchange: Exchange) -> None:
    one = CarrierRest(CarrierAccount(exchange.api_url, SID, KEY, Secret(KEY_SECRET)), SystemClock())
    try:
        assert CarrierNumbers(one).account() == Refused(401, 20003, "Authenticate")
        assert isinstance(CarrierNumbers(one).find(LONGER), CarrierNumber)
    finally:
        one.close()


def test_a_number_is_found_as_it_is_set_and_one_that_only_begins_so_is_another(rest: CarrierRest) -> None:
    numbers = CarrierNumbers(rest)
    found = numbers.find(LONGER)
    assert isinstance(found, CarrierNumber)
    assert (found.number, found.takes_calls, found.elsewhere) == (LONGER, True, "")
    assert set(found.settings) == set(SETTINGS)
    assert found.settings["VoiceFallbackUrl"] == "http://127.0.0.1:1/f"
    assert numbers.find(NUMBER) is None
    some = numbers.some()
    assert isinstance(some, tuple)
    assert [one.number for one in some] == [LONGER]


def test_what_is_set_is_read_again(rest: CarrierRest) -> None:
    numbers = CarrierNumbers(rest)
    found = numbers.find(LONGER)
    assert isinstance(found, CarrierNumber)
    now = numbers.set(found, {"VoiceUrl": "https://hotline.example.org/voice#rc=1", "VoiceFallbackUrl": ""})
    assert isinstance(now, CarrierNumber)
    assert (now.settings["VoiceUrl"], now.settings["VoiceFallbackUrl"]) == (
        "https://hotline.example.org/voice#rc=1",
        "",
    )
    refused = numbers.set(found, {"VoiceUrl": "nowhere"})
    assert isinstance(refused, Refused)
    assert refused.code == 21402


def test_a_call_is_placed_and_looked_at_until_it_is_over(rest: CarrierRest) -> None:
    calls = PlacedCalls(rest)
    placed = calls.place(CallPlan(BUSY, LONGER, "http://127.0.0.1:1/voice", "", "", 20))
    assert isinstance(placed, PlacedCall)
    assert (placed.stage, placed.seconds) == (Stage.QUEUED, None)
    seen = until_over(calls, placed)
    assert (seen.stage, seen.seconds) == (Stage.BUSY, 0)
    assert calls.faults(placed.sid) == ()


def test_what_went_wrong_on_a_call_is_told_with_its_number(rest: CarrierRest) -> None:
    calls = PlacedCalls(rest)
    placed = calls.place(CallPlan(FRIEND, LONGER, "http://127.0.0.1:1/voice", "", "", 20))
    assert isinstance(placed, PlacedCall)
    until_over(calls, placed)
    (fault,) = calls.faults(placed.sid)
    assert (fault.code, fault.url) == (11205, "http://127.0.0.1:1/voice")


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"incoming_phone_numbers": None, "status": None},
        {"incoming_phone_numbers": [7], "sid": "CA1", "status": "asleep"},
        {"incoming_phone_numbers": [{"sid": "PN1", "phone_number": LONGER}], "sid": "CA1"},
        {"sid": "CA1", "status": "completed", "duration": "long", "notifications": [{"error_code": "x"}]},
    ],
)
def test_an_answer_that_is_something_else_is_unclear_and_never_a_fault_of_ours(odd: object) -> None:
    with carrier(says(odd)) as one:
        rest = CarrierRest(CarrierAccount(one.url, SID, SID, Secret(TOKEN)), SystemClock(), tries=1)
        try:
            assert isinstance(CarrierNumbers(rest).find(LONGER), Unclear)
            assert isinstance(PlacedCalls(rest).look("CA1"), Unclear)
            assert PlacedCalls(rest).faults("CA1") == ()
        finally:
            rest.close()
