"""From outside: what answers under PUBLIC_URL, by which certificate, and whom its signed door lets in."""

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from exchange.signature import sign
from foundation.redaction import Secret
from processes.doctor import path_look
from processes.doctor.findings import Finding
from processes.doctor.path_look import look_at_public_url, look_at_signed_door, signature
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


def _make_certificate(key: Path, certificate: Path) -> None:
    drawn, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, drawn.public_key(), x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=True)
        .sign(drawn, hashes.SHA256())
    )
    certificate.write_bytes(signed.public_bytes(Encoding.PEM))
    key.write_bytes(drawn.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


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


@contextmanager
def behind_tls(folder: Path) -> Iterator[str]:
    """A server whose certificate nobody vouches for."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    _make_certificate(key, certificate)
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"https://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_a_certificate_that_nobody_vouches_for_is_told_as_such(tmp_path: Path) -> None:
    with behind_tls(tmp_path) as url:
        found = look_at_public_url(settings_of(tmp_path, PUBLIC_URL=url))
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


def test_the_doctor_signs_as_the_carrier_does() -> None:
    fields = {"To": "+622150001000", "CallStatus": "ringing", "Empty": ""}
    url = "https://hotline.example.org/voice/check"
    assert signature(Secret(TOKEN), url, fields) == sign(TOKEN, url, fields)
