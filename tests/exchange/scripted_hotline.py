"""A hotline of a few lines for the tests of the exchange: a path and what it answers, over real HTTP."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    query: dict[str, str]
    fields: dict[str, str]
    headers: dict[str, str]
    url: str


@dataclass(frozen=True)
class Answer:
    body: bytes = b""
    status: int = 200
    content_type: str = "text/xml"
    location: str | None = None
    cookie: str | None = None


Answering = str | Answer | Callable[[Asked], "str | Answer"]


@dataclass
class ScriptedHotline:
    answers: dict[str, Answering] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    base: str = ""
    # What answers at every path that is not among the answers.
    otherwise: Callable[[Asked], "str | Answer"] | None = None

    def at(self, path: str) -> list[Asked]:
        return [one for one in self.asked if one.path == path]

    def fields(self, path: str) -> dict[str, str]:
        found = self.at(path)
        assert len(found) == 1, f"{path} was asked {len(found)} times: {[one.path for one in self.asked]}"
        return found[0].fields

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        found = self.answers.get(asked.path, self.otherwise or Answer(status=404))
        if callable(found):
            found = found(asked)
        if isinstance(found, str):
            return Answer(f"<Response>{found}</Response>".encode())
        return found


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self) -> None:
        assert isinstance(self.server, HttpServer)
        self._send(self.server.outer.hotline.answer(self._asked(self.server.outer.base)))

    def do_POST(self) -> None:
        self.do_GET()

    def _asked(self, base: str) -> Asked:
        body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        parts = urlsplit(self.path)
        return Asked(
            self.command,
            parts.path,
            dict(parse_qsl(parts.query, keep_blank_values=True)),
            dict(parse_qsl(body, keep_blank_values=True)),
            {name.lower(): value for name, value in self.headers.items()},
            base + self.path,
        )

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        told = {
            "Content-Type": answer.content_type or None,
            "Location": answer.location,
            "Set-Cookie": answer.cookie,
            "Content-Length": str(len(answer.body)),
        }
        for name, value in told.items():
            if value is not None:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


class HttpServer(ThreadingHTTPServer):
    daemon_threads = True
    # Of fifty calls that begin at once, none may find the door full: it would knock again a second later.
    request_queue_size = 256

    def __init__(self, outer: "Server") -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.outer = outer


class Server:
    def __init__(self) -> None:
        self.hotline = ScriptedHotline()
        self._http = HttpServer(self)
        self.base = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(5)
