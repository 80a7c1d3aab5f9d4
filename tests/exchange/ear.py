"""Whoever listens to a media stream: a plain WebSocket server that keeps what came, and judges nothing."""

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

from exchange.media.mulaw import SILENCE

LIMIT = 10.0  # seconds


@dataclass
class Ear:
    """What came over each socket. `refuses`: answers the handshake with 403; `reads`: takes frames at all."""

    url: str = ""
    refuses: bool = False
    reads: threading.Event = field(default_factory=threading.Event)
    handshakes: list[dict[str, str]] = field(default_factory=list)
    sockets: list[ServerConnection] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    ends: list[int | None] = field(default_factory=list)

    def of(self, event: str) -> list[dict[str, Any]]:
        return [one for one in self.messages if one["event"] == event]

    def until(self, what: Callable[[], object], within: float = LIMIT) -> None:
        limit = time.monotonic() + within
        while not what():
            assert time.monotonic() < limit, [one["event"] for one in self.messages][-5:]
            time.sleep(0.01)

    def sound(self) -> bytes:
        """All that was heard, as mu-law."""
        return b"".join(base64.b64decode(one["media"]["payload"]) for one in self.of("media"))

    def heard(self) -> bool:
        """Whether anything but silence came."""
        return any(byte != SILENCE for byte in self.sound())

    def handle(self, socket: ServerConnection) -> None:
        self.sockets.append(socket)
        with suppress(ConnectionClosed):
            while True:
                self.reads.wait(LIMIT)
                self.messages.append(json.loads(socket.recv()))
        self.ends.append(socket.close_code)

    def greet(self, socket: ServerConnection, request: Request) -> Response | None:
        self.handshakes.append({**dict(request.headers.raw_items()), "path": request.path})
        return socket.respond(HTTPStatus.FORBIDDEN, "no") if self.refuses else None


def decoded(sound: bytes) -> list[int]:
    """Mu-law as samples of 16 bits (ITU-T G.711)."""
    return [_decoded(byte ^ 0xFF) for byte in sound]


def _decoded(flipped: int) -> int:
    value = (((flipped & 0x0F) << 3) + 0x84 << (flipped >> 4 & 0x07)) - 0x84
    return -value if flipped & 0x80 else value


@contextmanager
def listening() -> Iterator[Ear]:
    """One that listens at `ear.url` until the end."""
    ear = Ear()
    ear.reads.set()
    with serve(
        ear.handle, "127.0.0.1", 0, process_request=ear.greet, compression=None, max_queue=4
    ) as server:
        ear.url = f"ws://127.0.0.1:{server.socket.getsockname()[1]}/media"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield ear
        ear.reads.set()
        server.shutdown()
        thread.join(LIMIT)
