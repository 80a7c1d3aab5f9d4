"""A hotline that hears: web and speech processes, a Redis of their own, and an exchange that sends sound."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from redis import Redis

from exchange.callers import Says
from exchange.exchange import CallRecord
from foundation.clock import SystemClock
from speech.mailbox import RedisMailbox
from speech.mailbox_keys import SERVICE, read_service
from tests.children import children_of
from tests.end_to_end.running import END_LIMIT, ROOT, Hotline, command_of, running
from tests.servers import free_port, redis_server

START_LIMIT = 100.0
LAST_TEXTS = 8  # a question may be followed by hints ("I am listening"), and begin with what went wrong


@dataclass
class Hearing:
    """The speech process beside a hotline; it may be ended and begun again."""

    hotline: Hotline
    log: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def health(self) -> str:
        return f"http://127.0.0.1:{self.hotline.settings.speech_port}/health/ready"

    def begin(self) -> None:
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                command_of("speech"), cwd=ROOT, env=dict(self.hotline.environment), stdout=out, stderr=out
            )
        until = time.monotonic() + START_LIMIT
        while time.monotonic() < until and self.process.poll() is None:
            if self._is_ready():
                return
            time.sleep(0.1)
        raise AssertionError(f"nobody hears: {self.log.read_text('utf-8', 'replace')[-3_000:]}")

    def _is_ready(self) -> bool:
        try:
            return httpx.get(self.health, timeout=2.0, trust_env=False).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    def await_room(self) -> None:
        """Until the next call would be heard: on a busy machine there may be no room for a moment.

        Asked is what webhooks ask: the speech process tells it once a second, so it is older than its health.
        """
        url = self.hotline.settings.redis_url
        assert url is not None
        until = time.monotonic() + START_LIMIT
        with closing(Redis.from_url(url.reveal())) as redis:
            while not self._has_room(redis):
                assert time.monotonic() < until, "there is no room to hear anybody"
                time.sleep(0.1)

    @staticmethod
    def _has_room(redis: Redis) -> bool:
        told = redis.get(SERVICE)
        service = read_service(told) if isinstance(told, bytes) else None
        return service is not None and service.free > 0

    def decoders(self) -> list[int]:
        """Their process ids: the first that was forked has the sockets."""
        assert self.process is not None
        forked = children_of(self.process.pid)
        return sorted(set(forked) - {min(forked)})

    def kill_decoders(self) -> list[int]:
        """Kill all of them at once; who they were, once none of them is left and another one is there."""
        killed = self.decoders()
        for one in killed:
            os.kill(one, signal.SIGKILL)
        until = time.monotonic() + START_LIMIT
        while not (now := self.decoders()) or set(now) & set(killed):
            assert time.monotonic() < until, "no other decoder has come"
            time.sleep(0.02)
        return killed

    @contextmanager
    def mailbox(self) -> Iterator[RedisMailbox]:
        """What webhooks and the speech process leave for each other."""
        url = self.hotline.settings.redis_url
        assert url is not None
        with closing(RedisMailbox(url, SystemClock(), limit=START_LIMIT)) as mailbox:
            yield mailbox

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self.process is None:
            return
        self.process.send_signal(how)
        try:
            self.process.wait(END_LIMIT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None


@contextmanager
def hearing(folder: Path, **told: str) -> Iterator[Hearing]:
    """A hotline on SQLite that hears English by what comes with it, and by whatever is in `models`."""
    url = f"sqlite:///{folder / 'hotline.sqlite'}"
    usual = {"SPEECH_PORT": str(free_port()), "SPEECH_MODELS": str(folder / "models")}
    with redis_server() as redis_url, running(redis_url, url, folder, **{**usual, **told}) as hotline:
        ears = Hearing(hotline, folder / "speech.log")
        try:
            ears.begin()
            yield ears
        finally:
            ears.end()


def told(record: CallRecord) -> str:
    """What passed, for whoever has to find out why."""
    shown = ("heard", "spoken", "pressed", "silence", "moved", "stream", "fault", "mismatch", "ended", "note")
    lines = [
        f"{event.at:%M:%S.%f} {event.kind} {event.details}" for event in record.events if event.kind in shown
    ]
    return "\n".join(lines)


@dataclass
class Truthful:
    """A caller who answers what she is asked, in other words if she is asked again, and confirms the truth.

    `answers`: a part of a question, and the ways in which she answers it, one after the other.
    """

    answers: Sequence[tuple[str, tuple[str, ...]]]
    asked: Counter[str] = field(default_factory=Counter)
    means: tuple[str, ...] = ()

    def __call__(self, heard: Sequence[str]) -> str:
        if doubted := re.search(r"Did you say: (.+?)\?", heard[-1]):
            return "that's right" if doubted[1] in self.means else "that's wrong"
        texts = reversed(heard[-LAST_TEXTS:])
        part, self.means = next(one for text in texts for one in self.answers if one[0] in text)
        self.asked[part] += 1
        return self.means[(self.asked[part] - 1) % len(self.means)]

    def steps(self, most: int = 30) -> list[Says]:
        """What she does, for so many questions at most."""
        return [Says("", language="en", answering=self)] * most
