"""The English model that the package of PocketSphinx carries."""

from __future__ import annotations

import importlib.util
from pathlib import Path

LANGUAGE = "en"
DICTIONARY, SOUNDS = "cmudict-en-us.dict", "en-us"  # what is in its folder: how words sound, how sounds do


def embedded_model() -> Path | None:
    """Its folder, found without loading anything; None where the package is not installed."""
    found = importlib.util.find_spec("pocketsphinx")
    for place in (found.submodule_search_locations if found else None) or ():
        folder = Path(place) / "model" / "en-us"
        if (folder / DICTIONARY).is_file():
            return folder
    return None
