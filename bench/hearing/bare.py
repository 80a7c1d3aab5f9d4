"""The recognisers as they come, without anything of ours: what the rest is measured against.

Each is a name for one that a process loads when it first hears with it, so that it can hear in another one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

import numpy as np
import pocketsphinx
import soxr
import vosk

from speech.requests import RATE

MODEL_RATE = 16_000
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
OF = {word: str(digit) for digit, word in enumerate(DIGITS)} | {"oh": "0"}


class Bare(Protocol):
    """Hears a sound as digits, or as one of some phrases."""

    @property
    def name(self) -> str: ...

    def digits(self, sound: bytes, length: int) -> str: ...

    def phrase(self, sound: bytes, phrases: Sequence[str]) -> str: ...


@dataclass(frozen=True, slots=True)
class BareSphinx:
    """PocketSphinx with its own settings; `fixed`: the grammar holds the number's length."""

    fixed: bool

    @property
    def name(self) -> str:
        return f"bare PocketSphinx, {'fixed length' if self.fixed else 'free'}"

    def digits(self, sound: bytes, length: int) -> str:
        digit = f"({' | '.join(DIGITS)})"
        said = self._hear(sound, " ".join([digit] * length) if self.fixed else f"{digit}+")
        return "".join(OF[word] for word in said.split())

    def phrase(self, sound: bytes, phrases: Sequence[str]) -> str:
        return self._hear(sound, " | ".join(f"({phrase})" for phrase in phrases))

    def _hear(self, sound: bytes, rule: str) -> str:
        decoder = _sphinx(self)
        decoder.add_jsgf_string("g", f"#JSGF V1.0;\ngrammar g;\npublic <g> = {rule};\n")
        decoder.activate_search("g")
        samples = np.frombuffer(sound, "<i2").astype(np.float32)
        wide = np.clip(soxr.resample(samples, RATE, MODEL_RATE), -32_768, 32_767).astype("<i2")
        decoder.start_utt()
        decoder.process_raw(wide.tobytes(), full_utt=True)
        decoder.end_utt()
        found = decoder.hyp()
        return found.hypstr if found else ""


@dataclass(frozen=True, slots=True)
class BareVosk:
    """Vosk with a grammar of words, the best result alone. `model`: its folder."""

    model: str
    name: str = "bare Vosk"

    def digits(self, sound: bytes, length: int) -> str:
        said = self._hear(sound, [" ".join(OF)])
        return "".join(OF.get(word, "") for word in said.split())[: length + 1]

    def phrase(self, sound: bytes, phrases: Sequence[str]) -> str:
        return self._hear(sound, list(phrases))

    def _hear(self, sound: bytes, grammar: list[str]) -> str:
        written = json.dumps(grammar, ensure_ascii=False)
        recognizer = vosk.KaldiRecognizer(_vosk(self.model), float(RATE), written)
        recognizer.AcceptWaveform(sound)
        said: str = json.loads(recognizer.FinalResult())["text"]
        return said


@cache
def _sphinx(_for: BareSphinx) -> pocketsphinx.Decoder:
    return pocketsphinx.Decoder(lm=None, loglevel="FATAL")


@cache
def _vosk(model: str) -> vosk.Model:
    vosk.SetLogLevel(-2)
    return vosk.Model(model)
