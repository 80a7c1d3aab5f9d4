"""The launcher's eye on a draft: what is said of each save, and of a process that has ended by itself."""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from processes.launch.children import Program
from processes.launch.draft import NUMBER, Draft
from processes.launch.draft_line import LOOK_EVERY, DraftLine
from processes.launch.readiness import free_port
from tests.makers import book_files, write_book

LIMIT = 20.0  # seconds; a program is started by a slow machine
ENDS = "print('cannot go on'); raise SystemExit(3)"
STAYS = "import time; print('here', flush=True); time.sleep(60)"


class Said:
    """A draft that is looked after, and all that was said of it."""

    def __init__(self, folder: Path, code: str) -> None:
        self.lines: list[str] = []
        program = Program("draft", (sys.executable, "-c", code), os.environ, folder)
        self.line = DraftLine(Draft(folder, NUMBER, free_port()), program, self.lines.append)

    def says(self, words: str, times: int = 1) -> bool:
        until = time.monotonic() + LIMIT
        while "\n".join(self.lines).count(words) < times and time.monotonic() < until:
            self.line.look()
            time.sleep(0.05)
        return "\n".join(self.lines).count(words) >= times


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_book(tmp_path / "new", book_files())


@pytest.fixture
def ends(folder: Path) -> Iterator[Said]:
    said = Said(folder, ENDS)
    yield said
    said.line.end()


@pytest.fixture
def stays(folder: Path) -> Iterator[Said]:
    said = Said(folder, STAYS)
    yield said
    said.line.end()


def test_a_process_that_ends_by_itself_is_told_and_started_again_at_the_next_save(
    ends: Said, folder: Path
) -> None:
    assert ends.says("its process has ended. Save a file to start it again. It said:\n    cannot go on")
    before = len(ends.lines)
    time.sleep(LOOK_EVERY)
    ends.line.look()
    assert len(ends.lines) == before
    os.utime(folder / "small.toml", (1, 1))
    assert ends.says("its process has ended", times=2)


def test_a_faulty_save_is_told_once_with_every_cure(stays: Said, folder: Path) -> None:
    assert stays.says(f"the draft ({NUMBER}) is sound: version ")
    write_book(folder, book_files(book=('to = "address"', 'to = "adress"')))
    assert stays.says("is faulty (errors: ")
    assert stays.says("did you mean 'address'?")
    # Nobody has heard it yet: its process was started and does not answer.
    assert stays.says("until they are mended it does not answer")
    before = len(stays.lines)
    time.sleep(LOOK_EVERY)
    stays.line.look()
    assert len(stays.lines) == before


def test_warnings_do_not_keep_a_draft_back_and_are_named(stays: Said, folder: Path) -> None:
    write_book(folder, book_files(words='[prompts.attic]\nsay = "Hello?"\n'))
    assert stays.says(f"; of warnings tells `hotline menus check {folder}`")
    assert stays.says("here")
