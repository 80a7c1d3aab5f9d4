"""Those who come to the socket of streams and are no carrier."""

from __future__ import annotations

import base64
import json
import os
import socket
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from streamdouble.protocol import StreamIdentity, build_connected, build_media
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

PATIENT = 30.0  # seconds
TINY = 100_000  # messages
ABRUPT = 1006


@dataclass
class Idle:
    """A socket of somebody with nothing to say; of what is `unsaid` one byte more goes out at each look."""

    socket: socket.socket
    unsaid: bytes = b""
    told: bytes = b""

    def is_over(self) -> bool:
        """Whether the other side has closed it."""
        try:
            self.socket.send(self.unsaid[:1])
            self.unsaid = self.unsaid[1:]
            while piece := self.socket.recv(4_096):
                self.told += piece
        except BlockingIOError:
            return False
        except OSError:
            return True
        return True

    def is_told(self, status: int) -> bool:
        """Whether its handshake was answered with that."""
        return self.told.startswith(b"HTTP/1.1 %d " % status)


def are_over(idle: Iterable[Idle]) -> bool:
    """Whether the other side has closed all of them; each is looked at."""
    return False not in [one.is_over() for one in idle]


@contextmanager
def idle_sockets(port: int, signature: str, number: int) -> Iterator[list[Idle]]:
    """So many: of three one says nothing, one never ends its handshake, and one says nothing after it."""
    with ExitStack() as held:
        idle = []
        for one in range(number):
            opened = held.enter_context(socket.create_connection(("127.0.0.1", port), PATIENT))
            whole = _handshake(port, signature)
            if one % 3 == 2:
                opened.sendall(whole)
            opened.setblocking(False)  # noqa: FBT003  # theirs
            idle.append(Idle(opened, whole if one % 3 == 1 else b""))
        yield idle


def _handshake(port: int, signature: str) -> bytes:
    key = base64.b64encode(os.urandom(16)).decode()
    lines = (
        "GET /media HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
        f"X-Twilio-Signature: {signature}",
    )
    return "\r\n".join((*lines, "", "")).encode()


def comes_in(port: int, signature: str) -> None:
    """Open a socket, and leave; ConnectionError if it is not let in."""
    try:
        with _connected(port, signature):
            return
    except InvalidStatus as refused:
        raise ConnectionError(str(refused)) from refused


@dataclass(frozen=True)
class Stranger:
    """Sends a message, so many times; `code` is the one with which their socket is to be closed."""

    message: str | bytes
    code: int
    times: int = 1
    as_text: bool | None = None

    def closed(self, port: int, signature: str) -> int:
        """The code with which it was; ABRUPT where it was closed over what was still being sent."""
        with _connected(port, signature) as opened:
            try:
                for _ in range(self.times):
                    opened.send(self.message, text=self.as_text)
                opened.recv(timeout=PATIENT)
            except ConnectionClosed as closed:
                return closed.rcvd.code if closed.rcvd else ABRUPT
        return 0


STRANGERS = (
    Stranger(json.dumps(build_connected()).encode(), 1008),
    Stranger(b'{"event": "\xff\xfe"}', 1007, as_text=True),
    Stranger("hello", 1008),
    Stranger("[" * 10_000, 1008),
    Stranger(json.dumps({**build_connected(), "protocol": "x" * 10_000_000}), 1009),
    Stranger(json.dumps(build_media(StreamIdentity(), 1, 1, 0, b"\xff" * 160)), 1008),
    Stranger('{"event": "x"}', 1008, TINY),
)


def _connected(port: int, signature: str) -> ClientConnection:
    return connect(
        f"ws://127.0.0.1:{port}/media",
        additional_headers={"X-Twilio-Signature": signature},
        compression=None,
        proxy=None,
        open_timeout=PATIENT,
        ping_interval=None,
    )
