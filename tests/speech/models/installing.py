"""A model is in place whole, or nothing has changed and one line says why: what the tests of it share."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from speech.models.download import Limits
from speech.models.faults import ModelFault
from speech.models.install import Order, install
from speech.models.installed import models_in
from tests.speech.models.archive_server import Served


def order(source: str, models: Path, served: Served | None = None) -> Order:
    """Korean, from there; with the checksum of what is served."""
    sha256 = hashlib.sha256(served.content).hexdigest() if served else None
    return Order("ko", "tiny", source, models, sha256, Limits(5.0, 5.0))


def refused(wanted: Order) -> str:
    """Why it was not installed: one line. Nothing is half-installed then, and what was there is there."""
    before = models_in(wanted.folder)
    with pytest.raises(ModelFault) as found:
        install(wanted)
    assert "\n" not in str(found.value)
    assert models_in(wanted.folder) == before
    kept = wanted.folder / ".kept"
    links = [one for one in before if one.folder.is_relative_to(kept.resolve())]
    assert len(list(kept.iterdir()) if kept.exists() else ()) == len(links)
    assert not (wanted.folder / ".coming" / "work").exists()
    return str(found.value)


def begun(models: Path) -> list[Path]:
    """What is kept of downloads."""
    return sorted((models / ".coming").glob("*.archive"))
