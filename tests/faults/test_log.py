"""Fault 66: whoever takes the log stops taking it; calls go on, and what was lost is counted and told."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.line import ENGLISH, Line, on_sqlite
from tests.faults.telling import Fault

CALLS = 4


@dataclass(frozen=True, slots=True)
class StoppedLog:
    """A line whose log goes into a pipe that is full, and the end where it would be read."""

    line: Line
    reader: int


@pytest.fixture
def stopped_log(tmp_path: Path) -> Iterator[StoppedLog]:
    pipe = tmp_path / "web.log"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with on_sqlite(tmp_path) as line:
        writer = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        with suppress(BlockingIOError):
            while True:
                os.write(writer, b"." * 512)
        os.close(writer)
        yield StoppedLog(line, reader)
        os.close(reader)


def test_fault_66_nobody_takes_the_log(stopped_log: StoppedLog, fault: Fault) -> None:
    with stopped_log.line.carrier() as carrier:
        callers = [carrier.caller() for _ in range(CALLS)]
        heard: list[str] = []
        for caller in callers:
            caller.press(ENGLISH)
            heard = caller.press("9", "1")
            caller.leave()
    for caller in callers:
        caller.promised()
    fault.tells("The pipe that takes the log is full, and nobody reads it, during the whole call", heard)
