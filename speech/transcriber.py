"""What writes down a spoken message: the words of a whole recording, in any words its speaker likes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Written:
    """What was said, as it was heard: no capitals, no full stops, numbers as words; perhaps nothing."""

    words: str
    by: str  # the name of the model


@dataclass(frozen=True, slots=True)
class NoModel:
    """Nothing here writes this language down; `why` names what is missing."""

    why: str


@dataclass(frozen=True, slots=True)
class NotWritten:
    """It went wrong, and may go well another time; `why` is for the log and for those who look."""

    why: str


Outcome = Written | NoModel | NotWritten


class Transcriber(Protocol):
    """Writes messages down. For any thread, one message at a time; raises nothing."""

    def transcribe(self, wav: bytes, language: str) -> Outcome:
        """The words of a WAV file (16-bit, one channel). Takes about as long as the message at the most."""
        ...

    def close(self) -> None:
        """End what is under way, which is then not written."""
        ...


@dataclass(slots=True)
class ScriptedTranscriber:
    """Writes what it is told to, language by language: the stand-in."""

    outcomes: dict[str, Outcome]

    def transcribe(self, wav: bytes, language: str) -> Outcome:
        if not wav:
            return NotWritten("no sound was given")
        return self.outcomes.get(language, NoModel(f"no model of {language} is installed"))

    def close(self) -> None:
        self.outcomes = {}
