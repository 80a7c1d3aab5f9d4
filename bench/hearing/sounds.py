"""What is played to the recognisers: digits said by people, phrases and nonsense in made voices."""

from __future__ import annotations

import random
import shutil
import wave
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
import soxr

from foundation.check_digits import with_check_digit
from speech import mulaw
from speech.requests import RATE
from tests import voices
from tests.voices import FLITE_VOICES

VOICES = FLITE_VOICES
# The only Korean voice of espeak-ng, with other pitches and throats.
KOREAN_VOICES = (
    "ko",
    *(f"ko+{one}" for one in ("m1", "m2", "m3", "m4", "m5", "m6", "m7", "f1", "f2", "f3", "f4")),
)
QUIET_BEFORE, QUIET_AFTER = 0.3, 0.4  # seconds, around what is said
PAUSES = (0.05, 0.25)  # seconds between two digits of a number, the shortest and the longest
NOISE = 8  # of a line on which nobody speaks, in 16-bit steps


@dataclass
class People:
    """Recordings of single digits: `DIGIT_SPEAKER_N.wav`, 8 kHz, 16 bit, one channel."""

    folder: Path
    clips: dict[tuple[str, str], list[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for path in sorted(self.folder.glob("?_*_*.wav")):
            digit, speaker, _ = path.stem.split("_")
            self.clips.setdefault((speaker, digit), []).append(_samples(path))
        if not self.clips:
            raise SystemExit(f"no DIGIT_SPEAKER_N.wav in {self.folder}")

    def speakers(self) -> tuple[str, ...]:
        return tuple(sorted({speaker for speaker, _ in self.clips}))

    def every(self, speaker: str) -> list[tuple[str, bytes]]:
        """Each recording alone: the digit and its sound on the line."""
        return [
            (digit, said(clip))
            for (who, digit), clips in sorted(self.clips.items())
            if who == speaker
            for clip in clips
        ]

    def number(self, speaker: str, digits: str, chance: random.Random) -> bytes:
        """A number, each digit one of its recordings, with pauses as people make them."""
        parts = [_with_pause(chance.choice(self.clips[speaker, digit]), chance) for digit in digits]
        return said(b"".join(parts))


def said(samples: bytes) -> bytes:
    """Sound with quiet on both sides, as it comes from the line."""
    whole = quiet(QUIET_BEFORE) + samples + quiet(QUIET_AFTER)
    return mulaw.to_samples(mulaw.from_samples(whole))


@lru_cache(maxsize=2_000)
def flite(text: str, voice: str) -> bytes:
    """English, said once for all who hear it."""
    return voices.flite(text, voice)


@lru_cache(maxsize=2_000)
def espeak(text: str, voice: str) -> bytes:
    """As above in Korean, which says nothing about how well people are heard."""
    return voices.espeak(text, voice)


def can_speak(language: str) -> bool:
    return shutil.which({"en": "flite", "ko": "espeak-ng"}[language]) is not None


def _with_pause(clip: bytes, chance: random.Random) -> bytes:
    return clip + quiet(chance.uniform(*PAUSES))


@lru_cache(maxsize=256)
def _noise(samples: int) -> bytes:
    noise: bytes = np.random.default_rng(samples).normal(0, NOISE, samples).astype("<i2").tobytes()
    return noise


def quiet(seconds: float) -> bytes:
    """A line on which nobody speaks."""
    return _noise(int(seconds * RATE))


def _samples(path: Path) -> bytes:
    with wave.open(str(path)) as file:
        rate, sound = file.getframerate(), file.readframes(file.getnframes())
    if rate == RATE:
        return bytes(sound)
    wide = np.frombuffer(sound, "<i2").astype(np.float32)
    narrow: bytes = np.clip(soxr.resample(wide, rate, RATE), -32_768, 32_767).astype("<i2").tobytes()
    return narrow


def numbers(length: int, count: int, check: str, chance: random.Random) -> list[str]:
    """So many numbers of a length, with their check digit; no two the same."""
    found: dict[str, None] = {}
    while len(found) < count:
        start = "".join(chance.choice("0123456789") for _ in range(length - 1))
        found[with_check_digit(check, start)] = None
    return list(found)
