"""From outside: what answers under PUBLIC_URL, by which certificate, and whom its signed door lets in."""

import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from exchange.signature import sign
from foundation.redaction import Secret
from processes.doctor import path_look
from processes.doctor.findings import Finding
from processes.doctor.path_look import look_at_public_url, look_at_signed_door, signature
from tests.processes.behind_tls import behind_tls
from tests.processes.test_looks import TOKEN, settings_of
from tests.scripted_carrier import Answer, carrier, gives, hangs, says
from tests.servers import free_port

SECOND = "b2" * 16


def public_url(folder: Path, *answers: Answer) -> Finding:
    with carrier(*answers) as web:
        return look_at_public_url(settings_of(folder, PUBLIC_URL=web.url))


def test_a_web_process_that_is_ready_is_told_with_its_pace(tmp_path: Path) -> None:
    found = public_url(tmp_path, says({"live": True}), says({"ready": True, "checks": {"redis": "ok"}}))
    assert found.well
    assert " is ready, answers in " in found.how


def test_what_a_web_process_waits_for_is_named(tmp_path: Path) -> None:
    checks = {"redis": "ok", "database": "cannot be read;\nis it migrated?"}
    found = public_url(tmp_path, says({}), says({"ready": False, "checks": checks}, 503))
    assert found.grave
    assert found.how.endswith("lives and is not ready: database cannot be read; is it migrated?")


@pytest.mark.parametrize("odd", [gives(b"", 503), gives(b"[]", 503), says({"checks": 7}, 503)])
def test_one_that_is_not_ready_and_does_not_say_why_is_told_too(tmp_path: Path, odd: Answer) -> None:
    assert "it answers 503" in public_url(tmp_path, says({}), odd).how


def test_a_redirect_is_told_as_the_loss_of_keys_that_it_is(tmp_path: Path) -> None:
    found = public_url(tmp_path, gives(b"", 301, Location="https://hotline.example.org/health/live"))
    assert found.grave
    assert "sends on to https://hotline.example.org/health/live" in found.how
    assert found.cure == "set PUBLIC_URL to the address that answers itself"


@pytest.mark.parametrize("status", [404, 502])
def test_what_is_no_web_process_of_ours_is_told_by_its_status(tmp_path: Path, status: int) -> None:
    assert f"answers {status}" in public_url(tmp_path, gives(b"nginx", status)).how


def test_a_web_process_that_hangs_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(path_look, "LIMIT", 0.3)
    began = time.monotonic()
    assert "does not answer within" in public_url(tmp_path, hangs(3)).how
    assert time.monotonic() - began < 2


def drips(one: BaseHTTPRequestHandler) -> None:
    """A body without an end, a letter at a time."""
    one.send_response(200)
    one.end_headers()
    with suppress(OSError):
        for _ in range(100):
            one.wfile.write(b"x")
            one.wfile.flush()
            time.sleep(0.05)


def test_a_body_that_drips_is_not_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(path_look, "LIMIT", 0.3)
    began = time.monotonic()
    public_url(tmp_path, drips)
    assert time.monotonic() - began < 3


def test_a_certificate_that_nobody_vouches_for_is_told_as_such(tmp_path: Path) -> None:
    with behind_tls(tmp_path) as host:
        found = look_at_public_url(settings_of(tmp_path, PUBLIC_URL=f"https://{host}"))
    assert "is not trusted: self-signed certificate" in found.how
    assert "whole chain" in (found.cure or "")


def test_a_server_without_tls_is_told_as_such(tmp_path: Path) -> None:
    with carrier(says({})) as web:
        found = look_at_public_url(settings_of(tmp_path, PUBLIC_URL=web.url.replace("http:", "https:")))
    assert "does not speak TLS" in found.how


# The signed door.


def door(folder: Path, *answers: Answer, **more: str) -> Finding:
    with carrier(*answers) as web:
        return look_at_signed_door(settings_of(folder, PUBLIC_URL=web.url, **more))


IN, OUT = gives(b"", 204), gives(b"", 403)


def test_a_door_that_lets_in_the_genuine_alone_is_well(tmp_path: Path) -> None:
    assert door(tmp_path, IN, OUT).well
    assert door(tmp_path, IN, IN, OUT, TWILIO_AUTH_TOKEN_SECONDARY=SECOND).well


def test_a_door_that_lets_in_anybody_is_the_gravest_finding(tmp_path: Path) -> None:
    found = door(tmp_path, IN, IN)
    assert found.grave
    assert "a wrong signature is let in" in found.how


@pytest.mark.parametrize(
    ("answers", "how"),
    [
        ((OUT, OUT), "refuses what the carrier would sign"),
        ((gives(b"", 404), gives(b"", 404)), "answers 404"),
        ((IN, gives(b"", 502)), "answers 204, 502"),
        ((gives(b"", 301, Location="/"), OUT), "answers 301, 403"),
    ],
)
def test_a_door_that_is_another_is_told(tmp_path: Path, answers: tuple[Answer, ...], how: str) -> None:
    found = door(tmp_path, *answers)
    assert how in found.how
    assert found.cure


def test_a_second_token_that_the_web_process_does_not_know_is_told(tmp_path: Path) -> None:
    found = door(tmp_path, IN, OUT, OUT, TWILIO_AUTH_TOKEN_SECONDARY=SECOND)
    assert "one of the tokens" in found.how


def test_nobody_at_the_door_is_told(tmp_path: Path) -> None:
    nobody = look_at_signed_door(settings_of(tmp_path, PUBLIC_URL=f"http://127.0.0.1:{free_port()}"))
    assert "does not answer" in nobody.how


def test_a_name_that_no_dns_could_hold_is_told(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, PUBLIC_URL="https://hotline..example.org")
    for look in (look_at_public_url, look_at_signed_door):
        found = look(settings)
        assert found.grave
        assert "its name is not found" in found.how


def test_the_doctor_signs_as_the_carrier_does() -> None:
    fields = {"To": "+622150001000", "CallStatus": "ringing", "Empty": ""}
    url = "https://hotline.example.org/voice/check"
    assert signature(Secret(TOKEN), url, fields) == sign(TOKEN, url, fields)
