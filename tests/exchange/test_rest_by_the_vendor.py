"""The vendor's own client finds in the REST part what it expects of the carrier: shapes, codes, pages."""

import time
from collections.abc import Iterator

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from exchange.exchange import Exchange
from exchange.settings import Account, NumberSettings, Person
from tests.exchange.conftest import ACCOUNT, CALLER, NUMBER, TOKEN

CARRIER = "https://api.twilio.com"
BUSY = "+6281300000002"
MANY = [f"+6221500020{place:02}" for place in range(7)]


class ToTheExchange:
    """Sends what is meant for the carrier to an exchange."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._inner = TwilioHttpClient(timeout=5)

    def request(self, method: str, url: str, *told: object, **more: object) -> object:
        return self._inner.request(method, url.replace(CARRIER, self._url), *told, **more)


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    numbers = {
        number: NumberSettings("https://hotline.example.org/voice/answer") for number in (NUMBER, *MANY)
    }
    with Exchange(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        numbers=numbers,
        people={BUSY: Person("busy")},
        account=Account(ACCOUNT, TOKEN, kind="Trial", verified=frozenset({BUSY})),
        speed=float("inf"),
    ) as exchange:
        yield Client(ACCOUNT, TOKEN, http_client=ToTheExchange(exchange.api_url))


def test_the_account_is_read(client: Client) -> None:
    account = client.api.v2010.accounts(ACCOUNT).fetch()
    assert (account.status, account.type) == ("active", "Trial")


def test_numbers_are_walked_through_page_by_page_and_set(client: Client) -> None:
    found = client.incoming_phone_numbers.list(page_size=3)
    assert [one.phone_number for one in found] == [NUMBER, *MANY]
    assert found[0].capabilities["voice"] is True
    (one,) = client.incoming_phone_numbers.list(phone_number=MANY[3])
    now = one.update(voice_url="https://other.example.org/", voice_fallback_method="GET")
    assert (now.voice_url, now.voice_fallback_method) == ("https://other.example.org/", "GET")
    assert one.fetch().voice_url == "https://other.example.org/"


def test_a_call_is_placed_read_and_listed(client: Client) -> None:
    placed = client.calls.create(
        to=BUSY,
        from_=NUMBER,
        url="https://hotline.example.org/voice/answer",
        status_callback_event=["answered", "completed"],
    )
    assert (placed.status, placed.direction) == ("queued", "outbound-api")
    until = time.monotonic() + 10
    while (seen := client.calls(str(placed.sid)).fetch()).status != "busy" and time.monotonic() < until:
        time.sleep(0.02)
    assert (seen.status, seen.duration) == ("busy", "0")
    assert seen.end_time >= seen.start_time
    assert [one.sid for one in client.calls.list(to=BUSY, status="busy")] == [placed.sid]
    assert client.calls(str(placed.sid)).notifications.list() == []


@pytest.mark.parametrize(
    ("to", "from_", "status", "code"),
    [(CALLER, NUMBER, 400, 21219), ("12", NUMBER, 400, 21211), (BUSY, CALLER, 400, 21210)],
)
def test_a_refusal_is_the_vendors_exception_with_its_number(
    client: Client, to: str, from_: str, status: int, code: int
) -> None:
    with pytest.raises(TwilioRestException) as refused:
        client.calls.create(to=to, from_=from_, url="https://hotline.example.org/voice/answer")
    assert (refused.value.status, refused.value.code) == (status, code)
    with pytest.raises(TwilioRestException) as unknown:
        client.calls("CA" + "0" * 32).fetch()
    assert (unknown.value.status, unknown.value.code) == (404, 20404)
