"""Which recogniser hears a language: Vosk where its model is, the embedded one, the carrier's, or none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from speech.models import embedded
from speech.models.catalogue import published
from speech.models.installed import Model, model_of


class Ear(Enum):
    """Who hears; the value is the name by which it is told."""

    VOSK = "vosk"
    SPHINX = "pocketsphinx"
    HOSTED = "hosted"
    KEYS = "keys"


@dataclass(frozen=True, slots=True)
class Here:
    """What this machine can hear with: the models in a folder, the embedded one, the carrier's if allowed."""

    models: Path
    embedded: bool
    hosted: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """Who hears a language here. `model`: of Vosk, the one that is used, or the one that is broken."""

    language: str
    ear: Ear
    model: Model | None = None

    @property
    def local(self) -> bool:
        """Whether the sound stays on this machine."""
        return self.ear in {Ear.VOSK, Ear.SPHINX}

    @property
    def in_order(self) -> tuple[Choice, ...]:
        """Those of ours that can hear it, the best first: a model that is whole to the eye may not load."""
        has_spare = self.ear is Ear.VOSK and self.language == embedded.LANGUAGE and _has_embedded()
        spare = (Choice(self.language, Ear.SPHINX, self.model),) if has_spare else ()
        return (self, *spare) if self.local else ()

    @property
    def fault(self) -> str | None:
        """A model that is here and cannot be used: why, and the cure."""
        if self.model is None or self.model.fault is None:
            return None
        return f"the model of {self.language} is broken: {self.model.fault}; {self.cure}"

    @property
    def cure(self) -> str | None:
        """The command that would have the language heard better; None if nothing would."""
        if self.ear is Ear.VOSK or (self.model is None and published(self.language) is None):
            return None
        return f"`hotline speech install {self.language}`"

    def __str__(self) -> str:
        named = f" ({self.model.name})" if self.ear is Ear.VOSK and self.model else ""
        return f"{self.language} {TOLD[self.ear]}{named}"


TOLD = {
    Ear.VOSK: "by Vosk",
    Ear.SPHINX: "by PocketSphinx",
    Ear.HOSTED: "by the carrier, once a caller has agreed",
    Ear.KEYS: "by keys alone",
}


def here(models: Path, *, hosted: bool) -> Here:
    """What this machine has. `hosted`: whether the operator allows the carrier to hear."""
    return Here(models, _has_embedded(), hosted)


def _has_embedded() -> bool:
    return embedded.embedded_model() is not None


def choose(language: str, machine: Here) -> Choice:
    """Who hears this language. Looks at the disk, loads nothing."""
    model = model_of(language, machine.models)
    if model is not None and model.fault is None:
        return Choice(language, Ear.VOSK, model)
    if machine.embedded and language == embedded.LANGUAGE:
        return Choice(language, Ear.SPHINX, model)
    return Choice(language, Ear.HOSTED if machine.hosted else Ear.KEYS, model)


def choices(languages: Iterable[str], machine: Here) -> tuple[Choice, ...]:
    """The same for each of these, in their order."""
    return tuple(choose(language, machine) for language in languages)
