"""Lets an answer be none at all: the connection is closed, and not one byte was sent.

No message of ASGI says so; the connection itself is put beside each request for whoever may need it.
"""

import asyncio

from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

_CONNECTION = "exchange.connection"


class Connection(H11Protocol):
    """Uvicorn's reader of HTTP, whose requests know the connection that they came over."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        inner = self.app

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            await inner({**scope, _CONNECTION: transport}, receive, send)

        self.app = app


class NoAnswer(Response):
    """Nothing: the connection is closed, and its closing awaited, so that nobody answers in our stead."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        scope[_CONNECTION].close()
        await until_gone(receive)


async def until_gone(receive: Receive) -> None:
    """Return once whoever asked has gone. The body of the request must have been read."""
    while (await receive())["type"] != "http.disconnect":
        pass
