"""Fault 66 from near: whoever takes the log may stop, and whoever writes it does not wait."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from foundation import log_sink
from foundation.log_sink import LARGEST_WRITE, MOST_BYTES, Sink

LINE = "x" * 999 + "\n"
MORE_THAN_FITS = MOST_BYTES // len(LINE) + 2_000
AT_ONCE = 2.0  # seconds; a write that waits would wait for ever


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reader, writer = os.pipe()
    yield reader, writer
    for end in (reader, writer):
        with suppress(OSError):
            os.close(end)


def read_all(reader: int, until: str) -> str:
    said = ""
    while until not in said:
        said += os.read(reader, 1 << 16).decode()
    return said


def test_what_is_written_arrives_whole_and_in_order(pipe: tuple[int, int]) -> None:
    reader, writer = pipe
    sink = Sink(writer)
    for number in range(1_000):
        sink.write(f"line {number}\n")
    assert read_all(reader, "line 999\n").split("\n")[:-1] == [f"line {number}" for number in range(1_000)]
    sink.drain()


def test_a_pipe_that_nobody_reads_stops_nobody_and_what_was_lost_is_told_afterwards(
    pipe: tuple[int, int],
) -> None:
    reader, writer = pipe
    sink, dropped = Sink(writer), []
    sink.dropped = lambda: dropped.append(1)
    sink.tell = lambda lost: sink.write(f"lost {lost}\n")
    began = time.monotonic()
    for _ in range(MORE_THAN_FITS):
        sink.write(LINE)
    assert time.monotonic() - began < AT_ONCE
    assert len(dropped) >= 1_000
    said = ""
    while sum(int(lost) for lost in re.findall(r"lost (\d+)\n", said)) < len(dropped):
        said += os.read(reader, 1 << 16).decode()
    assert said.count(LINE) + len(dropped) == MORE_THAN_FITS


def test_the_end_of_a_process_waits_for_its_last_lines_but_not_for_ever(
    pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, writer = pipe
    sink = Sink(writer)
    sink.write("last words\n")
    sink.drain()
    assert os.read(reader, 100) == b"last words\n"
    for _ in range(200):
        sink.write(LINE)
    began = time.monotonic()
    sink.drain(0.2)
    assert time.monotonic() - began < AT_ONCE
    monkeypatch.setattr(log_sink, "RETRY_SECONDS", 0.01)
    os.close(reader)
    sink.drain()


def test_a_reader_that_is_gone_costs_its_lines_and_nothing_else(pipe: tuple[int, int]) -> None:
    reader, writer = pipe
    os.close(reader)
    sink, dropped = Sink(writer), []
    sink.dropped = lambda: dropped.append(1)
    sink.write("to nobody\n")
    sink.drain()
    assert dropped == [1]


FORKING = """
import os, sys
from foundation.log_sink import Sink
sink = Sink(1)
sink.write("before\\n")
child = os.fork()
sink.write("child\\n" if child == 0 else "parent\\n")
if child:
    os.waitpid(child, 0)
"""


@pytest.mark.parametrize("round_", range(5))
def test_both_sides_of_a_fork_write_on_and_no_line_twice(round_: int) -> None:
    del round_
    # Python itself warns of a fork beside living threads: there must be none.
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", FORKING],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert sorted(ran.stdout.split()) == ["before", "child", "parent"]


MANY = """
import json, sys
from foundation import logs
logs.configure("production", "info", logs.unhurried())
for number in range(3_000):
    logs.logger("test").info("said", who=sys.argv[1], place=number, pad="x" * (number % 700))
"""


def test_processes_that_share_a_pipe_mix_no_lines() -> None:
    reader, writer = os.pipe()
    speakers = [subprocess.Popen([sys.executable, "-c", MANY, str(one)], stdout=writer) for one in range(3)]
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as out:
        said = [json.loads(line) for line in out]
    assert [speaker.wait(30) for speaker in speakers] == [0, 0, 0]
    for one in range(3):
        assert [line["place"] for line in said if line["who"] == str(one)] == [*range(3_000)]


STOPPABLE = """
import sys
from foundation import logs
logs.configure("production", "info", logs.unhurried())
for number in range(20_000):
    logs.logger("test").info("said", number=number)
print("went on", file=sys.stderr, flush=True)
"""


def test_a_reader_that_is_stopped_holds_up_nobody() -> None:
    slow = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    assert slow.stdin is not None
    os.kill(slow.pid, signal.SIGSTOP)
    try:
        speaker = subprocess.Popen(
            [sys.executable, "-c", STOPPABLE], stdout=slow.stdin, stderr=subprocess.PIPE, text=True
        )
        _, told = speaker.communicate(timeout=30)
        assert (speaker.returncode, told) == (0, "went on\n")
    finally:
        os.kill(slow.pid, signal.SIGCONT)
        slow.stdin.close()
        slow.wait(30)


def test_a_line_longer_than_one_write_arrives_whole(pipe: tuple[int, int]) -> None:
    reader, writer = pipe
    sink = Sink(writer)
    sink.write("y" * (3 * LARGEST_WRITE) + "\n")
    assert read_all(reader, "\n") == "y" * (3 * LARGEST_WRITE) + "\n"
