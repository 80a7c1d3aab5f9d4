"""The line of a browser: one socket a call, events down in order, deeds up in order."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.sync.client import connect

from exchange.callers import read_script
from exchange.exchange import Exchange
from exchange.settings import NumberSettings
from exchange.surface.line import COMING_BACK
from exchange.switchboard import Plan
from tests.exchange.conftest import ACCOUNT, CALLER, NUMBER, TOKEN
from tests.exchange.scripted_hotline import ScriptedHotline, Server
from tests.exchange.sockets import address, line

MENU = {
    "/answer": '<Gather action="/next" numDigits="1" timeout="600"><Say>Press one</Say></Gather>',
    "/next": '<Say>Speak</Say><Record action="/kept" timeout="2"/><Say>Nothing</Say>',
    "/kept": "<Say>Thank you</Say>",
}
WAITS = '<Gather action="/next" numDigits="200" timeout="600"/>'


@pytest.fixture(scope="module")
def real_time(server: Server) -> Iterator[Exchange]:
    numbers = {NUMBER: NumberSettings(f"{server.base}/answer", f"{server.base}/status")}
    with Exchange(account_sid=ACCOUNT, auth_token=TOKEN, numbers=numbers) as exchange:
        yield exchange


def test_a_call_is_held_over_a_socket(exchange: Exchange, hotline: ScriptedHotline) -> None:
    hotline.answers |= MENU
    with line(exchange, from_=CALLER, to=NUMBER) as held:
        held.until("listening")
        held.do(keys="1")
        held.until("listening")
        held.do(speaks=2.5)
        events = held.to_the_end()
    assert held.heard() == ["Press one", "Speak", "Thank you"]
    assert [one["sequence"] for one in events] == list(range(1, len(events) + 1))
    assert {one["call"] for one in events} == {held.sid}
    assert (events[-1]["kind"], events[-1]["by"]) == ("ended", "document")
    assert hotline.fields("/kept")["RecordingDuration"] == "2"


def test_a_caller_hangs_up(exchange: Exchange, hotline: ScriptedHotline) -> None:
    hotline.answers |= MENU
    with line(exchange, from_=CALLER, to=NUMBER) as held:
        held.until("listening")
        held.do(hangup=True)
        assert held.to_the_end()[-1]["by"] == "caller"


def test_two_hundred_keys_in_one_frame_keep_their_order(exchange: Exchange, hotline: ScriptedHotline) -> None:
    keys = "0123456789*" * 18 + "12"
    hotline.answers |= {"/answer": WAITS, "/next": "<Hangup/>"}
    with line(exchange, from_=CALLER, to=NUMBER) as held:
        held.until("listening")
        held.do(keys=keys)
        held.to_the_end()
    assert hotline.fields("/next")["Digits"] == keys


@pytest.mark.parametrize(
    ("deed", "why"),
    [
        ({"keys": "x"}, '"keys" is a text'),
        ({"keys": "1" * 1001}, '"keys" is a text'),
        ({"speaks": -1}, '"speaks" is a number'),
        ({"speaks": True}, '"speaks" is a number'),
        ({"speed": 0}, '"speed" is a number from 0.1 to 50'),
        ({"speed": 51}, '"speed" is a number'),
        ({"speed": "fast"}, '"speed" is a number'),
        ({"says": "", "language": "en"}, '"says" is a text'),
        ({"says": "hello", "language": 7}, '"language" is a text'),
        ({"says": "x" * 2001, "language": "en"}, '"says" is a text'),
        ({}, "at a time"),
        ({"sings": 1}, "at a time"),
        ({"keys": "1", "hangup": True}, "at a time"),
        ([], "JSON object"),
    ],
)
def test_a_deed_that_cannot_be_is_refused_and_the_call_goes_on(
    exchange: Exchange, hotline: ScriptedHotline, deed: object, why: str
) -> None:
    hotline.answers |= MENU
    with line(exchange, from_=CALLER, to=NUMBER) as held:
        held.socket.send(json.dumps(deed))
        assert why in held.refusal()
        held.socket.send("[" * 30_000)
        assert "not JSON" in held.refusal()
        held.socket.send('{"speed": NaN}')
        assert '"speed" is a number' in held.refusal()
        held.do(hangup=True)
        assert held.to_the_end()[-1]["by"] == "caller"


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ({"from_": CALLER, "to": "+10000000000"}, "no number of this exchange"),
        ({"from_": CALLER}, '"to" is a text'),
        ({"from_": "x" * 200, "to": NUMBER}, '"from" is a text'),
        ({"from_": "+62\n81", "to": NUMBER}, '"from" is a text'),
        ({"from_": CALLER, "to": NUMBER, "speed": "0"}, '"speed" is a number'),
        ({"from_": CALLER, "to": NUMBER, "speed": "nan"}, '"speed" is a number'),
        ({"from_": CALLER, "to": NUMBER, "speed": "inf"}, '"speed" is a number'),
        ({"follow": "CA0"}, "there is no call"),
    ],
)
def test_a_call_that_cannot_be_placed_says_why(exchange: Exchange, query: dict[str, str], why: str) -> None:
    with line(exchange, **query) as held:
        assert why in held.first["error"]
        assert held.to_the_end() == []


def test_two_sockets_follow_one_call(exchange: Exchange, hotline: ScriptedHotline) -> None:
    hotline.answers |= MENU
    with line(exchange, from_=CALLER, to=NUMBER) as first:
        first.until("listening")
        with line(exchange, follow=first.sid) as second, line(exchange, follow=first.sid, after=3) as third:
            second.do(keys="1")
            second.do(hangup=True)
            assert first.to_the_end() == second.to_the_end()
            assert third.to_the_end() == first.events[3:]
    with line(exchange, follow=first.sid) as late:
        assert late.to_the_end() == first.events


def test_whoever_comes_back_in_time_goes_on(real_time: Exchange, hotline: ScriptedHotline) -> None:
    hotline.answers |= {"/answer": WAITS, "/next": "<Hangup/>"}
    with line(real_time, from_=CALLER, to=NUMBER) as held:
        held.until("listening")
    with line(real_time, follow=held.sid, after=len(held.events)) as again:
        time.sleep(COMING_BACK + 0.5)
        again.do(keys="1")
        again.do(hangup=True)
        assert again.to_the_end()[-1]["by"] == "caller"
    assert hotline.fields("/status")["CallDuration"] in ("5", "6", "7")


def test_whoever_does_not_come_back_has_hung_up(real_time: Exchange, hotline: ScriptedHotline) -> None:
    hotline.answers |= {"/answer": WAITS}
    with line(real_time, from_=CALLER, to=NUMBER) as held:
        held.until("listening")
        held.socket.socket.close()
    ended = real_time.record(held.sid)
    assert ended.ended_by == "caller"
    assert COMING_BACK - 0.5 < ended.seconds < COMING_BACK + 2


def test_whoever_only_watches_does_not_keep_the_caller(real_time: Exchange, hotline: ScriptedHotline) -> None:
    hotline.answers |= {"/answer": WAITS}
    with line(real_time, from_=CALLER, to=NUMBER) as held:
        held.until("listening")
        with line(real_time, follow=held.sid, after=0, watch=1) as watching:
            watching.until("listening")
            held.socket.socket.close()
            assert watching.to_the_end()[-1]["by"] == "caller"
    assert real_time.record(held.sid).seconds < COMING_BACK + 2


def test_a_script_goes_on_without_anybody_who_looks_on(real_time: Exchange, hotline: ScriptedHotline) -> None:
    hotline.answers |= {"/answer": '<Gather timeout="6" action="/next"/>'}

    async def place() -> str:
        plan = Plan(CALLER, NUMBER, read_script([{"stays_silent": True}]))
        return real_time.board.dial(plan).sid

    with line(real_time, follow=real_time.run(place())) as held:
        held.until("listening")
    assert real_time.record(held.sid).ended_by == "document"


def test_a_binary_frame_ends_the_socket(exchange: Exchange, hotline: ScriptedHotline) -> None:
    hotline.answers |= MENU
    with line(exchange, from_=CALLER, to=NUMBER) as held:
        held.socket.send(b"\x00")
        assert "JSON object, as text" in held.refusal()
        with pytest.raises(ConnectionClosedError) as closed:
            held.to_the_end()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1003


def test_a_frame_of_a_megabyte_is_not_taken(exchange: Exchange, hotline: ScriptedHotline) -> None:
    hotline.answers |= MENU
    with line(exchange, from_=CALLER, to=NUMBER) as held:
        # The door may be shut before all of it is through.
        with suppress(ConnectionClosedError):
            held.socket.send("1" * 1_000_000)
        with pytest.raises(ConnectionClosedError) as closed:
            held.to_the_end()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009


def test_fifty_sockets_hold_fifty_calls_at_once(exchange: Exchange, hotline: ScriptedHotline) -> None:
    hotline.answers |= {"/answer": '<Gather action="/next" numDigits="4"/>', "/next": "<Hangup/>"}
    together = threading.Barrier(50)

    def one(number: int) -> tuple[str, str]:
        with line(exchange, from_=f"+62812{number:07}", to=NUMBER) as held:
            together.wait(20)
            held.until("listening")
            held.do(keys=f"{number:04}")
            return held.sid, held.to_the_end()[-1]["by"]

    with ThreadPoolExecutor(50) as pool:
        ended = list(pool.map(one, range(50)))
    assert {by for _, by in ended} == {"hangup"}
    pressed = {asked.fields["CallSid"]: asked.fields["Digits"] for asked in hotline.at("/next")}
    assert pressed == {sid: f"{number:04}" for number, (sid, _) in enumerate(ended)}


def test_a_call_goes_faster_from_the_middle_of_a_wait_on(
    real_time: Exchange, hotline: ScriptedHotline
) -> None:
    hotline.answers |= {"/answer": f"<Say>{'word ' * 100}</Say>"}
    began = time.monotonic()
    with line(real_time, from_=CALLER, to=NUMBER) as held:
        held.until("saying")
        time.sleep(0.5)
        held.do(speed=50)
        ended = held.to_the_end()[-1]
    assert time.monotonic() - began < 4
    assert ended["seconds"] == pytest.approx(499 / 14, abs=2)


def test_a_call_may_be_placed_at_a_speed_of_its_own(real_time: Exchange, hotline: ScriptedHotline) -> None:
    hotline.answers |= {"/answer": '<Pause length="20"/>'}
    began = time.monotonic()
    with line(real_time, from_=CALLER, to=NUMBER, speed=40) as held:
        assert held.to_the_end()[-1]["seconds"] == pytest.approx(20, abs=2)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "file://"])
def test_a_foreign_page_gets_no_socket(exchange: Exchange, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused, line(exchange, origin=origin, from_=CALLER, to=NUMBER):
        pass
    assert refused.value.response.status_code == 403


def test_our_own_page_gets_one(exchange: Exchange, hotline: ScriptedHotline) -> None:
    hotline.answers |= MENU
    with line(exchange, origin=exchange.api_url, from_=CALLER, to=NUMBER) as held:
        held.do(hangup=True)
        assert held.to_the_end()[-1]["kind"] == "ended"


def test_a_name_that_is_not_ours_gets_no_socket(exchange: Exchange) -> None:
    port = exchange.api_url.rpartition(":")[2]
    with pytest.raises(InvalidStatus) as refused:
        connect(
            address(exchange, to=NUMBER).replace("127.0.0.1", "rebound.example"),
            sock=socket.create_connection(("127.0.0.1", int(port))),
            proxy=None,
        )
    assert refused.value.response.status_code == 403
