"""Writes messages down, a child process each: if it is killed, aborts or hangs, that one is not written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from speech.models.installed import Model
from speech.transcriber import NoModel, NotWritten, Outcome, Written
from speech.wav import NotSound, read_wav

AT_LEAST = 90.0  # seconds for a message: a large model from a slow disk
A_SECOND = 4.0  # seconds more for each second of the message, on a machine that does much else
LONGEST_WHY = 120  # characters of what a child complained
LONGEST_WORDS = 20_000  # characters of one message
ROOT = Path(__file__).resolve().parents[1]

ModelOf = Callable[[str], Model | None]  # the installed model of a language


def vosk_child(model: Model) -> list[str]:
    """The command that writes down with this model."""
    return [sys.executable, "-m", "speech.vosk_transcriber", str(model.folder)]


@dataclass(slots=True)
class ChildTranscriber:
    """The transcriber in use. `model_of` is asked for each message: what is installed meanwhile is used."""

    model_of: ModelOf
    command: Callable[[Model], Sequence[str]] = vosk_child
    at_least: float = AT_LEAST
    _child: subprocess.Popen[bytes] | None = None
    _closed: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def transcribe(self, wav: bytes, language: str) -> Outcome:
        try:
            limit = self.at_least + A_SECOND * read_wav(wav).seconds
        except NotSound as fault:
            return NotWritten(str(fault))
        model = self.model_of(language)
        if model is None or model.fault:
            return NoModel(model.fault if model and model.fault else f"no model of {language} is installed")
        child = self._begun(model)
        if isinstance(child, NotWritten):
            return child
        with child:
            try:
                said, complained = child.communicate(wav, timeout=limit)
            except subprocess.TimeoutExpired:
                child.kill()
                return NotWritten(f"it was not written down within {limit:.0f} s")
        return _outcome(child.returncode, said, complained, model)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            if self._child is not None:
                self._child.kill()

    def _begun(self, model: Model) -> subprocess.Popen[bytes] | NotWritten:
        with self._lock:
            if self._closed:
                return NotWritten("the worker ends")
            try:
                self._child = subprocess.Popen(
                    self.command(model),
                    cwd=ROOT,
                    # Nothing of ours: it needs no secret, and must not find one.
                    env={"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"},
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                )
            except OSError as fault:
                return NotWritten(f"no process could be started: {fault.strerror}")
            return self._child


def _outcome(returned: int, said: bytes, complained: bytes, model: Model) -> Outcome:
    if returned < 0:
        return NotWritten(f"signal {-returned} ended the process that wrote it down")
    if returned:
        last = (complained.decode("utf-8", "replace").strip().splitlines() or ["no reason"])[-1]
        return NotWritten(f"the process that wrote it down returned {returned}: {last[:LONGEST_WHY]}")
    try:
        return Written(str(json.loads(said)["words"])[:LONGEST_WORDS], model.name)
    except (ValueError, KeyError, TypeError):
        return NotWritten("the process that wrote it down said something else")
