"""Spoken messages are fetched from the carrier alone, within a size and a time, whatever it answers."""

import base64
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from foundation.clock import SystemClock
from foundation.redaction import Secret
from telephony import recordings
from telephony.recordings import Audio, CarrierAccount, CarrierRecordings, NoAudio

SID = "AC" + "de30" * 8
RECORDING = "RE" + "1e" * 16
PATH = f"/2010-04-01/Accounts/{SID}/Recordings/{RECORDING}.wav"
Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def carrier(*answers: Answer) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """A server that gives these answers, the last one again and again; what it was asked, with whose key."""
    asked: list[tuple[str, str]] = []
    left = list(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers.get("Authorization", "")))
            (left.pop(0) if len(left) > 1 else left[0])(self)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


def gives(body: bytes, status: int = 200, **headers: str) -> Answer:
    def answer(one: BaseHTTPRequestHandler) -> None:
        one.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            one.send_header(name, value)
        one.end_headers()
        one.wfile.write(body)

    return answer


def sends_to(address: str) -> Answer:
    return gives(b"", 302, Location=address)


def drips(one: BaseHTTPRequestHandler) -> None:
    one.send_response(200)
    one.end_headers()
    try:
        for _ in range(200):
            one.wfile.write(b"x")
            one.wfile.flush()
            time.sleep(0.05)
    except OSError:
        return


def hangs(one: BaseHTTPRequestHandler) -> None:
    del one
    time.sleep(3)


def fetch(url: str, **account: object) -> Audio | NoAudio:
    told = {"url": url, "sid": SID, "user": "SK1", "password": Secret("hidden"), **account}
    one = CarrierRecordings(CarrierAccount(**told), SystemClock())  # type: ignore[arg-type]
    try:
        return one.fetch(RECORDING)
    finally:
        one.close()


@pytest.fixture
def short_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recordings, "TIME_LIMIT", 0.6)
    monkeypatch.setattr(recordings, "READ_LIMIT", 0.3)


def test_a_recording_is_fetched_by_its_id_with_the_key_of_the_account() -> None:
    with carrier(gives(b"RIFF")) as (url, asked):
        assert fetch(url) == Audio(b"RIFF")
    key = "Basic " + base64.b64encode(b"SK1:hidden").decode()
    assert asked == [(PATH, key)]


def test_a_recording_that_is_not_there_yet_is_asked_for_again() -> None:
    with carrier(gives(b"", 404), gives(b"", 404), gives(b"RIFF")) as (url, asked):
        assert fetch(url) == Audio(b"RIFF")
    assert len(asked) == 3


@pytest.mark.usefixtures("short_limits")
def test_a_recording_that_is_never_there_is_given_up() -> None:
    with carrier(gives(b"", 404)) as (url, _):
        assert fetch(url) == NoAudio("the carrier does not have it")


@pytest.mark.parametrize("status", [401, 403, 429, 500, 204])
def test_another_answer_is_no_recording(status: int) -> None:
    with carrier(gives(b"", status)) as (url, asked):
        assert isinstance(fetch(url), NoAudio)
    assert len(asked) == 1


def test_a_redirect_within_the_carrier_is_followed() -> None:
    with carrier(sends_to("/elsewhere.wav"), gives(b"RIFF")) as (url, asked):
        assert fetch(url) == Audio(b"RIFF")
    assert asked[1][0] == "/elsewhere.wav"


@pytest.mark.parametrize(
    "address",
    [
        *(
            "http://169.254.169.254/latest",
            "https://evil.example/x.wav",
            "//evil.example/x",
            "file:///etc/passwd",
        ),
        *(
            "http://api.twilio.com/x",
            "https://api.twilio.com.evil.example/",
            "https://api.twilio.com@evil.example/",
        ),
        *("https://api.twilio.com:8443/x", "", "gopher://x", "http://[::1]/", "http://0x7f000001/"),
    ],
)
def test_a_redirect_to_anybody_else_is_not_followed(address: str) -> None:
    with carrier(sends_to(address)) as (url, asked):
        assert isinstance(fetch(url), NoAudio)
    assert len(asked) <= recordings.MOST_REDIRECTS + 1


def test_the_key_of_the_account_stays_with_the_carrier() -> None:
    with carrier(gives(b"RIFF")) as (other, asked_there):
        host = other.removeprefix("http://")
        with carrier(sends_to(f"https://{host}/x.wav")) as (url, _):
            # The other host speaks no TLS: it is asked, and nothing of ours arrives.
            assert isinstance(fetch(url, media_hosts=frozenset({host})), NoAudio)
    assert asked_there == []


def test_redirects_in_a_circle_end() -> None:
    with carrier(sends_to(PATH)) as (url, asked):
        assert isinstance(fetch(url), NoAudio)
    assert len(asked) == recordings.MOST_REDIRECTS + 1


def test_a_recording_above_the_limit_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recordings, "LARGEST_RECORDING", 1_000)
    with carrier(gives(b"x" * 100_000)) as (url, _):
        assert isinstance(fetch(url), NoAudio)


@pytest.mark.usefixtures("short_limits")
@pytest.mark.parametrize("answer", [drips, hangs])
def test_a_carrier_that_is_slow_is_given_up_in_time(answer: Answer) -> None:
    began = time.monotonic()
    with carrier(answer) as (url, _):
        assert isinstance(fetch(url), NoAudio)
        assert time.monotonic() - began < 2.5


def test_a_carrier_that_is_not_there_is_no_fault_of_ours() -> None:
    assert isinstance(fetch("http://127.0.0.1:9"), NoAudio)


def test_the_account_does_not_print_its_key() -> None:
    assert "hidden" not in repr(CarrierAccount("https://x", SID, "SK1", Secret("hidden")))
