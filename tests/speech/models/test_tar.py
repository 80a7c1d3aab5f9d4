"""Models that come as a tar, compressed or not: the same is asked of them as of a zip."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from speech.models import archive
from speech.models.install import install
from tests.speech.models.installing import order, refused
from tests.speech.models.making import BALLAST, FILES

ENDINGS = {"tar": "w", "tar.gz": "w:gz", "tar.bz2": "w:bz2", "tar.xz": "w:xz"}
TOP = "vosk-model-tiny-xx"


def tarred(place: Path, *more: tarfile.TarInfo, ballast: int = 0) -> Path:
    """A model as an archive of the kind that its name says."""
    with tarfile.open(place, ENDINGS[place.name.partition(".")[2]]) as written:  # type: ignore[call-overload]
        for name, content in {**FILES, "rescore/G.carpa": bytes(ballast)}.items():
            told = tarfile.TarInfo(f"{TOP}/{name}")
            told.size = len(content)
            written.addfile(told, io.BytesIO(content))
        for one in more:
            written.addfile(one, io.BytesIO(bytes(one.size)))
    return place


def entry(name: str, kind: bytes = tarfile.REGTYPE, to: str = "") -> tarfile.TarInfo:
    told = tarfile.TarInfo(name)
    told.type, told.linkname = kind, to
    return told


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_tar_is_installed_however_it_is_compressed(models: Path, tmp_path: Path, ending: str) -> None:
    model = install(
        order(str(tarred(tmp_path / f"tiny.{ending}", entry(f"{TOP}/empty", tarfile.DIRTYPE))), models)
    )
    assert model.fault is None
    assert (model.folder / "README").read_bytes() == FILES["README"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_tar_cut_short_is_refused(models: Path, tmp_path: Path, ending: str) -> None:
    place = tarred(tmp_path / f"tiny.{ending}")
    whole = place.read_bytes()
    places = [len(whole) // 3, len(whole) - 10]
    if ending == "tar":  # between two blocks, before the empty ones at its end
        places = [
            len(whole) // 3,
            len(whole.rstrip(b"\0")) // tarfile.BLOCKSIZE * tarfile.BLOCKSIZE + tarfile.BLOCKSIZE,
        ]
    for end in places:
        place.write_bytes(whole[:end])
        assert "is no whole zip or tar archive" in refused(order(str(place), models))


@pytest.mark.parametrize("ending", ["tar.gz", "tar.bz2", "tar.xz"])
def test_a_tar_with_a_wrong_checksum_is_refused(models: Path, tmp_path: Path, ending: str) -> None:
    place = tarred(tmp_path / f"tiny.{ending}")
    content = bytearray(place.read_bytes())
    content[-6] ^= 0xFF  # of what is compressed, behind the last file
    place.write_bytes(content)
    assert "is no whole zip or tar archive" in refused(order(str(place), models))


@pytest.mark.parametrize("name", ["../../evil", "/etc/evil", "a/../../evil", "..\\evil", "C:evil"])
def test_a_tar_that_writes_outside_of_its_folder_is_refused(models: Path, tmp_path: Path, name: str) -> None:
    assert "outside of its folder" in refused(order(str(tarred(tmp_path / "t.tar", entry(name))), models))
    assert list(tmp_path.rglob("*evil")) == []


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_a_tar_that_holds_anything_but_files_is_refused(models: Path, tmp_path: Path, kind: bytes) -> None:
    place = tarred(tmp_path / "t.tar", entry(f"{TOP}/link", kind, to=f"{TOP}/README"))
    assert "holds a link or a device" in refused(order(str(place), models))


def test_a_tar_that_inflates_to_more_than_any_model_is_refused_as_soon_as_it_says_so(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "LARGEST", BALLAST)
    place = tarred(tmp_path / "t.tar.gz", ballast=BALLAST)
    assert place.stat().st_size < BALLAST // 100
    assert "more than any model has" in refused(order(str(place), models))
    monkeypatch.setattr(archive, "FILES_AT_MOST", 5)
    assert "more than 5 files" in refused(order(str(tarred(tmp_path / "t.tar")), models))
