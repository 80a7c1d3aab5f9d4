"""The folder where processes count together: ours alone, in memory, and without those who are gone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from foundation import metrics_folder
from foundation.metrics_folder import VARIABLE, NotOurs, empty, folder_of, gone, join


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test joins, the next one has not joined."""
    monkeypatch.setenv(VARIABLE, "")
    monkeypatch.delenv(VARIABLE)


def process_that_has_ended() -> int:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


def test_it_is_closed_to_others_and_each_port_has_its_own(tmp_path: Path) -> None:
    join(tmp_path / "counts")
    assert (tmp_path / "counts").stat().st_mode & 0o777 == 0o700
    assert os.environ[VARIABLE] == str(tmp_path / "counts")
    assert folder_of(5000) != folder_of(5001)


def test_a_link_that_somebody_has_laid_there_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "counts").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(NotOurs):
        join(tmp_path / "counts")
    assert not metrics_folder.is_joined()


def test_a_start_takes_away_what_the_dead_have_counted_and_leaves_the_living(tmp_path: Path) -> None:
    join(tmp_path)
    dead, living = f"counter_{process_that_has_ended()}.db", f"counter_{os.getpid()}.db"
    for name in (dead, living, "somebody's notes"):
        (tmp_path / name).touch()
    empty(tmp_path)
    assert {file.name for file in tmp_path.iterdir()} == {living, "somebody's notes"}


def test_who_has_ended_is_known(tmp_path: Path) -> None:
    join(tmp_path)
    ended = process_that_has_ended()
    for process in (ended, os.getpid()):
        (tmp_path / f"gauge_livemax_{process}.db").touch()
    assert gone() == {ended}
