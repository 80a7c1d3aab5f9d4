"""Who may come in: only what the carrier has signed, and nothing that is sent makes a fault of ours."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import Client, TestResponse

from exchange.signature import sign
from ivr.channels.twilio_signature import HEADER
from ivr.handlers.guard import BODY_LIMIT, LARGEST_BODY
from tests.ivr.handlers.front import BASE, CALL, RECORDING, TOKEN, Front, usual_fields

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

FORM = "application/x-www-form-urlencoded"
TARGETS = (
    "/voice/answer",
    "/voice/status",
    "/voice/check",
    f"/voice/calls/{CALL}/turns/1",
    f"/voice/calls/{CALL}/turns/1/heard",
    f"/voice/calls/{CALL}/not-taken/overflow/1?language=",
    f"/voice/calls/{CALL}/apology/person?language=en",
    f"/voice/calls/{CALL}/apology/message?language=",
)


def send(target: str = "/voice/answer", **changes: object) -> TestResponse:
    fields = usual_fields()
    usual: dict[str, object] = {
        "data": urlencode(fields),
        "headers": {HEADER: sign(TOKEN, BASE + target, fields)},
        "content_type": FORM,
    }
    return Front().client.post(target, **{**usual, **changes})


def test_a_signed_form_comes_in() -> None:
    assert send().status_code == 200


@pytest.mark.parametrize("target", TARGETS)
def test_every_door_of_a_call_asks_for_the_signature(target: str) -> None:
    assert send(target).status_code in {200, 204}
    assert send(target, headers={}).status_code == 403
    assert send(target, headers={HEADER: "A" * 27 + "="}).status_code == 403


def test_every_posted_address_of_the_process_is_among_those_tested() -> None:
    rules = [rule for rule in Front().app().url_map.iter_rules() if "POST" in (rule.methods or ())]
    assert len(rules) == len(TARGETS)


def test_the_door_that_only_tells_of_the_signature_does_nothing() -> None:
    front = Front()
    fields = {"CallStatus": "check"}
    for _ in range(2):
        headers = {HEADER: sign(TOKEN, BASE + "/voice/check", fields)}
        let_in = front.client.post("/voice/check", data=fields, headers=headers)
        assert (let_in.status_code, let_in.data) == (204, b"")


def test_the_host_that_a_request_names_changes_nothing() -> None:
    fields = usual_fields()
    genuine = sign(TOKEN, BASE + "/voice/answer", fields)
    for odd in ("evil.example", "h:99999999", "[::1", "[::1]:x", "a b", ""):
        assert send(headers={HEADER: genuine, "Host": odd}).status_code == 200
        forged = sign(TOKEN, f"https://{odd}/voice/answer", fields)
        assert send(headers={HEADER: forged, "Host": odd}).status_code == 403
    proxied = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http", "Forwarded": "host=evil"}
    assert send(headers={HEADER: genuine, **proxied}).status_code == 200


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "text/plain", "multipart/form-data; boundary=x", "", "application/xml"],
)
def test_another_kind_of_body_stays_outside_even_with_a_signature_of_the_bare_address(
    content_type: str,
) -> None:
    bare = sign(TOKEN, BASE + "/voice/answer", {})
    for body in ('{"CallSid": "' + CALL + '", "Digits": "1"}', ""):
        refused = send(data=body, headers={HEADER: bare}, content_type=content_type)
        assert refused.status_code == 403


def test_a_body_hash_in_the_address_opens_no_form() -> None:
    target = "/voice/answer?bodySHA256=" + "0" * 64
    assert send(target).status_code == 403


def test_a_query_with_escapes_is_accepted_as_it_was_signed() -> None:
    for query in ("?q=%C3%A9", "?q=%7E", "?a=b%20c"):
        assert send("/voice/answer" + query).status_code == 200


def test_a_body_above_the_limit_is_not_read() -> None:
    assert send(data="x=" + "1" * LARGEST_BODY).status_code == 413
    assert send(data=b"&".join(b"f%d=1" % n for n in range(5_000))).status_code == 403


class EndlessBody:
    """What a stranger sends who never stops."""

    def read(self, size: int = -1) -> bytes:
        return b"x" * (size if size > 0 else 1_000)

    readline = read


def test_a_body_without_an_end_is_not_read() -> None:
    endless = {
        "wsgi.input": EndlessBody(),
        "wsgi.input_terminated": True,
        "HTTP_TRANSFER_ENCODING": "chunked",
    }
    refused = Front().client.post("/voice/answer", content_type=FORM, environ_overrides=endless)
    assert refused.status_code == 413


class LateReader:
    """A body that lies in the socket while its thread waits for the processor until the limit is over."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line

    def read(self, size: int = -1) -> bytes:
        time.sleep(BODY_LIMIT + 0.2)
        return self._line.recv(size if size > 0 else LARGEST_BODY)

    readline = read


def test_what_lies_in_the_socket_is_read_before_the_time_is_judged() -> None:
    body = urlencode(usual_fields()).encode()
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as carrier,
        server.accept()[0] as line,
    ):
        carrier.sendall(body)
        over = {"wsgi.input": LateReader(line), "wsgi.input_terminated": True, "gunicorn.socket": line}
        assert send(data=body, environ_overrides=over).status_code == 200


@pytest.mark.parametrize("changes", [{}, {"headers": {}}], ids=["signed", "unsigned"])
def test_a_body_shorter_than_it_said_is_not_judged_but_asked_for_again(changes: dict[str, object]) -> None:
    body = urlencode(usual_fields()).encode()
    over = {"wsgi.input": BytesIO(body[:-1]), "wsgi.input_terminated": True}
    cut = send("/voice/answer", **{"data": body, "environ_overrides": over, **changes})
    assert (cut.status_code, cut.data) == (503, b"")


def test_only_post_is_heard_where_calls_are_led() -> None:
    client = Front().client
    for target in TARGETS:
        for method in ("GET", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"):
            assert client.open(target, method=method).status_code == 405


def test_a_server_that_does_not_tell_the_raw_target_lets_nobody_in() -> None:
    app, fields = Front().app(), usual_fields()

    def without(environment: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        del environment["RAW_URI"], environment["REQUEST_URI"]
        return app.wsgi_app(environment, start)

    headers = {HEADER: sign(TOKEN, BASE + "/voice/answer", fields)}
    answer = Client(without).post("/voice/answer", data=urlencode(fields), headers=headers, content_type=FORM)
    assert answer.status_code == 403


@pytest.mark.parametrize(("call", "status"), [("é" * 34, 403), ("é" * 17, 404)])
def test_a_call_in_other_letters_is_none(call: str, status: int) -> None:
    target = quote(f"/voice/calls/{call}/turns/1")
    assert send(target).status_code == status


def test_a_refusal_says_nothing() -> None:
    refused = send(headers={})
    assert refused.data == b""
    assert CALL not in str(refused.headers)


paths = st.sampled_from([*TARGETS, "/", "/voice", f"/voice/recordings/{RECORDING}", "/health/live/x"])
header_texts = st.text(st.characters(min_codepoint=33, max_codepoint=255), max_size=40)

STRANGERS_FRONT = Front()


@settings(max_examples=200, deadline=None)
@given(
    paths,
    st.binary(max_size=200),
    header_texts,
    st.sampled_from([FORM, "application/json", "", "x/y; charset=é"]),
)
def test_whatever_a_stranger_sends_is_refused_without_a_fault(
    target: str, body: bytes, signature: str, content_type: str
) -> None:
    answer = STRANGERS_FRONT.client.post(
        target, data=body, headers={HEADER: signature}, environ_overrides={"CONTENT_TYPE": content_type}
    )
    assert answer.status_code in {403, 404, 405}
