"""Those who come to the socket of streams and are no carrier."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from streamdouble.protocol import StreamIdentity, build_connected, build_media
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

PATIENT = 30.0  # seconds


@dataclass(frozen=True)
class Silent:
    """A socket that says nothing."""

    socket: ClientConnection

    def is_closed(self) -> bool:
        try:
            self.socket.recv(timeout=0.01)
        except ConnectionClosed:
            return True
        except TimeoutError:
            return False
        return False


@contextmanager
def silent_sockets(port: int, signature: str, number: int) -> Iterator[list[Silent]]:
    """So many sockets; ConnectionError if one is not let in."""
    with ExitStack() as held:
        try:
            yield [Silent(held.enter_context(_connected(port, signature))) for _ in range(number)]
        except InvalidStatus as refused:
            raise ConnectionError(str(refused)) from refused


def sends(message: str | bytes) -> Callable[[int, str], int]:
    """Somebody who sends this; it returns the code with which their socket was closed."""

    def stranger(port: int, signature: str) -> int:
        with _connected(port, signature) as socket:
            try:
                socket.send(message)
                socket.recv(timeout=PATIENT)
            except ConnectionClosed as closed:
                return closed.rcvd.code if closed.rcvd else 1006
        return 0

    return stranger


STRANGERS = (
    sends(b"\x00\x01"),
    sends("hello"),
    sends("[" * 10_000),
    sends(json.dumps({**build_connected(), "protocol": "x" * 10_000_000})),
    sends(json.dumps(build_media(StreamIdentity(), 1, 1, 0, b"\xff" * 160))),
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
