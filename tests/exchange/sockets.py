"""A browser's side of the line, for tests: one socket, what came down so far, and what is sent up."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from websockets.exceptions import ConnectionClosedOK
from websockets.sync.client import ClientConnection, connect

from exchange.exchange import Exchange

LIMIT = 10.0  # seconds for one frame


@dataclass
class Held:
    socket: ClientConnection
    first: dict[str, Any]
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def sid(self) -> str:
        return str(self.first["call"])

    def do(self, **deed: object) -> None:
        self.socket.send(json.dumps(deed))

    def next(self) -> dict[str, Any]:
        frame: dict[str, Any] = json.loads(self.socket.recv(LIMIT))
        if "kind" in frame:
            self.events.append(frame)
        return frame

    def until(self, kind: str) -> dict[str, Any]:
        while (frame := self.next()).get("kind") != kind:
            pass
        return frame

    def refusal(self) -> str:
        while "kind" in (frame := self.next()):
            pass
        return str(frame["error"])

    def to_the_end(self) -> list[dict[str, Any]]:
        try:
            while True:
                self.next()
        except ConnectionClosedOK:
            return self.events

    def heard(self) -> list[str]:
        return [one["text"] for one in self.events if one["kind"] == "heard"]


def address(exchange: Exchange, **query: object) -> str:
    return f"{exchange.api_url.replace('http', 'ws', 1)}/exchange/line?{urlencode(query)}"


@contextmanager
def line(exchange: Exchange, *, origin: str | None = None, **query: object) -> Iterator[Held]:
    """Hold a call: `from_` and `to`, or `follow`."""
    told = {name.rstrip("_"): value for name, value in query.items()}
    headers = {} if origin is None else {"Origin": origin}
    with connect(
        address(exchange, **told), additional_headers=headers, proxy=None, open_timeout=LIMIT
    ) as socket:
        yield Held(socket, json.loads(socket.recv(LIMIT)))
