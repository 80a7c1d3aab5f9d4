"""A carrier that answers what a test tells it to, over real HTTP; what it was asked is kept."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

END = 0.05  # seconds between two looks of the server whether it shall end


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    fields: dict[str, str]


Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Carrier:
    """`answers` are given one after the other, the last one again and again."""

    answers: list[Answer]
    url: str = ""
    asked: list[Asked] = field(default_factory=list)

    def next(self) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def methods(self) -> list[str]:
        return [one.method for one in self.asked]


def says(table: object, status: int = 200, **headers: str) -> Answer:
    return gives(json.dumps(table).encode(), status, **{"Content-Type": "application/json", **headers})


def refuses(status: int, code: int = 0, message: str = "", **headers: str) -> Answer:
    table = {"code": code, "message": message, "status": status} if code else {}
    return says(table, status, **headers)


def gives(body: bytes, status: int = 200, **headers: str) -> Answer:
    def answer(one: BaseHTTPRequestHandler) -> None:
        one.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            one.send_header(name.replace("_", "-"), value)
        one.end_headers()
        with suppress(OSError):
            one.wfile.write(body)

    return answer


def hangs(seconds: float) -> Answer:
    return lambda _one: time.sleep(seconds)


def tears(one: BaseHTTPRequestHandler) -> None:
    """The line breaks once the request was read."""
    one.connection.close()


@contextmanager
def carrier(*answers: Answer) -> Iterator[Carrier]:
    told = Carrier(list(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            fields = dict(parse_qsl(parts.query or body, keep_blank_values=True))
            told.asked.append(Asked(self.command, parts.path, fields))
            with suppress(OSError, ValueError):
                told.next()(self)

        def do_POST(self) -> None:
            self.do_GET()

        def do_DELETE(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(END,), daemon=True).start()
    told.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
