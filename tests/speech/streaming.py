"""The carrier's end of a stream, and a speech process to talk to: real sockets, Redis and processes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx
from redis import Redis
from streamdouble.protocol import (
    StreamIdentity,
    build_connected,
    build_mark,
    build_media,
    build_start,
    build_stop,
)
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from foundation.clock import SystemClock
from foundation.redaction import Secret
from speech import mulaw
from speech.mailbox import RedisMailbox
from speech.requests import Heard, Kind, ListenRequest
from speech.tokens import mint
from tests.children import children_of
from tests.house.plan import ROOT
from tests.servers import free_port

KEY = "5c" * 32
PATIENT = 50.0  # seconds: these tests are not about time
START = 150.0  # seconds until a process has loaded its models on a busy machine
QUIET = b"\xff" * 160
NO_PROCESS = "no-process"  # a file: while it lies in the folder of a scripted process, nothing can be forked
T = TypeVar("T")


def awaited(what: Callable[[], T], limit: float = PATIENT) -> T:
    """The first true answer."""
    until = time.monotonic() + limit
    while time.monotonic() < until:
        found = what()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError("it never came")


def asked(call: str, turn: int, *phrases: str, prompt: float = 0.0) -> ListenRequest:
    return ListenRequest(call, turn, "en", Kind.CHOICE, phrases, prompt_seconds=prompt)


@dataclass
class SpeechProcess:
    """One that runs, its Redis and what it may be asked through."""

    process: subprocess.Popen[bytes]
    port: int
    redis: Redis
    mailbox: RedisMailbox
    log: Path
    signature: str = "genuine"
    language: str = "en"

    def stream(self, number: int = 1, name: str = "ears-1") -> CarrierStream:
        return CarrierStream(self, f"CA{number:032x}", name)

    def health(self) -> dict[str, Any]:
        told = httpx.get(f"http://127.0.0.1:{self.port}/health/ready", timeout=5, trust_env=False)
        health: dict[str, Any] = {**told.json(), "status": told.status_code}
        return health

    def ask(self, request: ListenRequest) -> None:
        """Have an open stream heard for a turn; sound that is sent from now on belongs to that turn."""
        taken = re.compile(rf"a turn is heard .*call={request.call} .*turn={request.turn}\b")
        self.mailbox.ask(request)
        awaited(lambda: taken.search(self.said()))

    def moves(self) -> list[str]:
        found: list[bytes] = self.redis.lrange("moves", 0, -1)  # type: ignore[assignment]
        return [move.decode() for move in found]

    def heard(self, call: str, turn: int) -> Heard:
        found = awaited(lambda: self.mailbox.look(call, turn).heard)
        assert found is not None
        return found

    @property
    def no_process(self) -> Path:
        return self.log.with_name(NO_PROCESS)

    @property
    def server(self) -> int:
        """The process with the socket: the first child of the nursery."""
        return min(children_of(self.process.pid))

    def decoders(self) -> list[int]:
        return sorted(set(children_of(self.process.pid)) - {self.server})

    def said(self) -> str:
        return self.log.read_text("utf-8", "replace")


@contextmanager
def scripted_process(
    redis_url: str, folder: Path, *, decoders: int = 2, capacity: int = 20, utterances: int = 10_000
) -> Iterator[SpeechProcess]:
    port = free_port()
    told = [
        redis_url,
        str(port),
        KEY,
        str(decoders),
        str(capacity),
        str(utterances),
        str(folder / NO_PROCESS),
    ]
    command = [sys.executable, str(Path(__file__).with_name("scripted_ears.py")), *told]
    with speech_process(command, redis_url, port, folder, dict(os.environ)) as running:
        yield running


@contextmanager
def speech_process(
    command: list[str], redis_url: str, port: int, folder: Path, environ: dict[str, str]
) -> Iterator[SpeechProcess]:
    log = folder / f"speech-{port}.log"
    mailbox = RedisMailbox(Secret(redis_url), SystemClock(), limit=PATIENT)
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**environ, "PYTHONPATH": str(ROOT)}, stdout=out, stderr=out
        )
        running = SpeechProcess(process, port, Redis.from_url(redis_url), mailbox, log)
        try:
            awaited(lambda: process.poll() is not None or _answers(running), START)
            assert process.poll() is None, running.said()
            yield running
        finally:
            process.terminate()
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            mailbox.close()
            running.redis.close()


def _answers(running: SpeechProcess) -> bool:
    try:
        return bool(running.health())
    except httpx.HTTPError:
        return False


@dataclass
class CarrierStream:
    """One stream of a call, as the carrier opens it; `pace`: seconds between frames, 0: at once."""

    process: SpeechProcess
    call: str
    name: str = "ears-1"
    token: str | None = None
    pace: float = 0.0
    signature: str | None = None
    who: StreamIdentity = field(default_factory=StreamIdentity)
    sequence: int = 0
    chunk: int = 0
    socket: ClientConnection | None = None
    held: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        self.who = StreamIdentity(call_sid=self.call)
        if self.token is None:
            self.token = mint(Secret(KEY), self.call, self.name, int(time.time()) + 30)

    def __enter__(self) -> Self:
        signature = self.process.signature if self.signature is None else self.signature
        connecting = connect(
            f"ws://127.0.0.1:{self.process.port}/media",
            additional_headers={"X-Twilio-Signature": signature} if signature else {},
            compression=None,
            proxy=None,
            open_timeout=PATIENT,
            ping_interval=None,
        )
        self.socket = self.held.enter_context(connecting)
        return self

    def __exit__(self, *_: object) -> None:
        self.held.close()

    def send(self, message: dict[str, Any] | str | bytes) -> None:
        assert self.socket is not None
        self.socket.send(json.dumps(message) if isinstance(message, dict) else message)

    def begin(self) -> Self:
        """Connect, and start; heard once the speech process says that the stream is open."""
        self.start()
        awaited(lambda: self.process.mailbox.stream_of(self.call) == self.name)
        return self

    def start(self) -> None:
        self.send(build_connected())
        self.sequence += 1
        assert self.token is not None
        self.send(build_start(self.who, self.sequence, custom_parameters={"token": self.token}))

    def frame(self, mulaw_bytes: bytes) -> None:
        self.sequence += 1
        self.chunk += 1
        self.send(build_media(self.who, self.sequence, self.chunk, self.chunk * 20 - 20, mulaw_bytes))
        if self.pace:
            time.sleep(self.pace)

    def quiet(self, seconds: float) -> None:
        for _ in range(int(seconds * 50)):
            self.frame(QUIET)

    def say(self, sound: bytes) -> None:
        """16-bit sound."""
        heard = mulaw.from_samples(sound)
        for at in range(0, len(heard) - len(heard) % 160, 160):
            self.frame(heard[at : at + 160])

    def mark(self) -> None:
        """A message without sound: the other side hangs up on whoever sends none for seconds."""
        self.sequence += 1
        self.send(build_mark(self.who, self.sequence, "here"))

    def stop(self) -> None:
        self.sequence += 1
        self.send(build_stop(self.who, self.sequence))

    def closed(self, limit: float = PATIENT) -> int:
        """The code with which the other side has closed."""
        assert self.socket is not None
        try:
            self.socket.recv(timeout=limit)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006
        raise AssertionError("it is still open")
