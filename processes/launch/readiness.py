"""Whether a port is free before we start, and whether what we started answers."""

import socket
import time
from collections.abc import Callable

import httpx

ANSWER_LIMIT = 2.0  # seconds for one answer
LOOK_EVERY = 0.1  # seconds between two looks
HOST = "127.0.0.1"


class PortBusy(Exception):
    """Somebody else listens there; the text is one line with the cure."""


def require_free(port: int, setting: str) -> None:
    """PortBusy if anybody listens on this port of the loopback."""
    if not _is_free(port):
        raise PortBusy(
            f"port {port} is busy: end its program or take another, {setting}={port + 10} make run"
        )


def _is_free(port: int) -> bool:
    # Asked both ways: a listener on all addresses does not everywhere forbid one on the loopback.
    with socket.socket() as caller:
        caller.settimeout(ANSWER_LIMIT)
        if caller.connect_ex((HOST, port)) == 0:
            return False
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port of the loopback that nobody holds at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def answers(url: str) -> bool:
    """Whether this address answers 200."""
    try:
        return httpx.get(url, timeout=ANSWER_LIMIT, trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def await_that(holds: Callable[[], bool], limit: float, stop: Callable[[], bool]) -> bool:
    """Look until it holds (True), or the limit in seconds is over or there is a reason to stop (False)."""
    until = time.monotonic() + limit
    while time.monotonic() < until and not stop():
        if holds():
            return True
        time.sleep(LOOK_EVERY)
    return False
