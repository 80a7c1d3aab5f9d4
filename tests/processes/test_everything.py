"""`hotline run`: everything starts, says how to call, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from processes.readiness import answers, await_that
from tests.servers import free_port

ROOT = Path(__file__).resolve().parents[2]
HOTLINE = Path(sys.executable).parent / "hotline"
START_LIMIT, END_LIMIT = 80.0, 40.0  # seconds
MARK = "LAUNCH_MARK"

pytestmark = pytest.mark.timeout(240)


class Launched:
    """`hotline run` as a person starts it, in a group of its own as a terminal would make it."""

    def __init__(self, environ: dict[str, str]) -> None:
        self.mark = uuid4().hex
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [HOTLINE, "run"],
            env={**environ, MARK: self.mark},
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

    def says(self, words: str) -> bool:
        """Whether it says this before it ends or the limit is over."""
        await_that(lambda: words in self.said, START_LIMIT, lambda: self.process.poll() is not None)
        return words in self.said

    @property
    def said(self) -> str:
        return "\n".join(self.lines)

    def ended(self) -> int:
        """What it returned, once all it wrote is read."""
        code = self.process.wait(END_LIMIT)
        self._reader.join(END_LIMIT)
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
def launched(environ: dict[str, str]) -> Iterator[Launched]:
    launch = Launched(environ)
    try:
        yield launch
    finally:
        if launch.process.poll() is None:
            launch.process.send_signal(signal.SIGTERM)
        launch.ended()


@pytest.fixture
def laptop(tmp_path: Path, redis_url: str) -> dict[str, str]:
    """A laptop that keeps nothing in the project's own folder."""
    return {
        "HOTLINE_ENV": "development",
        "PATH": os.environ.get("PATH", os.defpath),
        "DATABASE_URL": f"sqlite:///{tmp_path}/hotline.sqlite",
        "REDIS_URL": redis_url,
        "SECRET_KEY": "9b1f" * 16,
        "TWILIO_AUTH_TOKEN": "7c" * 16,
        "PORT": str(free_port()),
        "EXCHANGE_PORT": str(free_port()),
        "WEB_WORKERS": "1",
    }


def greeting_in_chinese(environ: dict[str, str]) -> str:
    """What is heard on the number of the book that greets in Chinese."""
    told = subprocess.run(
        [HOTLINE, "call", "--wire", "--language", "zh"],
        env={**environ, "PYTHONUTF8": "1"},
        input="!\n",
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=START_LIMIT,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    return told.stdout


def test_everything_starts_twice_says_how_to_call_and_leaves_nothing_behind(laptop: dict[str, str]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        with launched(laptop) as launch:
            assert launch.says("Ctrl-C ends everything."), launch.said
            assert "The hotline is open." in launch.said
            assert "PIN 471163" in launch.said
            assert answers(f"http://127.0.0.1:{laptop['EXCHANGE_PORT']}/health/live")
            refused = httpx.post(
                f"http://127.0.0.1:{laptop['PORT']}/voice/answer", data={"CallSid": "CA1"}, timeout=5
            )
            assert refused.status_code == 403
            assert "欢迎" in greeting_in_chinese(laptop)
            assert len(launch.family()) >= 3
            launch.process.send_signal(number)
            assert launch.ended() == 0
            assert launch.leaves_nothing(), launch.family()
        assert "Traceback" not in launch.said


@pytest.mark.parametrize("name", ["PORT", "EXCHANGE_PORT"])
def test_a_busy_port_is_one_line_with_the_cure_before_anything_starts(
    laptop: dict[str, str], name: str
) -> None:
    from socket import create_server

    with create_server(("127.0.0.1", int(laptop[name]))), launched(laptop) as launch:
        assert launch.ended() == 1
    (line,) = launch.lines
    assert f"port {laptop[name]} is busy" in line
    assert f"{name}=" in line


def test_a_redis_that_is_told_and_gone_is_one_line_with_the_cure(laptop: dict[str, str]) -> None:
    with launched({**laptop, "REDIS_URL": f"redis://127.0.0.1:{free_port()}/0"}) as launch:
        assert launch.ended() == 1
    assert launch.lines[-1].startswith("Error: REDIS_URL is set, but no connection")


def test_when_one_process_dies_all_end_and_its_last_lines_say_why(laptop: dict[str, str]) -> None:
    with launched(laptop) as launch:
        assert launch.says("Ctrl-C ends everything."), launch.said
        (exchange,) = [pid for pid, command in launch.family().items() if "-m exchange" in command]
        os.kill(exchange, signal.SIGKILL)
        assert launch.ended() == 1
        assert launch.leaves_nothing(), launch.family()
    assert "exchange was ended by SIGKILL" in launch.said


def test_a_web_process_that_cannot_start_says_why(laptop: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "books").mkdir()
    with launched({**laptop, "BOOKS_DIR": str(tmp_path / "books")}) as launch:
        assert launch.ended() == 1
    assert "The hotline is open." not in launch.said
    assert launch.leaves_nothing(), launch.family()


def test_it_is_not_for_production(laptop: dict[str, str]) -> None:
    production = {
        **laptop,
        "HOTLINE_ENV": "production",
        "PUBLIC_URL": "https://hotline.example.org",
        "HOTLINE_NUMBER": "+622150001000",
        "PERSON_FALLBACK_NUMBER": "+622150001001",
    }
    with launched(production) as launch:
        assert launch.ended() == 1
    assert launch.lines == ["Error: this is for a laptop; in production start each line of the Procfile"]
