"""A phrase that whoever hears it here does not know is told before callers say it in vain."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from foundation import logs
from foundation.settings import Settings
from processes.commands.menus import menus
from processes.launch.demo_house import prepare
from processes.launch.readiness import await_that
from processes.parts import build_parts
from tests.makers import book_files, write_book
from tests.processes.test_parts import SOON, settings_of
from tests.servers import missing
from tests.speech.models.making import model_folder

UNHEARD = '[prompts.main.phrases]\naddress = ["the address", "my topup"]\n'
TOLD = (
    "node main: the phrase 'my topup' cannot be heard: PocketSphinx does not know 'topup'."
    " Cure: write 'my top up'"
)


class Log:
    """What the processes of a test have written, line by line."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self._lines: list[dict[str, Any]] = []
        logs.configure("production", "info")

    def said(self, event: str) -> list[dict[str, Any]]:
        self._lines += [json.loads(line) for line in self._capsys.readouterr().out.splitlines()]
        return [line for line in self._lines if line["event"] == event]


@contextmanager
def web_of(settings: Settings) -> Iterator[None]:
    """The parts of the web process, as long as this is open."""
    prepare(settings)
    parts = build_parts(settings)
    try:
        yield
    finally:
        parts.close()


def settings_for(folder: Path, redis_url: str, words: str = "") -> Settings:
    book = write_book(folder / "book", book_files(words=words) if words else book_files())
    return settings_of(folder, redis_url, BOOKS_DIR=str(book), SPEECH_MODELS=str(folder / "models"))


def only(lines: list[dict[str, Any]]) -> str:
    """The one phrase of the one line that tells of any."""
    (line,) = lines
    assert (line["level"], line["room"], line["phrases"]) == ("warning", "menus", 1)
    (told,) = line["first"]
    return str(told)


def test_the_web_process_tells_of_it_when_it_takes_up_the_book(
    tmp_path: Path, fresh_redis_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    log = Log(capsys)
    with web_of(settings_for(tmp_path, fresh_redis_url, UNHEARD)):
        assert TOLD in only(log.said("phrases that callers cannot be heard by"))


def test_it_tells_of_one_that_comes_with_a_change_of_the_book(
    tmp_path: Path, fresh_redis_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    log, event = Log(capsys), "phrases that callers cannot be heard by"
    with web_of(settings_for(tmp_path, fresh_redis_url)):
        assert log.said(event) == []
        for file in write_book(tmp_path / "book", book_files(words=UNHEARD)).iterdir():
            os.utime(file, (1, 1))
        assert await_that(lambda: bool(log.said(event)), SOON, lambda: False)
        assert TOLD in only(log.said(event))


def test_no_book_is_kept_back_by_a_model_whose_words_cannot_be_read(
    tmp_path: Path, fresh_redis_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    log, unreadable = Log(capsys), Path("/proc/self/mem")  # to its owner too, at its beginning
    if not unreadable.exists():
        missing("no file here that even root cannot read")
    (model_folder(tmp_path / "models" / "en") / "graph" / "words.txt").symlink_to(unreadable)
    with web_of(settings_for(tmp_path, fresh_redis_url, UNHEARD)):
        assert [line["name"] for line in log.said("book taken up")] == ["small"]
        (line,) = log.said("phrases cannot be looked up")
        assert "Input/output error" in line["why"]


def test_the_check_of_a_book_tells_of_it_and_ends_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPEECH_MODELS", str(tmp_path / "models"))
    book = write_book(tmp_path / "book", book_files(words=UNHEARD))
    told = CliRunner().invoke(menus, ("check", str(book)))
    assert told.exit_code == 0
    line, last = told.output.splitlines()
    assert line.startswith("warning: small.en.toml:")
    assert TOLD in line
    assert line.endswith("[unheard-phrase]")
    assert last.startswith("0 errors, 1 warning; book small")
