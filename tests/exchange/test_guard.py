"""Who may use the telephones: a browser on this machine, no page of a stranger, under no stranger's name."""

from collections.abc import Iterator

import httpx
import pytest

from exchange.exchange import Exchange
from exchange.surface import pages
from exchange.surface.settings import SurfaceSettings
from tests.exchange.conftest import ACCOUNT, CALLER, NUMBER, TOKEN
from tests.exchange.scripted_hotline import ScriptedHotline

READ = (
    "/",
    "/phone",
    "/book",
    "/exchange/numbers",
    "/exchange/callers",
    "/exchange/tape",
    "/exchange/voices",
)
FOREIGN = (
    "evil.example",
    "evil.example:5080",
    "127.0.0.1.evil.example",
    "127.0.0.1@evil.example",
    "192.0.2.1",
    "",
)


@pytest.fixture
def client(exchange: Exchange) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=exchange.api_url, timeout=10) as client:
        yield client


@pytest.mark.parametrize("host", FOREIGN)
@pytest.mark.parametrize("path", [*READ, "/health/live", "/pages/phone.css", "/nothing"])
def test_under_a_foreign_name_nothing_is_read(client: httpx.Client, path: str, host: str) -> None:
    assert client.get(path, headers={"host": host}).status_code in (400, 403)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST:1", "[::1]:5080", "127.0.0.1:9"])
def test_this_machine_is_known_by_its_names(client: httpx.Client, host: str) -> None:
    assert client.get("/exchange/numbers", headers={"host": host}).status_code == 200


def test_another_name_is_let_in_where_somebody_said_so() -> None:
    surface = SurfaceSettings(allowed_hosts=("phones.Example.org",))
    with (
        Exchange(account_sid=ACCOUNT, auth_token=TOKEN, numbers={}, surface=surface) as exchange,
        httpx.Client(base_url=exchange.api_url) as client,
    ):
        told = client.get("/exchange/numbers", headers={"host": "phones.example.org"})
    assert told.status_code == 200
    assert "wss://phones.example.org;" in told.headers["content-security-policy"]


def test_the_part_that_asks_for_a_password_is_reached_by_any_name(client: httpx.Client) -> None:
    place = f"/2010-04-01/Accounts/{ACCOUNT}/Recordings.json"
    assert client.get(place, headers={"host": "exchange:5080"}, auth=(ACCOUNT, TOKEN)).status_code == 200
    assert client.get(place, headers={"host": "exchange:5080"}).status_code == 401


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1", "http://localhost:1"])
def test_a_page_of_a_stranger_places_no_call(
    client: httpx.Client, hotline: ScriptedHotline, origin: str
) -> None:
    call = {"from": CALLER, "to": NUMBER}
    for path in ("/exchange/calls", "/exchange/play", "/exchange/calls/CA0/sound"):
        assert client.post(path, json=call, headers={"origin": origin}).status_code == 403
    assert hotline.asked == []


def test_our_own_page_places_one(client: httpx.Client, exchange: Exchange, hotline: ScriptedHotline) -> None:
    hotline.answers["/answer"] = "<Hangup/>"
    call = {"from": CALLER, "to": NUMBER, "script": []}
    placed = client.post("/exchange/calls", json=call, headers={"origin": exchange.api_url})
    assert placed.status_code == 201


@pytest.mark.parametrize("path", [*READ, "/nothing", "/pages/phone.html"])
def test_every_answer_says_what_a_browser_may_do_with_it(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'self'; ")
    assert "unsafe" not in policy
    assert f"connect-src 'self' ws://{client.base_url.netloc.decode()} " in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert "microphone=(self)" in headers["permissions-policy"]


def test_the_callers_who_may_be_played_are_told(client: httpx.Client) -> None:
    assert client.get("/exchange/callers").json() == [
        {"number": CALLER, "name": "Dewi Lestari", "language": "id", "account": "1002003018", "pin": "471163"}
    ]


def test_the_pages_are_served_with_their_types(client: httpx.Client) -> None:
    assert client.get("/phone").headers["content-type"] == "text/html; charset=utf-8"
    for path in pages.FOLDER.iterdir():
        if path.is_file():
            served = client.get(f"/pages/{path.name}")
            assert (served.status_code, served.content) == (200, path.read_bytes()), path.name
            assert served.headers["content-type"].startswith(pages.TYPES[path.suffix[1:]])


@pytest.mark.parametrize(
    "path",
    [
        "/pages/../settings.py",
        "/pages/%2e%2e/settings.py",
        "/pages/..%2fsettings.py",
        "/pages/%2e%2e%2fsettings.py",
        "/pages/..%5csettings.py",
        "/pages/%2fetc%2fpasswd",
        "/pages//etc/passwd",
        "/pages/.hidden.js",
        "/pages/phone.py",
        "/pages/phone.html%00.js",
        "/pages/phone",
        "/pages/nothing.js",
        "/pages/",
        "/pages/" + "a" * 5_000 + ".js",
    ],
)
def test_no_path_leads_out_of_the_pages(client: httpx.Client, path: str) -> None:
    # A request as it is: a client would tidy the dots away before it sends them.
    url = client.base_url.copy_with(raw_path=path.encode())
    request = httpx.Request("GET", url)
    assert client.send(request).status_code == 404


def test_what_npm_did_not_bring_is_an_empty_sheet_and_no_fault(client: httpx.Client) -> None:
    served = client.get("/pages/pico.css")
    assert (served.status_code, bool(served.content)) == (200, pages.PICO.is_file())
    assert served.headers["content-type"] == "text/css; charset=utf-8"
