"""The proxy of deploy/ in front of the real web process: what passes it, what does not, who is not held."""

import os
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from exchange.signature import HEADER, sign
from tests.end_to_end.running import TOKEN, Hotline, running
from tests.house.plan import ROOT
from tests.servers import free_port, program, redis_server

# One proxy and one hotline for all of them: they belong to one worker.
pytestmark = pytest.mark.xdist_group("proxy")

SITE = (ROOT / "deploy" / "nginx-hotline.conf").read_text("utf-8")
NAME = "hotline.example.org"
LIMIT = 20.0  # seconds until it answers, and for its end
SLOW = 64  # requests that never end: four times what the web process works on at once


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy that answers: its two ports, the hotline behind it, and a client that asks it."""

    plain: int
    secure: int
    hotline: Hotline
    client: httpx.Client

    def asked(self, path: str, **more: object) -> httpx.Response:
        return self.client.get(f"https://127.0.0.1:{self.secure}{path}", **more)  # type: ignore[arg-type]

    def webhook(self, token: str = TOKEN, **changes: str) -> httpx.Response:
        """A call that begins, signed over the public address, as the carrier signs it."""
        fields = {
            "CallSid": "CA" + os.urandom(16).hex(),
            "AccountSid": str(self.hotline.settings.twilio_account_sid),
            "From": "+6281234567801",
            "To": self.hotline.settings.hotline_number,
            "CallStatus": "ringing",
            "Direction": "inbound",
            "ApiVersion": "2010-04-01",
            **changes,
        }
        path = "/voice/answer"
        signed = sign(token, self.hotline.settings.public_url + path, fields)
        return self.client.post(
            f"https://127.0.0.1:{self.secure}{path}", data=fields, headers={HEADER: signed}
        )


def certificate(folder: Path) -> tuple[Path, Path]:
    """One that we signed ourselves, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem, secret = folder / "fullchain.pem", folder / "privkey.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    kind = serialization.PrivateFormat.PKCS8
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption()))
    return pem, secret


def configured(folder: Path, web: int, plain: int, secure: int) -> Path:
    """The site as it is in deploy/, with ports and certificate of a test, in the smallest nginx."""
    pem, secret = certificate(folder)
    changes = {
        f"/etc/letsencrypt/live/{NAME}/fullchain.pem": str(pem),
        f"/etc/letsencrypt/live/{NAME}/privkey.pem": str(secret),
        "server 127.0.0.1:5000;": f"server 127.0.0.1:{web};",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl;": f"listen 127.0.0.1:{secure} ssl;",
    }
    site = SITE
    for old, new in changes.items():
        assert site.count(old) == 1, old
        site = site.replace(old, new)
    # The machine of a test may have no IPv6.
    site = "\n".join(line for line in site.splitlines() if "listen [::]" not in line)
    (folder / "site.conf").write_text(site, "utf-8")
    as_root = "user root;" if os.geteuid() == 0 else ""
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"{kind}_temp_path {folder / kind};" for kind in kinds)
    place = folder / "nginx.conf"
    place.write_text(
        f"{as_root} worker_processes 1; daemon off; pid {folder}/pid; error_log {folder}/error.log warn;"
        f" events {{ worker_connections 512; }} http {{ {places} include {folder}/site.conf; }}",
        "utf-8",
    )
    return place


@contextmanager
def serving(nginx: str, hotline: Hotline, folder: Path) -> Iterator[Proxy]:
    plain, secure = free_port(), free_port()
    place = configured(folder, hotline.settings.port, plain, secure)
    process = subprocess.Popen([nginx, "-p", folder, "-c", place], stderr=subprocess.DEVNULL)
    try:
        # The certificate is one of our own.
        with httpx.Client(trust_env=False, verify=False, timeout=10.0) as client:  # noqa: S501
            proxy = Proxy(plain, secure, hotline, client)
            until = time.monotonic() + LIMIT
            while not _answers(proxy):
                assert process.poll() is None, (folder / "error.log").read_text()
                assert time.monotonic() < until
                time.sleep(0.05)
            yield proxy
    finally:
        process.terminate()
        process.wait(LIMIT)


def _answers(proxy: Proxy) -> bool:
    try:
        proxy.asked("/health/live")
    except httpx.TransportError:
        return False
    return True


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    nginx = program("nginx", "nginx")
    folder = tmp_path_factory.mktemp("proxied")
    url = f"sqlite:///{folder / 'hotline.sqlite'}"
    with (
        redis_server() as redis_url,
        running(redis_url, url, folder) as hotline,
        serving(nginx, hotline, tmp_path_factory.mktemp("nginx")) as proxy,
    ):
        yield proxy


def test_the_proxy_takes_the_site_as_it_is_written(tmp_path: Path) -> None:
    nginx = program("nginx", "nginx")
    place = configured(tmp_path, 5000, free_port(), free_port())
    asked = [nginx, "-t", "-p", str(tmp_path), "-c", str(place)]
    said = subprocess.run(asked, capture_output=True, text=True, timeout=LIMIT, check=False)
    assert said.returncode == 0, said.stderr
    assert "warn" not in said.stderr


def test_a_signed_webhook_passes_and_is_answered(proxy: Proxy) -> None:
    answer = proxy.webhook()
    assert answer.status_code == httpx.codes.OK
    assert answer.text.startswith("<?xml")
    assert "<Gather" in answer.text


def test_a_webhook_of_a_stranger_passes_and_is_refused_by_us(proxy: Proxy) -> None:
    assert proxy.webhook(token="f0" * 16).status_code == httpx.codes.FORBIDDEN


@pytest.mark.parametrize(
    "path", ["/", "/metrics", "/inside/book.svg", "/phone", "/voice", "/health", "/health/live/x", "/.env"]
)
def test_nothing_else_of_ours_is_seen_from_outside(proxy: Proxy, path: str) -> None:
    answer = proxy.asked(path)
    assert answer.status_code == httpx.codes.NOT_FOUND
    assert "nginx" in answer.text  # it went no further


def test_whether_it_lives_is_told_to_all_and_whether_it_is_ready_to_this_machine(proxy: Proxy) -> None:
    assert proxy.asked("/health/live").status_code == httpx.codes.OK
    assert proxy.asked("/health/ready").status_code == httpx.codes.OK
    ready = SITE[SITE.index("location = /health/ready") :].partition("}")[0]
    assert ready.index("allow 127.0.0.1;") < ready.index("deny all;")


def test_without_tls_there_is_nothing_and_no_redirect(proxy: Proxy) -> None:
    answer = proxy.client.post(f"http://127.0.0.1:{proxy.plain}/voice/answer", data={"Digits": "1"})
    assert answer.status_code == httpx.codes.NOT_FOUND


def test_a_body_that_is_too_large_stops_at_the_proxy(proxy: Proxy) -> None:
    assert proxy.webhook(Body="x" * 70_000).status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE


def test_requests_that_never_end_hold_no_web_thread(proxy: Proxy) -> None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with ExitStack() as slow:
        for _ in range(SLOW):
            line = slow.enter_context(socket.create_connection(("127.0.0.1", proxy.secure), timeout=5))
            secured = slow.enter_context(context.wrap_socket(line))
            secured.sendall(b"POST /voice/answer HTTP/1.1\r\nHost: hotline.example.org\r\nX-Slow: ")
        began = time.monotonic()
        answers = [proxy.webhook() for _ in range(5)]
        took = time.monotonic() - began
    assert [answer.status_code for answer in answers] == [httpx.codes.OK] * 5
    # They would be held for as long as the slowest body may take, if they had reached a web thread.
    assert took < 4.0
