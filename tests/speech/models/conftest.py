"""What the tests of models share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.speech.models.archive_server import Served, archive_server
from tests.speech.models.making import BALLAST, archive


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """The folder of SPEECH_MODELS, not there yet."""
    return tmp_path / "models"


@pytest.fixture
def served(tmp_path: Path) -> Served:
    """An archive of a tiny model, handed out well until the test says otherwise."""
    return Served(archive(tmp_path / "tiny.zip", ballast=BALLAST).read_bytes())


@pytest.fixture
def address(served: Served) -> Iterator[str]:
    """Where it is handed out."""
    with archive_server(served) as address:
        yield address
