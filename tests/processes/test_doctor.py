"""`hotline doctor` says what is missing and its cure, and leaves everything as it found it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from exchange.exchange import Exchange
from exchange.settings import NumberSettings
from foundation.database import migrate
from foundation.settings import Settings, load, look
from processes.doctor.carrier_look import look_at_carrier
from processes.doctor.checkup import look_at
from processes.doctor.database_look import look_at_database
from processes.doctor.findings import Finding
from tests.processes.test_commands import hotline
from tests.servers import free_port

ACCOUNT, TOKEN = "AC" + "de30" * 8, "7c" * 16
KEY, KEY_SECRET = "SK" + "ab" * 16, "5e" * 16


def told(folder: Path, **more: str) -> dict[str, str]:
    """A laptop on which nothing runs; `more` is set too."""
    nothing = {"PORT": str(free_port()), "EXCHANGE_PORT": str(free_port())}
    return {
        "HOTLINE_ENV": "development",
        "DATABASE_URL": f"sqlite:///{folder}/hotline.sqlite",
        "TWILIO_AUTH_TOKEN": TOKEN,
        "SECRET_KEY": "9b1f" * 16,
        **nothing,
        **more,
    }


def settings_of(folder: Path, **more: str) -> Settings:
    return load(told(folder, **more), folder)


def by_name(findings: list[Finding]) -> dict[str, Finding]:
    return {finding.what: finding for finding in findings}


def contents(folder: Path) -> dict[str, bytes]:
    return {place.name: place.read_bytes() for place in folder.iterdir() if place.is_file()}


def test_on_a_fresh_laptop_nothing_is_made_and_everything_missing_has_its_cure(tmp_path: Path) -> None:
    found = list(look_at(look({"HOTLINE_ENV": "development", "PORT": str(free_port())}, tmp_path)))
    assert list(tmp_path.iterdir()) == []
    drawn = [one for one in found if one.what == "setting"]
    assert [one.how.partition(":")[0] for one in drawn] == ["SECRET_KEY", "TWILIO_AUTH_TOKEN"]
    assert all("`hotline run`" in (one.cure or "") for one in drawn)
    assert "is not there yet" in by_name(found)["database"].how
    assert by_name(found)["signature"].cure == "mend TWILIO_AUTH_TOKEN first"
    assert by_name(found)["menu book"].well


def test_with_one_faulty_setting_all_that_does_not_need_it_is_looked_at(tmp_path: Path) -> None:
    environ = told(tmp_path, HOTLINE_NUMBER="112", PUBLIC_URL="nowhere")
    found = by_name(list(look_at(look(environ, tmp_path))))
    assert set(found) == {
        *("setting", "versions", "Redis", "database", "worker", "disk", "spool"),
        *("menu book", "speech", "signature"),
        *("PUBLIC_URL", "signed door", "media door", "carrier", "number", "clock"),
    }
    assert found["PUBLIC_URL"] == Finding("PUBLIC_URL", "cannot be looked at", "mend PUBLIC_URL first")
    assert found["menu book"].well
    assert "not there yet" in found["database"].how
    assert "does not answer" in found["carrier"].how


def test_by_the_rules_of_production_with_nothing_set_all_is_told_and_nothing_breaks(tmp_path: Path) -> None:
    found = list(look_at(look({}, tmp_path)))
    assert len([one for one in found if one.what == "setting"]) == 7
    assert by_name(found)["Redis"].cure == "mend REDIS_URL first"
    assert by_name(found)["menu book"].well
    assert list(tmp_path.iterdir()) == []


def test_a_word_that_is_no_environment_hides_only_what_needs_it(tmp_path: Path) -> None:
    found = by_name(list(look_at(look({**told(tmp_path), "HOTLINE_ENV": "maybe"}, tmp_path))))
    assert found["carrier"].cure is not None
    assert "HOTLINE_ENV" in found["carrier"].cure
    assert "not there yet" in found["database"].how
    assert [one for one in found.values() if "please report it" in (one.cure or "")] == []


def test_a_database_is_looked_at_and_left_byte_for_byte(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    assert "not there yet" in look_at_database(settings).how
    assert contents(tmp_path) == {}
    migrate(settings.database_url)
    before = contents(tmp_path)
    assert look_at_database(settings).well
    assert contents(tmp_path) == before


def test_a_database_somebody_is_writing_to_is_read_as_it_is_now(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    migrate(settings.database_url)
    with closing(sqlite3.connect(tmp_path / "hotline.sqlite")) as writer:
        writer.execute("UPDATE alembic_version SET version_num = 'older'")
        writer.commit()
        assert look_at_database(settings).how.startswith("at version older, this code wants ")


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "hotline.sqlite").write_text("a letter to the operator, longer than a header" * 30)
    found = look_at_database(settings_of(tmp_path))
    assert "cannot be read" in found.how
    assert found.cure


def test_a_database_without_tables_is_to_be_migrated(tmp_path: Path, empty_database_url: str) -> None:
    settings = settings_of(tmp_path, DATABASE_URL=empty_database_url)
    if empty_database_url.startswith("sqlite"):
        (tmp_path / "empty.sqlite").touch()
    assert look_at_database(settings) == Finding(
        "database", "reachable, without our tables", "run `hotline migrate`; `hotline run` does it by itself"
    )
    migrate(empty_database_url)
    assert look_at_database(settings).well


def test_a_carrier_that_does_not_answer_is_told_with_what_to_start(tmp_path: Path) -> None:
    found = look_at_carrier(settings_of(tmp_path))
    assert (found.how.endswith("does not answer"), found.cure) == (
        True,
        "start the local exchange, `hotline run`",
    )


@pytest.mark.parametrize(
    ("more", "how", "cure"),
    [
        ({}, "is let in", None),
        ({"TWILIO_API_KEY_SID": KEY, "TWILIO_API_KEY_SECRET": KEY_SECRET}, "is let in", None),
        ({"TWILIO_AUTH_TOKEN": "6b" * 16}, "is not let in", "mend TWILIO_AUTH_TOKEN"),
        (
            {"TWILIO_API_KEY_SID": KEY, "TWILIO_API_KEY_SECRET": "6b" * 16},
            "is not let in",
            "mend TWILIO_API_KEY_SID and its secret",
        ),
    ],
)
def test_the_carrier_is_asked_whether_our_account_is_let_in(
    tmp_path: Path, more: dict[str, str], how: str, cure: str | None
) -> None:
    numbers = {"+622150001000": NumberSettings("http://127.0.0.1:1/voice/answer")}
    port = free_port()
    with Exchange(
        account_sid=ACCOUNT, auth_token=TOKEN, numbers=numbers, api_credentials={KEY: KEY_SECRET}, port=port
    ):
        found = look_at_carrier(settings_of(tmp_path, EXCHANGE_PORT=str(port), **more))
    assert how in found.how
    assert found.cure == cure
    assert TOKEN not in f"{found}"


def test_the_command_names_what_is_missing_and_ends_with_1(tmp_path: Path, redis_url: str) -> None:
    environ = told(tmp_path, REDIS_URL=redis_url)
    first = hotline("doctor", **environ)
    assert first.returncode == 1
    assert "ok       settings: complete, for development" in first.stdout
    # The Redis of the tests keeps nothing on purpose, which is told and ends nothing.
    assert "WARNING  Redis: answers PING, version " in first.stdout
    assert "MISSING  database: " in first.stdout
    assert "cure: run `hotline migrate`" in first.stdout
    assert "MISSING  PUBLIC_URL" in first.stdout
    assert "ok       signature" in first.stdout
    hotline("migrate", **environ)
    assert "ok       database" in hotline("doctor", **environ).stdout


def test_a_redis_and_a_database_that_are_gone_are_told_without_their_passwords(tmp_path: Path) -> None:
    gone = {
        "DATABASE_URL": f"postgresql://hotline:471163@127.0.0.1:{free_port()}/hotline",
        "REDIS_URL": f"redis://:471163@127.0.0.1:{free_port()}",
    }
    answer = hotline("doctor", **told(tmp_path, **gone))
    assert answer.returncode == 1
    assert "MISSING  Redis" in answer.stdout
    assert "MISSING  database: cannot be reached" in answer.stdout
    assert "471163" not in answer.stdout + answer.stderr


def test_with_almost_no_setting_the_rules_of_a_laptop_are_pointed_to_once() -> None:
    # One setting of a service, so that it holds too where somebody has run the hotline before.
    answer = hotline("doctor", HOTLINE_NUMBER="+622150001000")
    assert answer.returncode == 1
    assert answer.stdout.count("MISSING  setting") == 6
    assert answer.stdout.count("on a laptop set HOTLINE_ENV=development") == 1
    assert "Traceback" not in answer.stderr
