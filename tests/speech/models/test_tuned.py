"""A model is loaded with bounds of ours; its own folder stays as its makers packed it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from speech.models.tuned import OPTIONS, OURS, tuned
from tests.speech.models.making import model_folder


def test_our_options_come_behind_those_of_the_makers_which_stay(tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "ko")
    (folder / OPTIONS).write_bytes(b"--min-active=200\n--beam=10.0")
    before = sorted(folder.rglob("*"))
    with tuned(folder) as place:
        assert (place / OPTIONS).read_text().split() == ["--min-active=200", "--beam=10.0", *OURS]
        names = {one.relative_to(folder) for one in before if one.is_file()}
        assert {name for name in names if (place / name).is_file()} == names
        same = names - {OPTIONS}
        assert all((place / name).read_bytes() == (folder / name).read_bytes() for name in same)
    assert not place.exists()
    assert sorted(folder.rglob("*")) == before
    assert (folder / OPTIONS).read_bytes() == b"--min-active=200\n--beam=10.0"


def test_a_model_without_options_is_loaded_as_it_is(tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "ko")
    (folder / OPTIONS).unlink()
    with tuned(folder) as place:
        assert place == folder


def test_without_room_for_a_folder_of_links_the_model_is_loaded_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    folder = model_folder(tmp_path / "ko")
    with tuned(folder) as place:
        assert place == folder


def test_a_fault_of_the_loading_is_told_as_it_is(tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "ko")
    with pytest.raises(OSError, match="no memory"), tuned(folder):
        raise OSError("no memory")
