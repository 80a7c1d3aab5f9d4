"""Stands before two web processes and hands each call to one and the other in turn, request by request."""

from __future__ import annotations

import http.client
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

ANSWER_LIMIT = 20.0  # seconds; the carrier has given up long before
WAITING = 512  # connections that wait to be accepted
DROPPED = {"connection", "transfer-encoding", "content-length", "server", "date"}  # of one leg alone
_CALL = re.compile(r"CA[0-9a-f]{32}")


class Switch(ThreadingHTTPServer):
    """Counts what each side has answered; `moves` are requests whose call was on the other side before."""

    request_queue_size = WAITING
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Leg)
        self.sides = ("", "")  # where each process answers: they are told of this address before they begin
        self.answered: Counter[str] = Counter()
        self.moves = 0
        self._latest: dict[str, int] = {}
        self._lock = threading.Lock()

    @property
    def address(self) -> str:
        """Where it is asked."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def side_of(self, request: str) -> str:
        """Who answers this one: not who answered the last one of its call. Calls begin on either side."""
        found = _CALL.search(request)
        call = found[0] if found else ""
        with self._lock:
            known = self._latest.get(call)
            side = len(self._latest) % 2 if known is None else 1 - known
            self._latest[call] = side
            self.moves += known is not None
            self.answered[self.sides[side]] += 1
        return self.sides[side]


class _Leg(BaseHTTPRequestHandler):
    server: Switch
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Asked by the carrier."""
        self._pass_on(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def do_GET(self) -> None:
        """A recording that is played."""
        self._pass_on(b"")

    def _pass_on(self, body: bytes) -> None:
        side = urlsplit(self.server.side_of(f"{self.path} {body.decode('latin-1')}"))
        line = http.client.HTTPConnection(side.hostname or "", side.port, timeout=ANSWER_LIMIT)
        try:
            line.request(self.command, self.path, body, dict(self.headers))
            answer = line.getresponse()
            found = answer.read()
        except OSError:
            self.close_connection = True  # as the process behind did
            return
        finally:
            line.close()
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in DROPPED:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(found)))
        self.end_headers()
        self.wfile.write(found)

    def log_message(self, *_words: object) -> None:
        """Nothing: the tape has it."""


@contextmanager
def switching(server: Switch) -> Iterator[None]:
    """It answers while this is open."""
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
