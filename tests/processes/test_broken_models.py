"""Fault 53: a model is cut. The speech process goes on without it, and readiness tells the truth.

What else can be wrong with one: `tests/speech/test_vosk_traps.py` and `tests/speech/models/test_layout.py`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from exchange.signature import sign
from foundation.settings import LIBRARY, load
from ivr.menus.loader import load as load_book
from processes.hearing_check import speech_check
from speech.requests import Kind, ListenRequest
from tests.end_to_end.running import TOKEN, outside, settings_of
from tests.speech.models.making import cut, links_to
from tests.speech.streaming import speech_process
from tests.voices import flite, korean_model

pytestmark = pytest.mark.timeout(240)
TOLD = "en is heard by pocketsphinx, not by vosk; restart the speech process, and read its log"


def test_callers_are_heard_by_the_embedded_recogniser_and_readiness_says_so(
    fresh_redis_url: str, tmp_path: Path
) -> None:
    # It looks whole, and ends the process that loads it.
    cut(links_to(korean_model(), tmp_path / "models" / "en"), "graph/HCLr.fst", 100_000)
    settings = settings_of(
        fresh_redis_url,
        f"sqlite:///{tmp_path}/hotline.sqlite",
        tmp_path,
        SPEECH_MODELS=str(tmp_path / "models"),
    )
    book = load_book(LIBRARY)
    port, environ = int(settings["SPEECH_PORT"]), {**outside(), **settings}
    command = [sys.executable, "-m", "processes.speech_server"]
    with speech_process(command, fresh_redis_url, port, tmp_path, environ) as ears:
        ears.signature = sign(TOKEN, f"ws://127.0.0.1:{port}/media", {})
        found = speech_check(load(environ, tmp_path), lambda: book, ears.mailbox)()
        assert (found.fault, found.stops) == (TOLD, False)
        assert found.tells["hears"] == {"en": "pocketsphinx", "zh": "keys", "id": "keys"}
        with ears.stream(53) as stream:
            stream.begin()
            stream.pace = 0.005  # four times as fast as a telephone
            ears.ask(ListenRequest(stream.call, 1, "en", Kind.CHOICE, ("a refund", "my account")))
            stream.quiet(0.5)
            stream.say(flite("a refund"))
            stream.quiet(0.8)
            assert "refund" in ears.heard(stream.call, 1).alternatives[0].words
