"""A model is fetched from a real server that cuts, lies, and hands out the wrong thing."""

from __future__ import annotations

import hashlib
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from speech.models.download import Limits
from speech.models.install import install
from speech.models.installed import note_of
from tests.servers import free_port
from tests.speech.models.archive_server import Served
from tests.speech.models.installing import begun, order, refused
from tests.speech.models.making import BALLAST, archive


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


def test_a_server_that_sends_nothing_is_told_as_such(address: str, models: Path, served: Served) -> None:
    served.cuts = [0] * 4
    assert refused(order(address, models, served)).endswith("was reached and sent nothing; call it again")
    assert begun(models) == []
    install(order(address, models, served))


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
    assert "is no whole zip or tar archive" in refused(order(address, models))
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
