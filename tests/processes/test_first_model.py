"""A laptop's first start tries the better model of English once, and waits for nothing."""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from foundation.settings import Settings, load
from processes.launch.first_model import NOT_AGAIN, NOTE, Attempt, attempt_of, begin
from speech.choice import Ear, choose, here
from speech.models.install import Order, install, unproven
from speech.models.installed import models_in
from tests.house.plan import ROOT
from tests.servers import free_port
from tests.speech.models.archive_server import Served, archive_server
from tests.speech.models.making import BALLAST, archive, model_folder

PATIENCE = 30.0  # seconds
# What a start does, as far as a model is concerned, with an address that never answers; Enter ends it.
A_START = """
import sys
from pathlib import Path
from processes.launch.first_model import Attempt, begin
from speech.choice import Choice, Ear
from speech.models.download import Limits
from speech.models.install import Order

order = Order("en", "tiny", sys.argv[1], Path(sys.argv[2]), limits=Limits(600.0, 600.0))
begin(Attempt(order, Choice("en", Ear.SPHINX)), print)
print("open")
input()
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    keys = {"SECRET_KEY": "9b1f" * 16, "TWILIO_AUTH_TOKEN": "7c" * 16}
    return load({"HOTLINE_ENV": "development", "SPEECH_MODELS": str(tmp_path / "models"), **keys}, tmp_path)


def tried(attempt: Attempt, address: str, sha256: str | None = None) -> list[str]:
    """The same attempt at an address of ours, and what was said of it."""
    said: list[str] = []
    order = replace(attempt.order, source=address, sha256=sha256)
    begin(replace(attempt, order=order), said.append, unproven).join(PATIENCE)
    return said


def test_it_is_the_makers_model_with_its_checksum_and_short_limits(settings: Settings) -> None:
    attempt = attempt_of(settings)
    assert attempt is not None
    assert attempt.order.source.startswith("https://alphacephei.com/vosk/models/vosk-model-small-en-us")
    assert attempt.order.sha256
    assert attempt.order.limits.connect <= 5
    assert attempt.without.ear is Ear.SPHINX


def test_no_network_is_one_line_and_is_not_tried_again_the_same_day(settings: Settings) -> None:
    attempt = attempt_of(settings)
    assert attempt is not None
    (line,) = tried(attempt, f"http://127.0.0.1:{free_port()}/tiny.zip")
    assert line.startswith("speech: no better model of English yet: 127.0.0.1")
    assert "cannot be reached" in line
    assert line.endswith("now heard: en by PocketSphinx")
    assert "\n" not in line
    assert attempt_of(settings) is None
    yesterday = time.time() - NOT_AGAIN - 60
    os.utime(settings.speech_models / NOTE, (yesterday, yesterday))
    assert attempt_of(settings) is not None


def test_a_model_that_came_is_told_and_then_hears(settings: Settings, tmp_path: Path) -> None:
    attempt = attempt_of(settings)
    assert attempt is not None
    served = Served(archive(tmp_path / "tiny.zip", ballast=BALLAST).read_bytes())
    with archive_server(served) as address:
        said = tried(attempt, address, hashlib.sha256(served.content).hexdigest())
    assert said == ["speech: vosk-model-small-en-us-0.15 is here; from the next start on it hears English"]
    assert choose("en", here(settings.speech_models, hosted=False)).ear is Ear.VOSK


def test_a_folder_that_cannot_be_made_is_one_line(settings: Settings) -> None:
    attempt = attempt_of(settings)
    assert attempt is not None
    settings.speech_models.write_text("a file")
    (line,) = tried(attempt, "https://models.invalid/tiny.zip")
    assert line.startswith("speech: no better model of English yet: ")


def test_nothing_is_tried_where_english_has_its_model(settings: Settings) -> None:
    model_folder(settings.speech_models / "en")
    assert attempt_of(settings) is None


def test_a_start_neither_waits_for_a_server_that_never_answers_nor_ends_later_for_it(
    settings: Settings, tmp_path: Path
) -> None:
    models, through = settings.speech_models, subprocess.PIPE
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(PATIENCE)
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/tiny.zip"
        start = subprocess.Popen(
            [sys.executable, "-c", A_START, address, str(models)], cwd=ROOT, stdin=through, stdout=through
        )
        try:
            asking, _ = silent.accept()
            with asking:
                asking.settimeout(PATIENCE)
                assert asking.recv(4_096).startswith(b"GET /tiny.zip ")
                said, _ = start.communicate(b"\n", PATIENCE)
        finally:
            start.kill()
            start.wait()
    assert (start.returncode, said) == (0, b"open\n")
    assert models_in(models) == ()
    assert install(Order("en", "tiny", str(archive(tmp_path / "tiny.zip")), models)).fault is None
