"""Telephones: a handset in Python, calls placed over plain HTTP, and the one in the terminal."""

import asyncio
import json
import threading
from collections.abc import Iterator

import httpx
import pytest

from exchange import terminal
from exchange.exchange import Exchange
from exchange.settings import NumberSettings
from tests.exchange.conftest import ACCOUNT, CALLER, NUMBER, TOKEN
from tests.exchange.scripted_hotline import Asked, ScriptedHotline

MENU = {
    "/answer": '<Gather action="/next" numDigits="1"><Say>Press one</Say></Gather>'
    "<Redirect>/answer</Redirect>",
    "/next": '<Say>Speak</Say><Record action="/kept" timeout="2"/><Say>Nothing</Say>',
    "/kept": "<Say>Thank you</Say>",
}


@pytest.fixture
def client(exchange: Exchange) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=exchange.api_url, timeout=30) as client:
        yield client


def test_a_handset_presses_speaks_and_hears(exchange: Exchange, hotline: ScriptedHotline) -> None:
    hotline.answers |= MENU
    handset = exchange.dial(from_=CALLER, to=NUMBER)
    waiting = handset.wait_for("listening")
    handset.press("1")
    waiting = handset.wait_for("listening", after=waiting.sequence)
    assert waiting.details["wants"] == "voice"
    handset.speak(3.0)
    record = handset.until_over()
    assert record.heard == ("Press one", "Speak", "Thank you")
    assert hotline.fields("/kept")["RecordingDuration"] == "3"


def test_a_handset_may_be_put_down(exchange: Exchange, hotline: ScriptedHotline) -> None:
    hotline.answers |= MENU
    handset = exchange.dial(from_=CALLER, to=NUMBER)
    handset.wait_for("listening")
    handset.hang_up()
    assert handset.until_over().ended_by == "caller"


def test_a_key_pressed_while_the_hotline_thinks_is_lost(exchange: Exchange, hotline: ScriptedHotline) -> None:
    thinking, pressed = threading.Event(), threading.Event()

    def think(_asked: Asked) -> str:
        thinking.set()
        assert pressed.wait(5)
        return '<Gather action="/wrong" numDigits="1"/>'

    hotline.answers |= {"/answer": '<Gather action="/next" numDigits="1"/>', "/next": think}
    handset = exchange.dial(from_=CALLER, to=NUMBER)
    handset.wait_for("listening")
    handset.press("1")
    assert thinking.wait(5)
    handset.press("5")
    exchange.run(asyncio.sleep(0))
    pressed.set()
    handset.wait_for("pressed", after=handset.wait_for("pressed").sequence)
    handset.stay_silent()
    record = handset.until_over()
    assert [(one["keys"], one["lost"]) for one in record.of("pressed")] == [("1", False), ("5", True)]
    assert not hotline.at("/wrong")


def test_at_a_real_pace_a_key_cuts_off_what_is_being_said(hotline: ScriptedHotline) -> None:
    long = "word " * 200
    hotline.answers |= {
        "/answer": f'<Gather action="/next" numDigits="1"><Say>{long}</Say></Gather>',
        "/next": "<Hangup/>",
    }
    numbers = {NUMBER: NumberSettings(f"{hotline.base}/answer")}
    with Exchange(account_sid=ACCOUNT, auth_token=TOKEN, numbers=numbers, speed=2.0) as exchange:
        handset = exchange.dial(from_=CALLER, to=NUMBER)
        handset.wait_for("saying")
        handset.press("1")
        record = handset.until_over()
    assert record.of("heard")[0]["cut_by"] == "key"
    assert record.seconds < 10


def test_a_scripted_call_may_be_placed_over_http(client: httpx.Client, hotline: ScriptedHotline) -> None:
    hotline.answers |= MENU
    script = [{"presses": "1"}, {"speaks": 2}]
    sid = client.post("/exchange/calls", json={"from": CALLER, "to": NUMBER, "script": script}).json()["sid"]
    events: list[dict[str, object]] = []
    while not events or events[-1]["kind"] != "ended":
        events += client.get(f"/exchange/calls/{sid}/events", params={"after": len(events)}).json()
    assert events[-1]["by"] == "document"


@pytest.mark.parametrize(
    ("path", "body", "kind", "status"),
    [
        ("/exchange/calls", {"from": CALLER, "to": "+10000000000"}, "application/json", 422),
        ("/exchange/calls", {"from": CALLER}, "application/json", 422),
        ("/exchange/calls", {"from": CALLER, "to": NUMBER, "script": [{}]}, "application/json", 422),
        ("/exchange/calls", {"from": CALLER, "to": NUMBER}, "text/plain", 422),
        ("/exchange/calls", [], "application/json", 422),
        ("/exchange/calls", "x" * 70_000, "application/json", 422),
        ("/exchange/calls", {"from": CALLER * 20, "to": NUMBER}, "application/json", 422),
    ],
)
def test_what_cannot_be_done_is_refused(
    client: httpx.Client, path: str, body: object, kind: str, status: int
) -> None:
    reply = client.post(path, content=json.dumps(body), headers={"content-type": kind})
    assert reply.status_code == status
    assert reply.json()["error"]


def test_the_events_of_a_call_are_read_from_a_place_on(
    client: httpx.Client, hotline: ScriptedHotline
) -> None:
    hotline.answers |= MENU
    sid = client.post("/exchange/calls", json={"from": CALLER, "to": NUMBER, "script": []}).json()["sid"]
    call = f"/exchange/calls/{sid}"
    assert client.get(f"{call}/events", params={"after": 1}).json()[0]["sequence"] == 2
    assert client.get(f"{call}/events", params={"after": "x"}).status_code == 422
    assert client.get("/exchange/calls/CA0/events").status_code == 404


def test_the_page_the_numbers_and_the_tape_can_be_read(client: httpx.Client) -> None:
    assert "local telephone exchange" in client.get("/").text
    assert {"number": NUMBER, "name": "the hotline"} in client.get("/exchange/numbers").json()
    for line in client.get("/exchange/tape").text.splitlines():
        assert json.loads(line)["kind"]


def held(exchange: Exchange, *lines: str) -> tuple[int, str]:
    typed, heard = iter(lines), list[str]()
    ended = terminal.run(exchange.api_url, CALLER, NUMBER, lambda: next(typed, ""), heard.append)
    return ended, "".join(heard)


def test_a_piped_caller_presses_when_the_call_waits(exchange: Exchange, hotline: ScriptedHotline) -> None:
    hotline.answers |= MENU
    ended, heard = held(exchange, "\n", "1\n", "say 3\n")
    assert ended == 0
    assert heard.splitlines() == [
        "Press one",
        "Press one",
        "Speak",
        "(recorded, 3 s)",
        "Thank you",
        "(the call is over: document, completed)",
    ]


def test_the_end_of_the_input_and_an_exclamation_mark_hang_up(
    exchange: Exchange, hotline: ScriptedHotline
) -> None:
    hotline.answers |= MENU
    for lines in ((), ("!\n",)):
        _, heard = held(exchange, *lines)
        assert heard.splitlines()[-1] == "(the call is over: caller, completed)"


def test_a_mistyped_key_is_told_and_does_no_harm(exchange: Exchange, hotline: ScriptedHotline) -> None:
    hotline.answers |= MENU
    _, heard = held(exchange, "one\n")
    assert '("keys" is a text of 0-9, * and #)' in heard


def test_a_fault_of_the_carrier_is_told_and_returned(exchange: Exchange, hotline: ScriptedHotline) -> None:
    hotline.answers["/answer"] = "<Sing/>"
    ended, heard = held(exchange)
    assert ended == 1
    assert "(fault 12200: <Sing> is not a verb)" in heard


def test_a_number_that_nobody_has_is_told(exchange: Exchange) -> None:
    heard: list[str] = []
    assert terminal.run(exchange.api_url, CALLER, "+10000000000", lambda: "", heard.append) == 1
    assert "cannot be placed" in heard[0]


def test_a_port_that_is_taken_is_told_at_once(exchange: Exchange) -> None:
    taken = int(exchange.api_url.rpartition(":")[2])
    second = Exchange(account_sid=ACCOUNT, auth_token=TOKEN, numbers={}, port=taken)
    with pytest.raises(OSError, match="in use"), second:
        pass
