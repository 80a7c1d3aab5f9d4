"""A Redis of our own that a test can stop, end, empty and spoil."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass

from redis import Redis

from tests.servers import redis_server


@dataclass(frozen=True, slots=True)
class Server:
    """Its address and its process."""

    url: str
    pid: int

    def send(self, what: signal.Signals) -> None:
        os.kill(self.pid, what)

    def say(self, *words: str) -> None:
        with closing(Redis.from_url(self.url)) as client:
            client.execute_command(*words)  # type: ignore[no-untyped-call]


@contextmanager
def stoppable_redis() -> Iterator[Server]:
    """Runs again at the end, so that it can be told to end."""
    with redis_server() as url:
        with closing(Redis.from_url(url)) as client:
            pid = int(client.info("server")["process_id"])
        try:
            yield Server(url, pid)
        finally:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
