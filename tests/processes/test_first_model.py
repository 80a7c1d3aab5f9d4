"""A laptop's first start tries the better model of English once, and waits for nothing."""

from __future__ import annotations

import hashlib
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from foundation.settings import Settings, load
from processes.launch.first_model import NOT_AGAIN, NOTE, Attempt, attempt_of, begin
from speech.choice import Ear, choose, here
from speech.models.install import unproven
from tests.servers import free_port
from tests.speech.models.archive_server import Served, archive_server
from tests.speech.models.making import BALLAST, archive, model_folder

PATIENCE = 30.0  # seconds


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
