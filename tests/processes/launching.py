"""`hotline run` as tests start it: what it says, the processes it has, and that it leaves none behind."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from processes.launch.first_model import NOTE
from processes.launch.readiness import await_that
from tests.servers import free_port

ROOT = Path(__file__).resolve().parents[2]
HOTLINE = Path(sys.executable).parent / "hotline"
START_LIMIT, END_LIMIT = 80.0, 40.0  # seconds
MARK = "LAUNCH_MARK"


class Launched:
    """`hotline run` as a person starts it, in a group of its own as a terminal would make it."""

    def __init__(self, environ: dict[str, str], *told: str) -> None:
        self.mark = uuid4().hex
        self.lines: list[str] = []
        # A test fetches no model: here one was tried today already.
        self.models = Path(tempfile.mkdtemp(prefix="hotline-models-"))
        (self.models / NOTE).touch()
        self.process = subprocess.Popen(
            [HOTLINE, "run", *told],
            env={**environ, "SPEECH_MODELS": str(self.models), MARK: self.mark},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as words:
            for line in words:
                self.lines.append(line.rstrip())

    def says(self, words: str, times: int = 1) -> bool:
        """Whether it says this (so often) before it ends or the limit is over."""

        def said() -> bool:
            return self.said.count(words) >= times

        await_that(said, START_LIMIT, lambda: self.process.poll() is not None)
        return said()

    @property
    def said(self) -> str:
        return "\n".join(self.lines)

    def ended(self) -> int:
        """What it returned, once all it wrote is read."""
        code = self.process.wait(END_LIMIT)
        self._reader.join(END_LIMIT)
        shutil.rmtree(self.models, ignore_errors=True)
        return code

    def family(self) -> dict[int, str]:
        """Every process that carries the mark of this launch, with its command."""
        found = {}
        for place in Path("/proc").glob("[0-9]*"):
            try:
                environ = (place / "environ").read_bytes()
                command = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue  # it has ended meanwhile
            if f"{MARK}={self.mark}".encode() in environ.split(b"\0"):
                found[int(place.name)] = command
        return found

    def leaves_nothing(self) -> bool:
        return await_that(lambda: not self.family(), 5, lambda: False)


@contextmanager
def launched(environ: dict[str, str], *told: str) -> Iterator[Launched]:
    launch = Launched(environ, *told)
    try:
        yield launch
    finally:
        if launch.process.poll() is None:
            launch.process.send_signal(signal.SIGTERM)
        launch.ended()


def laptop_of(folder: Path, redis_url: str) -> dict[str, str]:
    """A laptop that keeps nothing in the project's own folder."""
    return {
        "HOTLINE_ENV": "development",
        "PATH": os.environ.get("PATH", os.defpath),
        "DATABASE_URL": f"sqlite:///{folder}/hotline.sqlite",
        "REDIS_URL": redis_url,
        "SECRET_KEY": "9b1f" * 16,
        "TWILIO_AUTH_TOKEN": "7c" * 16,
        "PORT": str(free_port()),
        "EXCHANGE_PORT": str(free_port()),
        "SPEECH_PORT": str(free_port()),
        "WEB_WORKERS": "1",
    }


def heard_on_the_wire(environ: dict[str, str], *told: str, types: str = "!\n", reached: bool = True) -> str:
    """What a telephone in the terminal hears through the exchange, by these options."""
    call = subprocess.run(
        [HOTLINE, "call", "--wire", *told],
        env={**environ, "PYTHONUTF8": "1"},
        input=types,
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=START_LIMIT,
        check=False,
    )
    assert (call.returncode == 0) is reached, call.stdout + call.stderr
    return call.stdout
