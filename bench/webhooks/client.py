"""A lean client: one thread, kept connections, requests that were written before the clock runs."""

import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.webhooks.calls import Plan

LONGEST_WAIT = 30.0  # seconds for one answer
PIECE = 65_536  # bytes read at once
GOOD = (b"HTTP/1.1 200", b"HTTP/1.1 204")


class WrongAnswer(Exception):
    """An answer is not the one that the request must bring: the figures would be worth nothing."""


@dataclass(slots=True)
class _Line:
    """One connection and what it still has to ask."""

    socket: socket.socket
    asked: Plan
    place: int = 0
    begun: float = 0.0
    came: bytes = b""
    times: list[float] = field(default_factory=list)

    def ask(self) -> bool:
        """Send the next request; False if there is none."""
        if self.place == len(self.asked):
            return False
        self.came, self.begun = b"", time.perf_counter()
        self.socket.sendall(self.asked[self.place].sent)
        return True

    def hear(self) -> bool:
        """Take what came; True once the answer is whole."""
        piece = self.socket.recv(PIECE)
        if not piece:
            raise WrongAnswer(f"hung up after {self.came[:200]!r}")
        self.came += piece
        if not _whole(self.came):
            return False
        asked = self.asked[self.place]
        self.times.append(time.perf_counter() - self.begun)
        if not self.came.startswith(GOOD) or asked.holds not in self.came:
            raise WrongAnswer(f"{asked.sent[:100]!r} brought {self.came[:2000]!r}")
        self.place += 1
        return True


def ask_all(port: int, plans: Sequence[Plan]) -> tuple[list[float], float]:
    """Each plan on a connection of its own, all at once; how long each answer took, and all of them."""
    lines = [_Line(_connected(port), plan) for plan in plans]
    with selectors.DefaultSelector() as waiting:
        begun = time.perf_counter()
        for line in lines:
            waiting.register(line.socket, selectors.EVENT_READ, line)
            line.ask()
        busy = len(lines)
        while busy:
            ready = waiting.select(LONGEST_WAIT)
            if not ready:
                raise WrongAnswer(f"nothing came for {LONGEST_WAIT:.0f} s")
            busy -= sum(key.data.hear() and not key.data.ask() for key, _ in ready)
        took = time.perf_counter() - begun
    for line in lines:
        line.socket.close()
    return [seconds for line in lines for seconds in line.times], took


def _connected(port: int) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port), timeout=LONGEST_WAIT)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return line


def _whole(came: bytes) -> bool:
    head, end, body = came.partition(b"\r\n\r\n")
    if not end:
        return False
    _, named, rest = head.partition(b"Content-Length: ")
    return not named or len(body) >= int(rest.partition(b"\r\n")[0])
