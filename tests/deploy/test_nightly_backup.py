"""A backup every night: the newest are kept, and a night that fails takes none away."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from foundation.backup_file import counted
from foundation.database import migrate
from tests.house.plan import ROOT

SCRIPT = ROOT / "deploy" / "nightly-backup"
PROGRAMS = Path(sys.executable).parent


def night(folder: Path, url: str, keep: str = "3") -> "subprocess.CompletedProcess[str]":
    told = {
        "PATH": os.environ["PATH"],
        "HOTLINE": str(PROGRAMS / "hotline"),
        "HOTLINE_ENV": "development",
        "DATABASE_URL": url,
        "SECRET_KEY": "5c" * 32,
        "TWILIO_AUTH_TOKEN": "a1" * 16,
        "KEEP": keep,
    }
    return subprocess.run([SCRIPT, folder], capture_output=True, text=True, timeout=60, check=False, env=told)


@pytest.fixture
def url(tmp_path: Path) -> str:
    address = f"sqlite:///{tmp_path / 'hotline.sqlite'}"
    migrate(address)
    return address


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Backups of five earlier nights, what a killed one left, and somebody's own file."""
    place = tmp_path / "backups"
    place.mkdir()
    for day in range(10, 15):
        (place / f"hotline-202611{day}T023000Z.gz").write_bytes(b"an earlier night")
    left = place / ".hotline-20261109T023000Z.gz.abc.partial"
    left.write_bytes(b"half")
    two_days_ago = time.time() - 2 * 86_400
    os.utime(left, (two_days_ago, two_days_ago))
    (place / "mine.txt").write_bytes(b"not a backup")
    return place


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def test_a_night_brings_a_whole_backup_and_takes_the_oldest_away(folder: Path, url: str) -> None:
    done = night(folder, url)
    assert done.returncode == 0, done.stderr
    *older, newest, mine = names(folder)
    assert older == ["hotline-20261113T023000Z.gz", "hotline-20261114T023000Z.gz"]
    assert mine == "mine.txt"
    header, _ = counted(folder / newest)
    assert header.tables
    assert (folder / newest).stat().st_mode & 0o777 == 0o600


def test_a_night_that_fails_takes_none_away_and_says_so(folder: Path) -> None:
    before = names(folder)
    done = night(folder, "sqlite:////nowhere/hotline.sqlite")
    assert done.returncode != 0
    assert "there is no file" in done.stderr
    assert set(before) - set(names(folder)) == {".hotline-20261109T023000Z.gz.abc.partial"}


@pytest.mark.parametrize("keep", ["0", "-1", "all"])
def test_a_number_of_backups_that_is_none_is_refused(folder: Path, url: str, keep: str) -> None:
    before = names(folder)
    done = night(folder, url, keep)
    assert done.returncode == 2
    assert "KEEP" in done.stderr
    assert names(folder) == before
