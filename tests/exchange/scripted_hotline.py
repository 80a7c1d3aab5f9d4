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

    def at(self, path: str) -> list[Asked]:
        return [one for one in self.asked if one.path == path]

    def fields(self, path: str) -> dict[str, str]:
        found = self.at(path)
        assert len(found) == 1, f"{path} was asked {len(found)} times: {[one.path for one in self.asked]}"
        return found[0].fields

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        found = self.answers.get(asked.path, Answer(status=404))
        if callable(found):
            found = found(asked)
        if isinstance(found, str):
            return Answer(f"<Response>{found}</Response>".encode())
        return found


class Server:
    def __init__(self) -> None:
        self.hotline = ScriptedHotline()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = -1

            def do_GET(self) -> None:
                self._do()

            def do_POST(self) -> None:
                self._do()

            def _do(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
                parts = urlsplit(self.path)
                answer = outer.hotline.answer(
                    Asked(
                        self.command,
                        parts.path,
                        dict(parse_qsl(parts.query, keep_blank_values=True)),
                        dict(parse_qsl(body, keep_blank_values=True)),
                        {name.lower(): value for name, value in self.headers.items()},
                        outer.hotline.base + self.path,
                    )
                )
                self.send_response(answer.status)
                if answer.content_type:
                    self.send_header("Content-Type", answer.content_type)
                if answer.location is not None:
                    self.send_header("Location", answer.location)
                if answer.cookie is not None:
                    self.send_header("Set-Cookie", answer.cookie)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.base = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(5)
