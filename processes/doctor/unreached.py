"""Why nobody answered at an address, in words for a screen and with a cure."""

import socket
import ssl
from collections.abc import Iterator

import httpx


def unreached(url: str, fault: BaseException, limit: float, start: str) -> tuple[str, str]:
    """What is wrong, and the cure. `limit`: seconds that were waited; `start`: the cure for nobody there."""
    for cause in causes(fault):
        if isinstance(cause, ssl.SSLCertVerificationError):
            what = f"the TLS certificate of {url} is not trusted: {cause.verify_message}"
            return what, "serve one for this name, of a known authority, with its whole chain"
        if isinstance(cause, ssl.SSLError):
            return f"{url} does not speak TLS: {cause.reason or 'handshake failed'}", "mend TLS at the proxy"
        if isinstance(cause, socket.gaierror | UnicodeError):
            return f"{url} does not answer: its name is not found", f"mend the name in DNS; {start}"
    if isinstance(fault, httpx.TimeoutException | TimeoutError):
        return f"{url} does not answer within {limit:.0f} s", start
    return f"{url} does not answer", start


def causes(fault: BaseException) -> Iterator[BaseException]:
    """The fault and what it was raised for, the outermost first."""
    seen: BaseException | None = fault
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__
