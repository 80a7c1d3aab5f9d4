"""`hotline run --draft`: heard on a number of its own as it is saved, and the live line never notices."""

import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from foundation.settings import LIBRARY
from processes.commands.announce import command as announce
from processes.launch.draft import NUMBER
from processes.launch.readiness import await_that
from tests.processes.launching import heard_on_the_wire, laptop_of, launched

LIVE, NEW, NEWER = "Welcome to GoPay", "The new line of GoPay", "The newest line of GoPay"
READ = 2.0  # seconds until a process has read what is announced
JOURNAL_LIMIT = 5.0  # seconds until what happened in a call stands in SQL
SAVED = ("calls", "turns", "tickets", "books", "languages")

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def laptop(tmp_path: Path, redis_url: str) -> dict[str, str]:
    return laptop_of(tmp_path, redis_url)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped book with another welcome."""
    copied = Path(shutil.copytree(LIBRARY, tmp_path / "new"))
    save(copied / "hotline.en.toml", "Welcome to {brand}", "The new line of {brand}")
    return copied


def save(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def rows(database: Path) -> dict[str, int]:
    with closing(sqlite3.connect(database)) as connection:
        return {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
            for table in SAVED
        }


def test_a_draft_is_heard_as_it_is_saved_and_the_live_line_is_left_alone(
    laptop: dict[str, str], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with launched(laptop, "--draft", str(folder)) as launch:
        assert launch.says(f"the draft ({NUMBER}) answers"), launch.said
        assert f"The draft in {folder} has the number {NUMBER}" in launch.said
        before = rows(tmp_path / "hotline.sqlite")
        # Key 9 files a ticket at once; where it goes is what matters here.
        assert NEW in heard_on_the_wire(laptop, "--to", NUMBER, types="1\n9\n!\n")
        assert rows(tmp_path / "hotline.sqlite") == before
        assert rows(tmp_path / "draft.sqlite")["tickets"] == 1

        save(folder / "hotline.en.toml", "The new line of {brand}", "The newest line of {brand}")
        assert launch.says(f"the draft ({NUMBER}) is sound", times=2), launch.said
        # Its process looks at the files every second, as the launcher does.
        calls = (heard_on_the_wire(laptop, "--to", NUMBER) for _ in range(5))
        assert any(NEWER in heard for heard in calls)
        assert LIVE in heard_on_the_wire(laptop)

        for name, value in laptop.items():
            monkeypatch.setenv(name, value)
        told = ("--en", "It is slow.", "--zh", "很慢。", "--id", "Lambat.", "--until", "tomorrow 09:00")
        assert CliRunner().invoke(announce, told).exit_code == 0
        time.sleep(READ)
        heard_on_the_wire(laptop, "--to", NUMBER)
        assert await_that(lambda: announced(tmp_path / "draft.sqlite"), JOURNAL_LIMIT, lambda: False)


def announced(database: Path) -> bool:
    """Whether a call of this database has been told what is announced, as its journal says."""
    with closing(sqlite3.connect(database)) as connection:
        events = connection.execute("SELECT events FROM turns").fetchall()
    return any("AnnouncementGiven" in str(told) for (told,) in events)


def test_a_faulty_draft_is_told_with_its_cure_and_answers_once_it_is_mended(
    laptop: dict[str, str], folder: Path
) -> None:
    save(folder / "hotline.toml", 'next = "language"', 'next = "langage"')
    with launched(laptop, "--draft", str(folder)) as launch:
        assert launch.says("is faulty (errors: 1); until they are mended it does not answer"), launch.said
        assert launch.says("leads to 'langage', which is no node. Cure: did you mean 'language'?"), (
            launch.said
        )
        assert launch.says("The hotline is open."), launch.said
        assert LIVE in heard_on_the_wire(laptop)
        assert "no connection" in heard_on_the_wire(laptop, "--to", NUMBER, reached=False)
        save(folder / "hotline.toml", 'next = "langage"', 'next = "language"')
        assert launch.says(f"the draft ({NUMBER}) answers"), launch.said
        assert NEW in heard_on_the_wire(laptop, "--to", NUMBER)
        launch.process.terminate()
        assert launch.ended() == 0
        assert launch.leaves_nothing(), launch.family()


def test_the_live_folder_is_no_draft(laptop: dict[str, str]) -> None:
    with launched(laptop, "--draft", str(LIBRARY)) as launch:
        assert launch.ended() == 1
    (line,) = launch.lines
    assert "is the live book itself: copy the folder, and name the copy" in line
