"""A whole hotline for the camera: `hotline run` on free ports, with a database of its own."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from processes.launch.readiness import answers, await_that, free_port

ROOT = Path(__file__).resolve().parents[1]
START_LIMIT, END_LIMIT = 90.0, 30.0  # seconds


class NotOpen(Exception):
    """The hotline did not start; its last words are told."""


@contextmanager
def open_line(folder: Path, book: Path) -> Iterator[str]:
    """The address of its exchange, with `book` on the line; what it writes stays in `folder`."""
    port, exchange_port = free_port(), free_port()
    told = {
        "HOTLINE_ENV": "development",
        "PORT": str(port),
        "EXCHANGE_PORT": str(exchange_port),
        "DATABASE_URL": f"sqlite:///{folder / 'pictures.sqlite'}",
        "BOOKS_DIR": str(book),
        "LOG_LEVEL": "warning",
    }
    line = subprocess.Popen(
        [Path(sys.executable).parent / "hotline", "run"],
        cwd=ROOT,
        env={**os.environ, **told},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    said: list[str] = []
    listening = threading.Thread(target=_listen, args=(line, said), daemon=True)
    listening.start()
    address = f"http://127.0.0.1:{exchange_port}"
    try:
        if not await_that(lambda: _open(address, port), START_LIMIT, lambda: line.poll() is not None):
            raise NotOpen("".join(said[-20:]))
        yield address
    finally:
        line.terminate()
        line.wait(END_LIMIT)


def _open(address: str, port: int) -> bool:
    return answers(f"{address}/health/live") and answers(f"http://127.0.0.1:{port}/health/ready")


def _listen(line: "subprocess.Popen[str]", said: list[str]) -> None:
    assert line.stdout is not None
    with line.stdout as words:
        said.extend(words)
