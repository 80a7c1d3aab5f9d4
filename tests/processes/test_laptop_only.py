"""Demo customers, whose PINs everybody can read, never reach the database of a service."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from foundation.settings import load
from processes.commands.configured import is_laptop
from processes.launch.demo_house import prepare
from tests.processes.typed_here import hotline


def service(folder: Path) -> dict[str, str]:
    """The environment of a service, as its operator has it in a shell; nothing says HOTLINE_ENV."""
    return {
        "PUBLIC_URL": "https://hotline.example.org",
        "SECRET_KEY": "9b1f" * 16,
        "DATABASE_URL": f"sqlite:///{folder}/hotline.sqlite",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "TWILIO_AUTH_TOKEN": "7c" * 16,
        "HOTLINE_NUMBER": "+622150001000",
        "PERSON_FALLBACK_NUMBER": "+622150001001",
    }


@pytest.mark.parametrize("words", [("call",), ("call", "--wire"), ("run",)])
@pytest.mark.parametrize("said", [{}, {"HOTLINE_ENV": ""}])
def test_with_the_environment_of_a_service_nothing_is_written(
    tmp_path: Path, words: tuple[str, ...], said: dict[str, str]
) -> None:
    told = hotline(*words, **service(tmp_path), **said)
    assert told.returncode == 1
    (line,) = told.stderr.splitlines()
    assert line.startswith("Error: HOTLINE_ENV is not set, but PUBLIC_URL, SECRET_KEY, DATABASE_URL,")
    assert "HOTLINE_ENV=development" in line
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["DATABASE_URL", "DATABASE_URL_FILE", "TWILIO_API_KEY_SECRET_FILE"])
def test_one_setting_of_a_service_is_enough(tmp_path: Path, name: str) -> None:
    told = hotline("call", **{name: f"sqlite:///{tmp_path}/hotline.sqlite"})
    assert told.returncode == 1
    assert f"HOTLINE_ENV is not set, but {name}:" in told.stderr


def test_what_is_set_for_a_moment_on_a_laptop_is_none(tmp_path: Path) -> None:
    told = hotline("call", PORT="maybe", BOOKS_DIR=str(tmp_path))
    assert "setting PORT: is not a whole number" in told.stderr
    assert "HOTLINE_ENV" not in told.stderr


def test_a_call_by_the_rules_of_production_writes_no_demo_customer(tmp_path: Path) -> None:
    environ = {**service(tmp_path), "HOTLINE_ENV": "production"}
    hotline("migrate", **environ)
    hotline("call", **environ)
    assert customers(tmp_path) == 0


def test_the_house_is_prepared_without_them_in_production(tmp_path: Path) -> None:
    prepare(load(service(tmp_path), tmp_path))
    assert customers(tmp_path) == 0
    prepare(load({**service(tmp_path), "HOTLINE_ENV": "development"}, tmp_path))
    assert customers(tmp_path) == 5


def customers(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "hotline.sqlite")) as database:
        (number,) = database.execute("SELECT count(*) FROM customers").fetchone()
        return int(number)


def test_where_a_laptop_was_at_home_nothing_has_to_be_said(tmp_path: Path) -> None:
    assert not is_laptop({}, tmp_path), "nothing was ever started here"
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "secret_key").write_text("drawn")
    assert is_laptop({}, tmp_path)
    assert is_laptop({"PORT": "5010", "BOOKS_DIR": "mine"}, tmp_path)


@pytest.mark.parametrize(
    "told", [{"HOTLINE_ENV": "production"}, {"DATABASE_URL": "sqlite:///x"}, {"SECRET_KEY_FILE": "x"}]
)
def test_where_a_service_has_its_settings_the_rules_of_production_hold(
    tmp_path: Path, told: dict[str, str]
) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "secret_key").write_text("drawn")
    assert not is_laptop(told, tmp_path)
