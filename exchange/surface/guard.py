"""Who may reach the control surface: a browser on this machine, and none of the pages it has open elsewhere.

A page of a stranger can make a browser send requests here. Two checks stop it: the Host must be a name of
this machine (a stranger's name that has been pointed here is refused: DNS rebinding), and where a browser
names the page that asks, in Origin, it must be one of ours. The REST part asks for a password instead.
"""

import re
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from exchange.fields import API_VERSION

OWN_HOSTS = ("127.0.0.1", "localhost", "[::1]")
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]{1,253})(:[0-9]{1,5})?")
_REST = f"/{API_VERSION}/"
_READING = ("GET", "HEAD")
# 4403 is ours to choose (RFC 6455, section 7.4.2); a socket that is refused before it is accepted gets a 403.
REFUSED_SOCKET = 4403


class Guard:
    """Refuses requests under a foreign name or from a foreign page, and hardens every answer."""

    def __init__(self, app: ASGIApp, allowed_hosts: Iterable[str] = ()) -> None:
        self._app = app
        self._hosts = frozenset({*OWN_HOSTS, *(host.lower() for host in allowed_hosts)})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or scope["path"].startswith(_REST):
            await self._app(scope, receive, send)
            return
        wrong = self._wrong(scope)
        if wrong is None:
            host = Headers(scope=scope)["host"]
            await self._app(scope, receive, _hardened(send, host))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": REFUSED_SOCKET, "reason": wrong})
        else:
            await JSONResponse({"error": wrong}, status_code=403)(scope, receive, send)

    def _wrong(self, scope: Scope) -> str | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "").lower()
        named = _HOST.fullmatch(host)
        if named is None or named[1] not in self._hosts:
            return "the exchange is not known under this name; --allow-host NAME lets it in"
        if scope["type"] == "http" and scope["method"] in _READING:
            return None
        # A browser always says which page asks; a program, which no stranger leads, says nothing.
        origin = headers.get("origin")
        if origin is not None and origin.lower() not in (f"http://{host}", f"https://{host}"):
            return "another page may not use the exchange"
        return None


def content_policy(host: str) -> str:
    """What a page of the exchange may load and do: its own files, its own sockets, no other host."""
    return (
        "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
        f"connect-src 'self' ws://{host} wss://{host}; "
        "object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    )


def _hardened(send: Send, host: str) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.setdefault("Content-Security-Policy", content_policy(host))
            headers.setdefault("Cache-Control", "no-store")
            headers["X-Content-Type-Options"] = "nosniff"
            headers["Referrer-Policy"] = "no-referrer"
            headers["Cross-Origin-Resource-Policy"] = "same-origin"
            headers["Permissions-Policy"] = "microphone=(self), camera=(), geolocation=()"
        await send(message)

    return sending
