"""The load caller keeps so many calls in progress, and notes each answer and each that was none."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

import pytest

from bench.load.callers import Callers, Load, Noted
from bench.webhooks.calls import Asked

TURNS = 3  # of a call
QUICK = (0.01, 0.02)  # seconds of thinking


class Answering(BaseHTTPRequestHandler):
    """Says where it was asked, or what the address says it should do instead."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        if self.path == "/hangs-up":
            self.close_connection = True
            return
        body = self.path.encode()
        self.send_response(500 if self.path == "/fails" else 200)
        self.send_header("Content-Length", str(len(body)))
        with suppress(OSError):  # the load is over, and nobody listens any more
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def asked(path: str) -> Asked:
    return Asked(f"POST {path} HTTP/1.1\r\nHost: here\r\nContent-Length: 0\r\n\r\n".encode(), path.encode())


def held(port: int, load: Load, *paths: str) -> tuple[Noted, list[int]]:
    """What was noted, and the calls that were begun before it was measured."""
    numbers, before = count(1), [0]

    def call() -> Sequence[Asked]:
        before[0] = next(numbers)
        return [asked(path) for path in paths]

    begun: list[int] = []
    noted = asyncio.run(Callers(load, port, call).call(lambda: begun.append(before[0])))
    return noted, begun


def test_so_many_calls_are_in_progress_and_whoever_has_ended_is_followed_by_another(port: int) -> None:
    load = Load(calls=4, thinking=QUICK, warming=0.3, seconds=0.5)
    noted, (begun,) = held(port, load, *["/turn"] * TURNS)
    assert begun > 4
    assert noted.begun > begun
    assert len(noted.times) > 4 * TURNS
    assert noted.faults.total() == 0


def test_calls_come_by_a_rate(port: int) -> None:
    noted, _ = held(port, Load(rate=40.0, thinking=QUICK, warming=0.1, seconds=0.7), "/turn")
    assert 5 < noted.begun < 80
    assert noted.faults.total() == 0


def test_an_answer_that_is_wrong_or_does_not_come_is_a_fault_and_ends_its_call(port: int) -> None:
    load = Load(calls=1, thinking=QUICK, warming=0.1, seconds=0.3)
    failing, _ = held(port, load, "/fails", "/never-asked")
    assert failing.faults.total() == len(failing.times) > 0
    assert set(failing.faults) == {"status 500, not the answer"}
    dead, _ = held(port, load, "/hangs-up")
    assert set(dead.faults) == {"IncompleteReadError"}
