"""A microphone over a WebSocket: heard by streams at once, and kept by recordings."""

import time
from collections.abc import Iterator

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from exchange.exchange import Exchange
from exchange.recordings import tone, wav_seconds
from exchange.settings import NumberSettings
from tests.exchange.conftest import ACCOUNT, CALLER, NUMBER, TOKEN
from tests.exchange.ear import listening
from tests.exchange.scripted_hotline import ScriptedHotline
from tests.exchange.sockets import LIMIT

FRAME = 640  # bytes: 40 ms
SOUND = tone(0.6)[44:]


@pytest.fixture
def own(hotline: ScriptedHotline) -> Iterator[Exchange]:
    number = NumberSettings(f"{hotline.base}/answer", f"{hotline.base}/status")
    with Exchange(account_sid=ACCOUNT, auth_token=TOKEN, numbers={NUMBER: number}) as exchange:
        yield exchange


def microphone(exchange: Exchange, sid: str) -> ClientConnection:
    address = f"{exchange.api_url.replace('http', 'ws', 1)}/exchange/calls/{sid}/microphone"
    return connect(address, proxy=None, open_timeout=LIMIT)


def speak(socket: ClientConnection) -> None:
    for start in range(0, len(SOUND), FRAME):
        socket.send(SOUND[start : start + FRAME])


def test_what_it_hears_goes_into_the_stream_and_cuts_nothing_off(
    own: Exchange, hotline: ScriptedHotline
) -> None:
    with listening() as ear:
        prompt = f"<Say>{'A long prompt. ' * 40}</Say>"
        start = f'<Start><Stream name="ears" url="{ear.url}"/></Start>'
        hotline.answers["/answer"] = f"{start}<Gather>{prompt}</Gather>"
        phone = own.dial(from_=CALLER, to=NUMBER)
        ear.until(lambda: ear.of("media"))
        with microphone(own, phone.sid) as socket:
            speak(socket)
            ear.until(lambda: len(ear.sound().strip(b"\xff")) >= 4_700)
        assert "heard" not in [one.kind for one in phone.events()]
        phone.hang_up()
        phone.until_over()


def test_a_recording_keeps_it_and_is_ended_by_a_key(own: Exchange, hotline: ScriptedHotline) -> None:
    hotline.answers |= {"/answer": '<Record action="/kept" timeout="60"/>', "/kept": "<Hangup/>"}
    phone = own.dial(from_=CALLER, to=NUMBER)
    phone.wait_for("listening")
    with microphone(own, phone.sid) as socket:
        speak(socket)
    # Its last piece comes when it is closed; the key follows what was said.
    time.sleep(1.0)
    phone.press("#")
    (recorded,) = phone.until_over().of("recorded")
    audio = own.board.recordings.audio(recorded["recording"]) or b""
    assert wav_seconds(audio) == pytest.approx(0.6, abs=0.05)


@pytest.mark.parametrize("frame", [b"", b"\x00" * 16_002, b"\x00" * 3, "text"])
def test_what_is_no_sound_ends_it(own: Exchange, hotline: ScriptedHotline, frame: bytes | str) -> None:
    hotline.answers["/answer"] = '<Gather timeout="60"/>'
    phone = own.dial(from_=CALLER, to=NUMBER)
    with microphone(own, phone.sid) as socket:
        socket.send(frame)
        with pytest.raises(ConnectionClosed):
            socket.recv(LIMIT)
        assert socket.close_code == 1003
    phone.hang_up()


def test_what_comes_faster_than_it_was_spoken_is_not_gathered(
    own: Exchange, hotline: ScriptedHotline
) -> None:
    hotline.answers["/answer"] = '<Gather timeout="60"/>'
    phone = own.dial(from_=CALLER, to=NUMBER)
    call = own.board.in_progress(phone.sid)
    assert call is not None
    with microphone(own, phone.sid) as socket:
        for _ in range(60):
            socket.send(bytes(16_000))
        socket.send("text")  # when that ends it, all before it was heard
        with pytest.raises(ConnectionClosed):
            socket.recv(LIMIT)
    assert 0 < call.line.mouth.until - call.line.mouth.now() <= 7.0
    phone.hang_up()
    phone.until_over()


def test_it_is_closed_when_its_call_is_over(own: Exchange, hotline: ScriptedHotline) -> None:
    hotline.answers["/answer"] = '<Gather timeout="60"/>'
    phone = own.dial(from_=CALLER, to=NUMBER)
    phone.wait_for("listening")
    with microphone(own, phone.sid) as socket:
        speak(socket)
        phone.hang_up()
        with pytest.raises(ConnectionClosed):
            socket.recv(LIMIT)
        assert socket.close_code == 1000
    phone.until_over()


def test_a_call_that_is_over_hears_nobody(own: Exchange, hotline: ScriptedHotline) -> None:
    hotline.answers["/answer"] = "<Hangup/>"
    record = own.call(from_=CALLER, to=NUMBER)
    with microphone(own, record.sid) as socket:
        with pytest.raises(ConnectionClosed):
            socket.recv(LIMIT)
        assert socket.close_code == 4404
