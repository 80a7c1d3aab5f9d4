"""What strangers send to the real process: nothing gets in, nothing breaks, nobody else waits."""

import socket
import time
from urllib.parse import urlencode, urlsplit

import httpx
import pytest

from exchange.signature import HEADER, sign
from tests.end_to_end.running import SECOND_TOKEN, TOKEN, Hotline

CALL = "CA" + "0f" * 16
FIELDS = {"CallSid": CALL, "CallStatus": "ringing", "From": "+6281234567999", "To": "+622150001000"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PATIENCE = 15.0  # seconds that the carrier waits
QUICK = 5.0  # seconds, on a machine that is busy with something else


def post(hotline: Hotline, target: str, **told: object) -> httpx.Response:
    usual: dict[str, object] = {
        "content": urlencode(FIELDS),
        "headers": {**FORM, HEADER: sign(TOKEN, hotline.web + target, FIELDS)},
    }
    return httpx.post(hotline.web + target, trust_env=False, timeout=PATIENCE, **{**usual, **told})  # type: ignore[arg-type]


def raw(hotline: Hotline, request: bytes) -> bytes:
    """The first line of what comes back for these bytes."""
    place = urlsplit(hotline.web)
    with socket.create_connection((place.hostname or "", place.port or 80), timeout=QUICK) as line:
        line.sendall(request)
        return line.makefile("rb").readline().strip()


@pytest.mark.parametrize("token", [TOKEN, SECOND_TOKEN])
def test_both_tokens_open_while_one_replaces_the_other(hotline: Hotline, token: str) -> None:
    signature = {**FORM, HEADER: sign(token, hotline.web + "/voice/answer", FIELDS)}
    assert post(hotline, "/voice/answer", headers=signature).status_code == 200


def test_a_query_beyond_ascii_is_compared_as_it_was_sent(hotline: Hotline) -> None:
    for target in ("/voice/answer?q=%C3%A9", "/voice/answer?q=%7E&a=b%20c", "/voice/answer?"):
        genuine = sign(TOKEN, hotline.web + target, FIELDS)
        place = urlsplit(hotline.web).netloc
        body = urlencode(FIELDS)
        head = f"POST {target} HTTP/1.1\r\nHost: {place}\r\nContent-Length: {len(body)}\r\n"
        kind = f"Content-Type: {FORM['Content-Type']}\r\n{HEADER}: {genuine}\r\nConnection: close\r\n\r\n"
        assert raw(hotline, (head + kind + body).encode()) == b"HTTP/1.1 200 OK"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {HEADER: ""},
        {HEADER: "A" * 27 + "="},
        {HEADER: "A" * 4_000},
        {HEADER: "\xe9"},
        {HEADER: "x", "Host": "evil.example"},
        {HEADER: "x", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"},
    ],
)
def test_a_forged_request_is_refused(hotline: Hotline, headers: dict[str, str]) -> None:
    for target in ("/voice/answer", "/voice/status", f"/voice/calls/{CALL}/turns/1"):
        sent = [(name, value.encode("latin-1")) for name, value in {**FORM, **headers}.items()]
        assert post(hotline, target, headers=sent).status_code == 403


def test_another_body_under_a_genuine_signature_is_refused(hotline: Hotline) -> None:
    bare = {HEADER: sign(TOKEN, hotline.web + "/voice/answer", {})}
    for kind in ("application/json", "text/plain", "multipart/form-data; boundary=x"):
        sent = {**bare, "Content-Type": kind}
        assert post(hotline, "/voice/answer", headers=sent, content=b'{"CallSid": "x"}').status_code == 403


def test_the_host_that_is_named_changes_nothing(hotline: Hotline) -> None:
    genuine = sign(TOKEN, hotline.web + "/voice/answer", FIELDS)
    sent = {**FORM, HEADER: genuine, "Host": "h:99999999"}
    assert post(hotline, "/voice/answer", headers=sent).status_code == 200


def test_large_and_endless_requests_are_turned_away_at_once(hotline: Hotline) -> None:
    began = time.monotonic()
    assert post(hotline, "/voice/answer", content=b"x=" + b"1" * 10_000_000).status_code == 413
    assert (
        post(hotline, "/voice/answer", content=b"&".join(b"f=%d" % n for n in range(9_000))).status_code
        == 403
    )
    assert post(hotline, "/voice/answer", content=(b"x" * 1_000 for _ in range(200))).status_code in {
        403,
        413,
    }
    assert time.monotonic() - began < QUICK


@pytest.mark.parametrize(
    "request_line",
    [
        b"POST http://evil.example/voice/answer HTTP/1.1",
        b"POST //voice/answer HTTP/1.1",
        b"POST /voice/../voice/answer HTTP/1.1",
        b"POST /voice/answer%00 HTTP/1.1",
        b"POST /voice/calls/%2e%2e/turns/1 HTTP/1.1",
        b"POST * HTTP/1.1",
        b"OPTIONS * HTTP/1.1",
        b"TRACE /voice/answer HTTP/1.1",
        b"GET /voice/recordings/RE" + b"0" * 32 + b" HTTP/1.1",
        b"GET /voice/recordings/../../etc/passwd HTTP/1.1",
        b"\x00\x01\x02",
    ],
)
def test_an_odd_request_line_is_refused_and_never_a_fault(hotline: Hotline, request_line: bytes) -> None:
    rest = b"\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    answer = raw(hotline, request_line + rest)
    assert answer == b"" or answer.split()[1] in {b"400", b"403", b"404", b"405", b"308", b"501"}


def test_bodies_that_never_arrive_are_given_up_and_others_are_answered(hotline: Hotline) -> None:
    place = urlsplit(hotline.web)
    head = b"POST /voice/answer HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n"
    kind = f"Content-Type: {FORM['Content-Type']}\r\n\r\nCallSid=".encode()
    lines = [socket.create_connection((place.hostname or "", place.port or 80), PATIENCE) for _ in range(20)]
    try:
        for line in lines:
            line.sendall(head + kind)
        assert post(hotline, "/voice/answer").status_code == 200
        # They might have been the carrier's, so that whoever it was may ask again.
        assert {line.makefile("rb").readline().split()[1] for line in lines} == {b"503"}
    finally:
        for line in lines:
            line.close()


def slowly(hotline: Hotline, *pieces: bytes, pause: float) -> bytes:
    """The status line for a genuine request whose body comes in these pieces, with a pause before each."""
    body = urlencode(FIELDS).encode()
    place = urlsplit(hotline.web)
    genuine = sign(TOKEN, hotline.web + "/voice/answer", FIELDS)
    head = f"POST /voice/answer HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Length: {len(body)}\r\n"
    kind = f"Content-Type: {FORM['Content-Type']}\r\n{HEADER}: {genuine}\r\nConnection: close\r\n\r\n"
    with socket.create_connection((place.hostname or "", place.port or 80), timeout=QUICK) as line:
        line.sendall((head + kind).encode())
        for piece in pieces:
            time.sleep(pause)
            line.sendall(piece)
        return line.makefile("rb").readline().strip()


def test_a_genuine_request_that_is_slow_is_asked_for_again_and_never_refused(hotline: Hotline) -> None:
    body = urlencode(FIELDS).encode()
    assert slowly(hotline, body[:20], body[20:], pause=0.2).split()[1] == b"200"
    for pieces in ((body[:-1],), (b"",), tuple(body[n : n + 1] for n in range(3))):
        began = time.monotonic()
        assert slowly(hotline, *pieces, pause=0.3).split()[1] == b"503"
        assert time.monotonic() - began < QUICK


def test_a_chunked_body_that_stops_is_given_up(hotline: Hotline) -> None:
    head = b"POST /voice/answer HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
    kind = f"Content-Type: {FORM['Content-Type']}\r\n\r\n".encode()
    for begun in (b"", b"5\r\nCall", b"5\r\nCallS\r\n"):
        assert raw(hotline, head + kind + begun).split()[1] == b"503"
