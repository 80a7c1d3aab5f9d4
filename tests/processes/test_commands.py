"""The command `hotline`, as it is typed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import free_port

HOTLINE = Path(sys.executable).parent / "hotline"
ROOT = Path(__file__).resolve().parents[2]
CLEAN = {"PATH": os.environ.get("PATH", os.defpath), "HOME": "/nonexistent"}


def hotline(*words: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [HOTLINE, *words],
        env={**CLEAN, **environ},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=40,
        check=False,
    )


@pytest.fixture
def laptop(tmp_path: Path, redis_url: str) -> dict[str, str]:
    """A laptop that keeps nothing in the project's own folder."""
    return {
        "HOTLINE_ENV": "development",
        "DATABASE_URL": f"sqlite:///{tmp_path}/hotline.sqlite",
        "REDIS_URL": redis_url,
        "SECRET_KEY": "9b1f" * 16,
        "TWILIO_AUTH_TOKEN": "7c" * 16,
        "PORT": str(free_port()),
        "EXCHANGE_PORT": str(free_port()),
        "SPEECH_PORT": str(free_port()),
    }


def test_help_names_every_command() -> None:
    told = hotline("--help")
    assert told.returncode == 0
    assert all(name in told.stdout for name in ("doctor", "migrate", "run", "settings"))


@pytest.mark.parametrize("command", ["migrate", "settings"])
def test_faulty_settings_are_all_named_without_a_traceback(command: str) -> None:
    told = hotline(command, PUBLIC_URL="http://hotline.example.org", PORT="maybe")
    assert told.returncode == 2
    assert "PUBLIC_URL: is http" in told.stderr
    assert "PORT: is not a whole number" in told.stderr
    assert "on a laptop set HOTLINE_ENV=development" in told.stderr
    assert "Traceback" not in told.stderr


def test_settings_are_shown_without_their_secrets(laptop: dict[str, str]) -> None:
    told = hotline("settings", **laptop, TWILIO_AUTH_TOKN="1")
    assert told.returncode == 0
    assert f"PORT = {laptop['PORT']}" in told.stdout
    assert "SECRET_KEY = Secret(****)" in told.stdout
    assert not any(
        laptop[name] in told.stdout for name in ("SECRET_KEY", "DATABASE_URL", "TWILIO_AUTH_TOKEN")
    )
    assert "did you mean TWILIO_AUTH_TOKEN?" in told.stderr


def test_migrating_twice_is_as_good_as_once(laptop: dict[str, str]) -> None:
    first, second = hotline("migrate", **laptop), hotline("migrate", **laptop)
    assert (first.returncode, second.returncode) == (0, 0)
    assert first.stdout == second.stdout


def test_the_web_process_says_its_faulty_settings_once_and_does_not_start() -> None:
    gunicorn = Path(sys.executable).parent / "gunicorn"
    words = [str(gunicorn), "--config", "python:processes.web_server", "processes.webhooks:app"]
    told = subprocess.run(words, env=CLEAN, cwd=ROOT, capture_output=True, text=True, timeout=40, check=False)
    assert told.returncode == 2
    assert told.stderr.count("SECRET_KEY: is missing") == 1
    assert "Traceback" not in told.stderr


def test_the_web_process_logs_a_misspelt_setting_once(laptop: dict[str, str]) -> None:
    code = "import processes.web_server"
    environ = {**CLEAN, **laptop, "WEB_WORKER": "4"}
    told = subprocess.run(
        [sys.executable, "-c", code],
        env=environ,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=40,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    assert told.stdout.count("WEB_WORKER: is not a setting; did you mean WEB_WORKERS?") == 1
