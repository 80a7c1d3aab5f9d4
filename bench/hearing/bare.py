"""The recognisers as they come, without anything of ours: what the rest is measured against."""

from __future__ import annotations

import json
from collections.abc import Sequence
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

    name: str

    def digits(self, sound: bytes, length: int) -> str: ...

    def phrase(self, sound: bytes, phrases: Sequence[str]) -> str: ...


class BareSphinx:
    """PocketSphinx with its own settings; `fixed`: the grammar holds the number's length."""

    def __init__(self, *, fixed: bool) -> None:
        self.name = f"bare PocketSphinx, {'fixed length' if fixed else 'free'}"
        self._fixed = fixed
        self._decoder = pocketsphinx.Decoder(lm=None, loglevel="FATAL")
        self._grammar = ""

    def digits(self, sound: bytes, length: int) -> str:
        digit = f"({' | '.join(DIGITS)})"
        said = self._hear(sound, " ".join([digit] * length) if self._fixed else f"{digit}+")
        return "".join(OF[word] for word in said.split())

    def phrase(self, sound: bytes, phrases: Sequence[str]) -> str:
        return self._hear(sound, " | ".join(f"({phrase})" for phrase in phrases))

    def _hear(self, sound: bytes, rule: str) -> str:
        if rule != self._grammar:
            self._decoder.add_jsgf_string("g", f"#JSGF V1.0;\ngrammar g;\npublic <g> = {rule};\n")
            self._decoder.activate_search("g")
            self._grammar = rule
        samples = np.frombuffer(sound, "<i2").astype(np.float32)
        wide = np.clip(soxr.resample(samples, RATE, MODEL_RATE), -32_768, 32_767).astype("<i2")
        self._decoder.start_utt()
        self._decoder.process_raw(wide.tobytes(), full_utt=True)
        self._decoder.end_utt()
        found = self._decoder.hyp()
        return found.hypstr if found else ""


class BareVosk:
    """Vosk with a grammar of words, the best result alone."""

    name = "bare Vosk"

    def __init__(self, model: str) -> None:
        vosk.SetLogLevel(-2)
        self._model = vosk.Model(model)

    def digits(self, sound: bytes, length: int) -> str:
        said = self._hear(sound, [" ".join(OF)])
        return "".join(OF.get(word, "") for word in said.split())[: length + 1]

    def phrase(self, sound: bytes, phrases: Sequence[str]) -> str:
        return self._hear(sound, list(phrases))

    def _hear(self, sound: bytes, grammar: list[str]) -> str:
        recognizer = vosk.KaldiRecognizer(self._model, float(RATE), json.dumps(grammar, ensure_ascii=False))
        recognizer.AcceptWaveform(sound)
        said: str = json.loads(recognizer.FinalResult())["text"]
        return said
