"""The hotline that is sent odd things: its real parts in this process, on a real Redis and SQLite."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes, urlencode, urlsplit

from flask import Flask

from exchange.signature import sign
from foundation.logs import configure
from foundation.settings import load
from ivr.app import create_app
from processes.launch.demo_house import prepare
from processes.parts import build_parts

PUBLIC_URL = "https://hotline.example"
TOKEN = "a1" * 16  # of nobody
FORM = "application/x-www-form-urlencoded"
NUMBER, PERSON = "+622150001000", "+622150001001"
_SCHEDULED = Path("/proc/thread-self/schedstat")


@dataclass(frozen=True, slots=True)
class Sent:
    """One request as it goes over the wire. `signature`: what stands there instead of the carrier's own."""

    target: str
    fields: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"
    signature: str | None = None
    content_type: str = FORM


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and after how many seconds, less those in which this machine was busy elsewhere."""

    status: int
    content_type: str
    body: bytes
    seconds: float


@dataclass(frozen=True, slots=True)
class Line:
    """The web process without its server: all that a request can reach is there."""

    app: Flask

    def send(self, sent: Sent) -> Answer:
        """Ask and wait. Whatever the application raises, comes out here."""
        told: dict[str, Any] = {}

        def start(status: str, headers: list[tuple[str, str]], _fault: object = None) -> None:
            told.update(status=int(status[:3]), headers=dict(headers))

        began, kept = time.monotonic(), _kept_waiting()
        answer = self.app.wsgi_app(_environment(sent), start)  # type: ignore[arg-type]  # nobody writes by hand
        body = b"".join(answer)
        took = time.monotonic() - began - (_kept_waiting() - kept)
        return Answer(told["status"], told["headers"].get("Content-Type", ""), body, took)


def _kept_waiting() -> float:
    """Seconds that this thread has been ready to run and was not let: no fault of what it runs."""
    try:
        return int(_SCHEDULED.read_text("ascii").split()[1]) / 1e9
    except OSError:
        return 0.0  # a kernel that does not tell


@contextmanager
def line(redis_url: str) -> Iterator[Line]:
    """A hotline with the shipped book, an empty database and the customers of a laptop."""
    with tempfile.TemporaryDirectory() as folder:
        told = {
            "HOTLINE_ENV": "development",
            "PUBLIC_URL": PUBLIC_URL,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "SECRET_KEY": "5c" * 32,
            "DATABASE_URL": f"sqlite:///{folder}/fuzz.sqlite",
            "REDIS_URL": redis_url,
            "HOTLINE_NUMBER": NUMBER,
            "PERSON_FALLBACK_NUMBER": PERSON,
        }
        settings = load(told, Path(folder))
        prepare(settings)
        with (Path(folder) / "log").open("w") as out:
            configure("production", "error", out)
            parts = build_parts(settings)
            try:
                yield Line(create_app(parts))
            finally:
                parts.close()


def _environment(sent: Sent) -> dict[str, Any]:
    body = urlencode(sent.fields).encode()
    path, query = urlsplit(f"http://h{sent.target}")[2:4]
    signature = sent.signature
    if signature is None:
        signature = sign(TOKEN, PUBLIC_URL + sent.target, sent.fields)
    return {
        "REQUEST_METHOD": sent.method,
        "RAW_URI": sent.target,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "CONTENT_TYPE": sent.content_type,
        "CONTENT_LENGTH": str(len(body)),
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "hotline.example",
        "HTTP_X_TWILIO_SIGNATURE": signature,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
