"""`hotline spool`, `hotline tickets list` and `hotline doctor` tell what waits, and make it on demand."""

from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from callbacks.outcomes import Spooled
from foundation.clock import Deadline, SystemClock
from foundation.database import Database, migrate
from foundation.settings import Settings, load
from foundation.spool import FILE, Kept, Spool
from processes.commands.main import main
from processes.doctor.spool_look import look_at_spool
from processes.spooling import desk_of, spool_of
from tests.makers import a_draft

CLOCK = SystemClock()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    told = {
        "HOTLINE_ENV": "development",
        "DATABASE_URL": f"sqlite:///{tmp_path}/hotline.sqlite",
        "SECRET_KEY": "9b1f" * 16,
        "TWILIO_AUTH_TOKEN": "7c" * 16,
    }
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    return load(told, tmp_path)


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words, catch_exceptions=False)


def leave_one(settings: Settings) -> None:
    """A promise in the spool: its database has no tables yet."""
    with closing(Database(settings.database_url, CLOCK)) as database:
        desk = desk_of(settings, database, CLOCK)
        assert isinstance(desk.open_ticket(a_draft(), Deadline.after(5, CLOCK)), Spooled)


def test_on_a_laptop_it_lies_beside_the_database_it_belongs_to(settings: Settings, tmp_path: Path) -> None:
    assert settings.spool_dir == tmp_path / "hotline.sqlite-spool"


def test_what_waits_is_told_made_by_hand_and_then_told_no_more(settings: Settings) -> None:
    leave_one(settings)
    assert run("spool", "show").stdout == "waiting: 1\nset aside: 0\n"
    found = look_at_spool(settings)
    assert (found.how, found.mild) == ("1 waiting, 0 set aside, of 2048", True)
    before = run("spool", "replay")  # the database is not migrated: SQL takes nothing
    assert before.stdout.splitlines() == ["made: 0", "waiting: 1", "set aside: 0"]
    migrate(settings.database_url)
    assert "In the spool, without a number yet: 1 waiting, 0 set aside" in run("tickets", "list").stdout
    assert run("spool", "replay").stdout.splitlines() == ["made: 1", "waiting: 0", "set aside: 0"]
    listed = run("tickets", "list").stdout
    assert "failed-payment" in listed
    assert "spool" not in listed
    assert look_at_spool(settings).well


def test_what_cannot_be_made_is_grave_until_a_person_has_looked(settings: Settings) -> None:
    migrate(settings.database_url)
    spool = spool_of(settings)
    assert spool.keep("name", b"sealed with another key", Deadline.after(5, CLOCK)) == Kept()
    spool.close()
    told = run("spool", "replay")
    assert told.stdout.splitlines()[:3] == ["made: 0", "waiting: 0", "set aside: 1"]
    assert look_at_spool(settings).grave
    assert "put back: 1" in run("spool", "replay", "--again").stdout


def test_whoever_looks_makes_no_spool(settings: Settings) -> None:
    for words in (("spool", "show"), ("spool", "replay")):
        assert "there is no spool" in run(*words).output
    assert look_at_spool(settings).well
    assert not settings.spool_dir.exists()


def test_in_production_a_machine_without_a_spool_is_told(settings: Settings) -> None:
    in_production = settings.model_copy(update={"hotline_env": "production"})
    assert look_at_spool(in_production).grave
    settings.spool_dir.mkdir()
    (settings.spool_dir / FILE).write_text("no spool")
    assert look_at_spool(in_production).grave


def test_a_spool_that_cannot_be_made_keeps_nobody_from_starting(settings: Settings) -> None:
    settings.spool_dir.write_text("a file where the folder should be")
    assert isinstance(spool_of(settings), Spool)
