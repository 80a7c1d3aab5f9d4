"""`hotline backup` and `hotline restore` as somebody types them: what they say, ask and refuse."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from processes.commands.main import main
from tests.processes.shelter import KEY, everything, open_tickets


@pytest.fixture
def url(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The database that the commands work on: two tickets stand in it."""
    file = tmp_path / "hotline.sqlite"
    file.write_bytes(sqlite_template.read_bytes())
    address = f"sqlite:///{file}"
    told = {"HOTLINE_ENV": "development", "DATABASE_URL": address, "SECRET_KEY": KEY}
    for name, value in {**told, "TWILIO_AUTH_TOKEN": "a1" * 16}.items():
        monkeypatch.setenv(name, value)
    open_tickets(address, 2)
    return address


@pytest.fixture
def place(tmp_path: Path) -> str:
    return str(tmp_path / "backup.gz")


def run(*words: str, answer: str = "") -> Result:
    return CliRunner().invoke(main, words, input=answer, catch_exceptions=False)


@pytest.mark.usefixtures("url")
def test_a_backup_says_what_is_in_it_and_that_it_is_personal(place: str) -> None:
    done = run("backup", place)
    assert done.exit_code == 0
    assert "2 tickets" in done.output
    assert "names, telephone numbers" in done.output
    assert "SECRET_KEY is not in it" in done.output


@pytest.mark.usefixtures("url")
def test_a_backup_that_is_there_is_replaced_only_if_that_is_said(place: str) -> None:
    run("backup", place)
    before = Path(place).read_bytes()
    refused = run("backup", place)
    assert refused.exit_code == 1
    assert "--replace" in refused.output
    assert Path(place).read_bytes() == before
    assert run("backup", place, "--replace").exit_code == 0


@pytest.mark.usefixtures("url")
def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    told = run("backup", str(tmp_path / "nowhere" / "backup.gz"))
    assert told.exit_code == 1
    assert "cannot be written: No such file or directory" in told.output


@pytest.mark.usefixtures("url")
def test_a_database_that_is_not_there_is_told_and_not_made(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'gone.sqlite'}")
    told = run("backup", place)
    assert told.exit_code == 1
    assert "there is no file" in told.output
    assert not (tmp_path / "gone.sqlite").exists()


def test_a_new_database_is_filled_without_a_question(
    url: str, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("backup", place)
    new = f"sqlite:///{tmp_path / 'new.sqlite'}"
    monkeypatch.setenv("DATABASE_URL", new)
    done = run("restore", place)
    assert done.exit_code == 0, done.output
    assert "Stop the web processes first" in done.output
    assert "Redis" in done.output
    assert "restored:" in done.output
    assert everything(new)["tickets"] == everything(url)["tickets"]


def test_what_stands_in_the_database_goes_only_if_that_is_said_and_agreed(url: str, place: str) -> None:
    run("backup", place)
    open_tickets(url, 3, call="CB", seed=8)
    before = everything(url)
    refused = run("restore", place)
    assert refused.exit_code == 1
    assert "not empty" in refused.output
    assert "5 tickets" in refused.output
    declined = run("restore", place, "--replace", answer="n\n")
    assert declined.exit_code == 1
    assert everything(url) == before
    agreed = run("restore", place, "--replace", answer="y\n")
    assert agreed.exit_code == 0, agreed.output
    assert len(everything(url)["tickets"]) == 2
    assert run("restore", place, "--replace", "--yes").exit_code == 0


@pytest.mark.usefixtures("url")
def test_a_file_that_was_changed_is_told_before_anything_is_asked(place: str) -> None:
    run("backup", place)
    Path(place).write_bytes(Path(place).read_bytes()[:-9])
    told = run("restore", place, "--replace")
    assert told.exit_code == 1
    assert "is cut or was changed" in told.output
    assert "Replace all of it?" not in told.output


@pytest.mark.usefixtures("url")
def test_a_backup_of_another_key_needs_a_word(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run("backup", place)
    monkeypatch.setenv("SECRET_KEY", "another key, as long as production would want it")
    refused = run("restore", place, "--replace", "--yes")
    assert refused.exit_code == 1
    assert "another SECRET_KEY" in refused.output
    assert run("restore", place, "--replace", "--yes", "--other-key").exit_code == 0


@pytest.mark.usefixtures("url")
def test_no_secret_and_no_number_of_a_customer_is_on_the_screen(place: str) -> None:
    told = run("backup", place).output + run("restore", place, "--replace", "--yes").output
    assert KEY not in told
    assert "+628" not in told
