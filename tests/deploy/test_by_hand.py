"""A command that somebody types on the machine of the service has the settings that the service has."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.plan import ROOT

SCRIPT = ROOT / "deploy" / "by-hand"
AWKWARD = "postgresql://hotline:a&b;c$HOME'#\"@127.0.0.1/hotline?x=1&y=2"
SETTINGS = f"""# A comment with A=B.
HOTLINE_ENV=production

DATABASE_URL={AWKWARD}
#LOG_LEVEL=debug
REDIS_URL=
PORT=5000"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The settings of a service, and a program that tells what it is told."""
    place = tmp_path / "etc"
    (place / "secrets").mkdir(parents=True)
    (place / "hotline.env").write_text(SETTINGS, "utf-8")
    (place / "secrets" / "secret_key").write_text("5c" * 32 + "\n", "utf-8")
    program = place / "told"
    code = "import json, os, sys; print(json.dumps([dict(os.environ), sys.argv[1:]]))"
    program.write_text(f"#!/bin/sh\nexec {sys.executable} -c '{code}' \"$@\"\n", "utf-8")
    program.chmod(0o755)
    return place


def told(folder: Path, *words: str, **given: str) -> tuple[dict[str, str], list[str]]:
    """What the program finds in its environment, and its words."""
    if os.geteuid() == 0 and shutil.which("runuser") is None:
        pytest.fail("runuser is missing: apt-get install util-linux")
    environment = {
        "PATH": os.environ["PATH"],
        "HOTLINE_SETTINGS": str(folder),
        "HOTLINE": str(folder / "told"),
        "HOTLINE_USER": "root",
        **given,
    }
    command = [str(SCRIPT), *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True, env=environment)
    found, said = json.loads(done.stdout)
    return found, said


def test_every_setting_arrives_as_it_is_written(folder: Path) -> None:
    found, said = told(folder, "tickets", "list", "--topic", "a b; $HOME")
    assert said == ["tickets", "list", "--topic", "a b; $HOME"]
    assert (found["HOTLINE_ENV"], found["DATABASE_URL"], found["PORT"]) == ("production", AWKWARD, "5000")
    assert {"REDIS_URL", "LOG_LEVEL", "A"}.isdisjoint(found)


def test_a_secret_in_a_file_of_its_own_arrives_too(folder: Path) -> None:
    assert told(folder)[0]["SECRET_KEY"] == "5c" * 32


def test_what_is_set_for_one_command_goes_first(folder: Path) -> None:
    drill = "sqlite:////var/lib/hotline/drill.sqlite"
    assert told(folder, DATABASE_URL=drill)[0]["DATABASE_URL"] == drill


def test_without_settings_it_says_so_and_runs_nothing(tmp_path: Path) -> None:
    told = {"PATH": os.environ["PATH"], "HOTLINE_SETTINGS": str(tmp_path), "HOTLINE": "/bin/true"}
    done = subprocess.run([SCRIPT], capture_output=True, text=True, timeout=30, check=False, env=told)
    assert done.returncode != 0
    assert "hotline.env" in done.stderr
