"""The hotline that is sent odd things: its real parts in this process, on a real Redis and SQLite."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes, urlencode, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException

from exchange.signature import sign
from foundation.logs import configure
from foundation.settings import Settings, load
from ivr.app import create_app
from processes.inside import inside_token
from processes.launch.demo_house import prepare
from processes.parts import build_parts
from storms.fuzz.beside import Beside, beside

PUBLIC_URL = "https://hotline.example"
TOKEN = "a1" * 16  # of nobody
INSIDE, METRICS = "inside", "metrics"  # the names of the tokens that open more
METRICS_TOKEN = "d4" * 16  # of nobody
FORM = "application/x-www-form-urlencoded"
NUMBER, PERSON = "+622150001000", "+622150001001"
# The same hotline in web processes that take all calls, next to none, few of each number.
HOUSES: Mapping[str, Mapping[str, str]] = {
    "open": {},
    "crowded": {"CALLS_A_MINUTE": "1"},
    "strict": {"CALLS_OF_A_NUMBER": "1", "HOSTED_RECOGNITION": "on"},
}
SHUT = frozenset({403, 404, 405, 503})  # with these a door was not entered


@dataclass(frozen=True, slots=True)
class Sent:
    """One request as it goes over the wire, to one of HOUSES.

    `signature`: what stands there instead of the carrier's own; `bearer`: the name of a token of ours, or
    an odd one, or none.
    """

    target: str
    fields: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"
    signature: str | None = None
    content_type: str = FORM
    bearer: str = ""
    house: str = "open"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and after how many seconds, less those in which this machine was busy elsewhere.

    `door`: the rule of the application that the address has; empty for none.
    """

    status: int
    content_type: str
    body: bytes
    seconds: float
    door: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """The web process without its server: all that a request can reach is there."""

    # By the name of the house; `tokens` by theirs.
    apps: Mapping[str, Flask]
    beside: Beside
    tokens: Mapping[str, str]
    scheduled: int | None
    log: Path

    def send(self, sent: Sent) -> Answer:
        """Ask and wait. Whatever the application raises, comes out here."""
        told: dict[str, Any] = {}

        def start(status: str, headers: list[tuple[str, str]], _fault: object = None) -> None:
            told.update(status=int(status[:3]), headers=dict(headers))

        app, asked = self.apps[sent.house], self._environment(sent)
        began, kept = time.monotonic(), self._kept_waiting()
        answer = app.wsgi_app(asked, start)  # type: ignore[arg-type]  # nobody writes by hand
        body = b"".join(answer)
        took = time.monotonic() - began - (self._kept_waiting() - kept)
        door = _door(app, asked)
        return Answer(told["status"], told["headers"].get("Content-Type", ""), body, took, door)

    def _kept_waiting(self) -> float:
        """Seconds that this thread has been ready to run and was not let: no fault of what it runs."""
        return 0.0 if self.scheduled is None else int(os.pread(self.scheduled, 99, 0).split()[1]) / 1e9

    def last_words(self) -> str:
        """The last fault that the hotline has written down, as far as it is there yet."""
        return self.log.read_text("utf-8").rstrip().rpartition("\n")[2]

    def unentered(self, answers: Iterable[tuple[str, int]]) -> set[str]:
        """The rules of the application that none of these answers (rule, status) has entered."""
        rules = {rule.rule for app in self.apps.values() for rule in app.url_map.iter_rules()}
        return rules - {door for door, status in answers if status not in SHUT}

    def _environment(self, sent: Sent) -> dict[str, Any]:
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
            "HTTP_AUTHORIZATION": f"Bearer {self.tokens.get(sent.bearer, sent.bearer)}",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
            "wsgi.errors": BytesIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }


def _door(app: Flask, asked: Mapping[str, Any]) -> str:
    path = asked["PATH_INFO"].encode("latin-1").decode(errors="replace")
    try:
        return str(app.url_map.bind("").match(path, asked["REQUEST_METHOD"], return_rule=True)[0])
    except HTTPException:
        return ""


def _scheduled(opened: ExitStack) -> int | None:
    """The file in which the kernel tells how this thread was scheduled; None if it does not tell."""
    try:
        return opened.enter_context(Path("/proc/thread-self/schedstat").open("rb")).fileno()
    except OSError:
        return None


@contextmanager
def line(redis_url: str) -> Iterator[Line]:
    """A hotline with the shipped book, an empty database and the customers of a laptop."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as opened:
        base = settings_of(redis_url, Path(folder), {})
        prepare(base)
        log = Path(folder) / "log"
        configure("production", "error", opened.enter_context(log.open("w", buffering=1)))
        tokens = {INSIDE: inside_token(base).reveal(), METRICS: METRICS_TOKEN}
        apps = {}
        for house, limits in HOUSES.items():
            parts = build_parts(settings_of(redis_url, Path(folder), limits))
            opened.callback(parts.close)
            apps[house] = create_app(parts)
        yield Line(apps, opened.enter_context(beside(base, redis_url)), tokens, _scheduled(opened), log)


def settings_of(redis_url: str, folder: Path, limits: Mapping[str, str]) -> Settings:
    """Of one house, whose data lie in this folder."""
    told = {
        "HOTLINE_ENV": "development",
        "PUBLIC_URL": PUBLIC_URL,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "SECRET_KEY": "5c" * 32,
        "METRICS_TOKEN": METRICS_TOKEN,
        "DATABASE_URL": f"sqlite:///{folder}/fuzz.sqlite",
        "REDIS_URL": redis_url,
        "SPOOL_DIR": str(folder / "spool"),
        "HOTLINE_NUMBER": NUMBER,
        "PERSON_FALLBACK_NUMBER": PERSON,
        **dict.fromkeys(("CALLS_AT_ONCE", "CALLS_A_MINUTE", "CALLS_OF_A_NUMBER"), "0"),
        **limits,
    }
    return load(told, folder)
