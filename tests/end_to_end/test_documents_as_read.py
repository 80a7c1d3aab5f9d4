"""Somebody follows a document with their fingers: every `sh` block is run, in a copy of the house."""

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from processes.launch.first_model import NOTE
from processes.launch.readiness import await_that
from tests.house.fences import RUN, documents, fences
from tests.house.plan import ROOT, kept_files
from tests.servers import free_port

START_LIMIT, END_LIMIT, BLOCK_LIMIT = 90.0, 40.0, 150.0  # seconds
OPEN = "The hotline is open."
# What begins the hotline and goes on until Ctrl-C; `make run` sets up first, which has its own tests.
STARTS = re.compile(r"^(?:make run|(?:\S*/)?hotline run\b(?P<told>[^#]*))", re.MULTILINE)
WITH_BLOCKS = [name for name in documents() if any(fence.kind == RUN for fence in fences(name))]

pytestmark = [pytest.mark.timeout(600), pytest.mark.xdist_group("documents")]


@dataclass
class Reader:
    """Somebody at a terminal in a copy of the house, with ports of their own and nothing else set."""

    place: Path
    port: int = field(default_factory=free_port)
    exchange_port: int = field(default_factory=free_port)
    speech_port: int = field(default_factory=free_port)
    line: "subprocess.Popen[str] | None" = None
    said: list[str] = field(default_factory=list)

    def environ(self) -> dict[str, str]:
        programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
        return {
            "PATH": programs,
            "HOME": str(self.place),
            "LANG": "C.UTF-8",
            # The copy comes before the house that the virtual environment was made for.
            "PYTHONPATH": str(self.place),
            "PORT": str(self.port),
            "EXCHANGE_PORT": str(self.exchange_port),
            "SPEECH_PORT": str(self.speech_port),
        }

    def follow(self, text: str) -> None:
        """Type a block, line after line, and wait for each; the hotline stays in a terminal of its own."""
        here = text.replace(":5000", f":{self.port}").replace(":5080", f":{self.exchange_port}")
        here = here.replace(".venv/bin/", "")
        at = 0
        for start in STARTS.finditer(here):
            self._type(here[at : start.start()])
            self._start((start["told"] or "").split())
            at = here.find("\n", start.end()) + 1 or len(here)
        self._type(here[at:])

    def _type(self, commands: str) -> None:
        typed = f'make() {{ command make -n "$@" >/dev/null; }}\nset -eu\n{commands}'
        done = subprocess.run(
            ["bash", "-c", typed],
            cwd=self.place,
            env=self.environ(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=BLOCK_LIMIT,
            check=False,
        )
        assert done.returncode == 0, f"{commands}\n{done.stdout[-3_000:]}\n{done.stderr[-3_000:]}"

    def _start(self, told: list[str]) -> None:
        self.leave()
        self.said.clear()
        line = subprocess.Popen(
            ["hotline", "run", *told],
            cwd=self.place,
            env=self.environ(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.line = line
        threading.Thread(target=self._listen, args=(line,), daemon=True).start()
        await_that(lambda: OPEN in "".join(self.said), START_LIMIT, lambda: line.poll() is not None)
        assert OPEN in "".join(self.said), "".join(self.said)[-3_000:]

    def _listen(self, line: "subprocess.Popen[str]") -> None:
        assert line.stdout is not None
        with line.stdout as words:
            self.said.extend(words)

    def leave(self) -> None:
        """Ctrl-C."""
        if self.line is not None:
            self.line.terminate()
            self.line.wait(END_LIMIT)
            self.line = None


def compiled() -> Iterator[str]:
    """What Python has made of our files; without it each copy compiles the whole house anew."""
    for name in kept_files():
        made = cache_from_source(str(ROOT / name)) if name.endswith(".py") else ""
        if made and Path(made).is_file():
            yield str(Path(made).relative_to(ROOT))


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    place = tmp_path / "hotline"
    for name in (*kept_files(), *compiled()):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, place / name)
    subprocess.run(["git", "init", "-q"], cwd=place, check=True, timeout=20)
    # A test fetches no model: here one was tried today already.
    models = place / "var" / "speech-models"
    models.mkdir(parents=True)
    (models / NOTE).touch()
    somebody = Reader(place)
    yield somebody
    somebody.leave()


@pytest.mark.parametrize("document", WITH_BLOCKS)
def test_a_document_can_be_followed_line_by_line(document: str, reader: Reader) -> None:
    blocks = [fence for fence in fences(document) if fence.kind == RUN]
    assert blocks
    for fence in blocks:
        reader.follow(fence.text)


def test_the_page_of_the_newcomer_and_that_of_the_operator_are_followed() -> None:
    assert {"README.md", "docs/operators.md"} <= set(WITH_BLOCKS)
