"""`hotline announce`: what an operator types, what is told in answer, what is refused before it is heard."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from foundation.clock import Deadline, SystemClock
from foundation.database import Database
from ivr.menus.announcements import Announcement, Announcements, Wanted
from processes.commands.announce import NOBODY, command

CLOCK = SystemClock()
PATIENT = 20.0
EN, ZH, ID = "The app is slow today.", "今天应用有点慢。", "Hari ini aplikasi lambat."
EVERY = ("--en", EN, "--zh", ZH, "--id", ID)
TOMORROW = ("--until", "tomorrow 09:00")


@pytest.fixture(autouse=True)
def machine(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of a laptop on a database that is up to date."""
    monkeypatch.setenv("HOTLINE_ENV", "development")
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("SECRET_KEY", "9b1f" * 16)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "7c" * 16)


def announce(*told: str) -> Result:
    return CliRunner().invoke(command, told, catch_exceptions=False)


def standing(database_url: str) -> Announcement | None:
    database = Database(database_url, CLOCK)
    try:
        return Announcements(database).standing(CLOCK.now(), Deadline.after(PATIENT, CLOCK))
    finally:
        database.close()


def test_what_callers_will_hear_and_until_when_is_told_in_local_time(database_url: str) -> None:
    told = announce(*EVERY, *TOMORROW, "--by", "Ayu")
    assert told.exit_code == 0
    assert re.search(
        r"callers hear this before the menu until \w+day \d{4}-\d\d-\d\d 09:00 \(Asia/Jakarta\):\n"
        rf"  en: {EN}\n  zh: {ZH}\n  id: {ID}\n"
        r"it stands since .* put up by Ayu\n$",
        told.stdout,
    )
    assert told.stderr == ""
    stands = standing(database_url)
    assert stands is not None
    assert dict(stands.words) == {"en": EN, "zh": ZH, "id": ID}
    assert announce().stdout == told.stdout


def test_without_words_it_shows_what_stands_or_that_nothing_does() -> None:
    assert (announce().stdout, announce().exit_code) == (f"{NOBODY}\n", 0)
    assert announce("--clear").stdout == f"{NOBODY}\n"


def test_a_new_one_says_what_it_takes_the_place_of_and_clear_what_it_takes_away() -> None:
    announce(*EVERY, *TOMORROW, "--by", "Ayu")
    told = announce("--en", "It works.", "--zh", "好了。", "--id", "Sudah pulih.", *TOMORROW).stdout
    assert "takes the place of what Ayu announced:\n" in told
    assert told.index(EN) < told.index("It works.")
    taken = announce("--clear").stdout
    assert taken.startswith("taken away; callers no longer hear it:\n  en: It works.\n")
    assert announce().stdout == f"{NOBODY}\n"


def test_whoever_does_not_say_who_they_are_is_named_as_they_signed_in(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "citra")
    announce(*EVERY, *TOMORROW)
    stands = standing(database_url)
    assert stands is not None
    assert stands.set_by == "citra"


def test_all_that_is_wrong_is_told_at_once_and_nothing_is_changed(database_url: str) -> None:
    announce(*EVERY, *TOMORROW)
    told = announce("--en", "x {name}", "--fr", "oui", "--id", "", "--until", "25:99")
    assert told.exit_code == 1
    assert told.stdout == ""
    said = told.stderr
    for part in ("nothing was changed", "--zh is missing", "no slots", "--fr is none", "--id: there are"):
        assert part in said
    assert "'25:99' is no time" in said
    stands = standing(database_url)
    assert stands is not None
    assert stands.words["en"] == EN


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (("--en", "The", "line", "is", "slow", *TOMORROW), "'line' stands alone"),
        (("--en", "--zh", ZH, *TOMORROW), "--en has no words"),
        (("--until", "18:00", "--en"), "--en has no words"),
        (("--en", EN, "--en", EN, *TOMORROW), "--en is given twice"),
        (("--en", EN), "until when?"),
        (("--unitl", "18:00"), "Did you mean '--until'?"),
        (("--clear", "--en", EN), "neither words nor --until"),
        (("--clear", "--until", "18:00"), "neither words nor --until"),
        (("--clear", "--by", "  "), "--by is empty"),
    ],
)
def test_what_is_typed_wrong_is_told_with_the_cure(told: tuple[str, ...], said: str) -> None:
    refused = announce(*told)
    assert refused.exit_code == 2
    assert said in refused.stderr
    assert announce().stdout == f"{NOBODY}\n"


def test_words_that_begin_with_a_hyphen_or_stand_behind_an_equals_sign_are_words(database_url: str) -> None:
    told = announce("--en=-5 degrees: help is slow = late", "--zh", ZH, "--id", ID, *TOMORROW)
    assert told.exit_code == 0
    stands = standing(database_url)
    assert stands is not None
    assert stands.words["en"] == "-5 degrees: help is slow = late"
    assert announce("--en", "-hot today", "--zh", ZH, "--id", ID, *TOMORROW).exit_code == 0


def test_what_may_be_a_mistake_is_a_warning_and_stands() -> None:
    told = announce("--en", ZH, "--zh", ZH, "--id", ID, *TOMORROW)
    assert told.exit_code == 0
    assert "warning: --en: the letters are CJK" in told.stderr
    assert "warning: --en and --zh say the same words" in told.stderr
    assert "callers hear this" in told.stdout


def test_nothing_that_moves_a_terminal_is_shown(database_url: str) -> None:
    database = Database(database_url, CLOCK)
    words = {"en": "left\x1b[2J\nmy line"}
    wanted = Wanted(words, CLOCK.now() + timedelta(hours=1), "Ayu\x1b[31m")
    Announcements(database).put_up(wanted, Deadline.after(PATIENT, CLOCK))
    database.close()
    assert "\x1b" not in announce().stdout


def test_a_database_that_is_gone_is_told_and_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/gone")
    told = announce(*EVERY, *TOMORROW)
    assert told.exit_code == 1
    assert told.stdout == ""
    assert "cannot be reached. Nothing was changed. Cure: start it" in told.stderr


def test_a_database_without_its_tables_names_the_cure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/none.sqlite")
    told = announce()
    assert told.exit_code == 1
    assert "run `hotline migrate`" in told.stderr
    assert not (tmp_path / "none.sqlite").exists()


def test_without_a_book_nothing_is_announced_but_what_stands_is_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    announce(*EVERY, *TOMORROW)
    monkeypatch.setenv("BOOKS_DIR", str(tmp_path))
    refused = announce(*EVERY, *TOMORROW)
    assert refused.exit_code == 1
    assert "there is no book to announce for" in refused.stderr
    assert "(UTC)" in announce().stdout
