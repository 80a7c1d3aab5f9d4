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

from speech.memory import of_its_own
from speech.models.installed import Model, files_of
from speech.transcriber import NoModel, NotWritten, Outcome, Written
from speech.wav import NotSound, read_wav

AT_LEAST = 90.0  # seconds for a message: a large model from a slow disk
A_SECOND = 4.0  # seconds more for each second of the message, on a machine that does much else
# A model of 264 MB takes 0.55 GB once it is loaded, 0.61 after 8 s of speech and 0.70 after 153 s more.
SPARE = 500_000_000  # bytes of memory beside the model
OF_MODEL = 4  # times the size of its files
LOOKED_EVERY = 0.5  # seconds between two looks at how much a child has taken
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
    spare: int = SPARE
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
            ended = _ended(child, wav, limit, self.spare + OF_MODEL * _size_of(model))
        if isinstance(ended, NotWritten):
            return ended
        said, complained = ended
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


def _size_of(model: Model) -> int:
    """Bytes of its files; 0 of one that is being taken away, with which no child begins."""
    try:
        return sum(files_of(model.folder).values())
    except OSError:
        return 0


def _ended(
    child: subprocess.Popen[bytes], wav: bytes, limit: float, most: int
) -> tuple[bytes, bytes] | NotWritten:
    """What a child has said and complained; it is killed after `limit` seconds, and with `most` bytes."""
    given: bytes | None = wav
    for _ in range(max(1, round(limit / LOOKED_EVERY))):
        try:
            return child.communicate(given, timeout=LOOKED_EVERY)
        except subprocess.TimeoutExpired:
            given = None  # it goes on with what it was given
        if of_its_own(child.pid) > most:
            child.kill()
            return NotWritten(f"it took more than {most / 1e9:.1f} GB of memory")
    child.kill()
    return NotWritten(f"it was not written down within {limit:.0f} s")


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
