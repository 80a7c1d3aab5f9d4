"""Faults 49 to 57: whatever happens to the hearing of a call, its keys go on."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from exchange.signature import sign
from foundation.clock import SystemClock
from foundation.redaction import Secret
from processes.launch.readiness import await_that
from speech.mailbox import RedisMailbox
from tests.end_to_end.running import ROOT, TOKEN, command_of
from tests.faults.line import ENGLISH, Caller, Line, on_sqlite
from tests.faults.telling import Fault
from tests.servers import children_of, redis_url
from tests.speech.strangers import STRANGERS, Silent, silent_sockets

LOADED_WITHIN = 100.0  # seconds until a model is loaded, on a busy machine
WITHIN = 20.0  # seconds until something is as it should be
REPLACED_WITHIN = 10.0  # seconds until there is another decoder; a busy machine is forgiven as many more
BUSY = 10.0
URGENT = ("9", "1")  # stop my money; and the number to call is agreed on
FORGOTTEN = 4.0  # seconds after which nobody believes any more that there is a speech process
MUTE_SOCKETS = 40
pytestmark = pytest.mark.timeout(300)


@dataclass
class Hearing:
    """A line, and the speech process beside it."""

    line: Line
    folder: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def port(self) -> int:
        return self.line.hotline.settings.speech_port

    @property
    def signature(self) -> str:
        return sign(TOKEN, f"ws://127.0.0.1:{self.port}/media", {})

    def begin(self) -> None:
        with (self.folder / "speech.log").open("ab") as out:
            self.process = subprocess.Popen(
                command_of("speech"), cwd=ROOT, env=self.line.hotline.environment, stdout=out, stderr=out
            )
        assert await_that(lambda: self.status() == httpx.codes.OK, LOADED_WITHIN, lambda: False)
        with self.mailbox() as mailbox:
            assert await_that(lambda: mailbox.service() is not None, WITHIN, lambda: False)

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        assert self.process is not None
        self.process.send_signal(how)
        self.process.wait(60)

    def status(self) -> int:
        try:
            address = f"http://127.0.0.1:{self.port}/health/ready"
            return httpx.get(address, timeout=5.0, trust_env=False).status_code
        except httpx.HTTPError:
            return 0

    def decoders(self) -> list[int]:
        assert self.process is not None
        return sorted(children_of(self.process.pid))[1:]

    @contextmanager
    def mailbox(self) -> Iterator[RedisMailbox]:
        address = Secret(redis_url(self.line.redis.port))
        with closing(RedisMailbox(address, SystemClock(), limit=5.0)) as mailbox:
            yield mailbox

    def is_open(self, call: str) -> bool:
        with self.mailbox() as mailbox:
            return bool(mailbox.stream_of(call))


@pytest.fixture(scope="module")
def hearing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hearing]:
    folder = tmp_path_factory.mktemp("hearing")
    with on_sqlite(folder, SPEECH_MODELS=str(folder / "models")) as line:
        hearing = Hearing(line, folder)
        hearing.begin()
        yield hearing
        hearing.end()


@contextmanager
def heard_caller(hearing: Hearing) -> Iterator[Caller]:
    """Somebody at the main menu, whose stream is open; at the end they are promised what they ask for."""
    with hearing.line.carrier() as carrier:
        caller = carrier.caller()
        caller.press(ENGLISH)
        assert await_that(lambda: hearing.is_open(caller.call), WITHIN, lambda: False)
        yield caller
        caller.press(*URGENT)
        caller.leave()
    caller.promised()


def test_fault_49_the_speech_process_is_gone(hearing: Hearing, fault: Fault) -> None:
    hearing.end(signal.SIGKILL)
    time.sleep(FORGOTTEN)
    with hearing.line.carrier() as carrier:
        caller = carrier.caller()
        heard = caller.press(ENGLISH, *URGENT)
        caller.leave()
    caller.promised()
    hearing.begin()
    fault.tells("The speech process is killed (kill -9) before the call", heard)


def test_fault_51_the_decoders_stand_still(hearing: Hearing, fault: Fault) -> None:
    with heard_caller(hearing) as caller:
        for decoder in hearing.decoders():
            os.kill(decoder, signal.SIGSTOP)
        heard = caller.press("1")
        fault.tells("All decoders are stopped (SIGSTOP) in the middle of a call", heard)
    assert await_that(lambda: hearing.status() == httpx.codes.OK, WITHIN, lambda: False)


def test_fault_52_decoders_are_killed(hearing: Hearing, fault: Fault) -> None:
    with heard_caller(hearing) as caller:
        before = hearing.decoders()
        for decoder in before:
            os.kill(decoder, signal.SIGKILL)

        def replaced() -> bool:
            return len(set(hearing.decoders()) - set(before)) == len(before)

        assert await_that(replaced, REPLACED_WITHIN + BUSY, lambda: False)
        assert hearing.is_open(caller.call)
        heard = caller.press("1")
        fault.tells(
            "All decoders are killed (kill -9) in the middle of a call; soon there are others",
            heard,
        )


def test_fault_53_a_model_is_broken(hearing: Hearing, fault: Fault) -> None:
    models = hearing.line.hotline.settings.speech_models
    broken = models / "zh" / "am"
    broken.mkdir(parents=True)
    (broken / "final.mdl").write_bytes(b"no model")
    hearing.end()
    hearing.begin()
    with heard_caller(hearing) as caller:
        heard = caller.press("1")
        fault.tells("The model of another language is cut short when the speech process starts", heard)
    assert "a model cannot be used" in (hearing.folder / "speech.log").read_text("utf-8")


def test_fault_55_strange_messages(hearing: Hearing, fault: Fault) -> None:
    with heard_caller(hearing) as caller:
        for stranger in STRANGERS:
            assert stranger(hearing.port, hearing.signature) in {1006, 1008, 1009}
        assert hearing.is_open(caller.call)
        heard = caller.press("1")
        fault.tells(
            "Others send bytes, no JSON and ten megabytes to the socket that hears the call",
            heard,
        )


def test_fault_56_a_stranger_at_the_socket(hearing: Hearing, fault: Fault) -> None:
    with heard_caller(hearing) as caller:
        with ExitStack() as held, pytest.raises(ConnectionError):
            held.enter_context(silent_sockets(hearing.port, "forged", 1))
        assert hearing.is_open(caller.call)
        heard = caller.press("1")
        fault.tells("Somebody opens the socket with a forged signature", heard)


@contextmanager
def silent(hearing: Hearing) -> Iterator[list[Silent]]:
    with silent_sockets(hearing.port, hearing.signature, MUTE_SOCKETS) as sockets:
        yield sockets


def test_fault_57_silent_sockets(hearing: Hearing, fault: Fault) -> None:
    with (
        heard_caller(hearing) as caller,
        silent_sockets(hearing.port, hearing.signature, MUTE_SOCKETS) as sockets,
    ):
        heard = caller.press("1")
        assert hearing.is_open(caller.call)
        assert await_that(lambda: all(one.is_closed() for one in sockets), WITHIN, lambda: False)
        fault.tells(f"{MUTE_SOCKETS} sockets are opened and say nothing", heard)
