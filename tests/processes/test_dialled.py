"""Every number that the book greets by leads to the hotline."""

from pathlib import Path

import pytest

from foundation.clock import SystemClock
from foundation.database import Database
from foundation.logs import logger
from foundation.settings import Settings, load
from ivr.menus.shelf import Shelf
from ivr.menus.versions import BookVault
from processes.launch.dialled import HOTLINE, Line, language_name, lines_of
from tests.makers import book_files, write_book

OURS, GREETED = "+622150001000", "+622150001099"


def settings_of(folder: Path, database_url: str) -> Settings:
    told = {"HOTLINE_ENV": "development", "DATABASE_URL": database_url, "BOOKS_DIR": str(folder / "books")}
    return load(told, folder)


def write(folder: Path, *, sound: bool = True) -> None:
    numbers = f'[numbers]\n"{GREETED}" = "en"\n"{OURS}" = "en"\n'
    spoilt = [] if sound else [('to = "address"', 'to = "adress"')]
    write_book(folder / "books", book_files(book=[*spoilt, numbers]))


def numbers(settings: Settings) -> list[str]:
    return [line.number for line in lines_of(settings)]


def test_the_number_of_the_settings_comes_first_and_once(tmp_path: Path, database_url: str) -> None:
    write(tmp_path)
    web = "http://127.0.0.1:5000"
    assert lines_of(settings_of(tmp_path, database_url)) == (
        Line(OURS, web, HOTLINE),
        Line(GREETED, web, "greets in English"),
    )


@pytest.mark.parametrize(("code", "name"), [("zh", "Chinese"), ("id", "Indonesian"), ("xq", "xq")])
def test_a_language_is_named_in_english_and_an_unknown_one_keeps_its_code(code: str, name: str) -> None:
    assert language_name(code) == name


def test_while_the_files_are_faulty_the_book_taken_up_last_says_them(
    tmp_path: Path, database_url: str
) -> None:
    write(tmp_path)
    settings = settings_of(tmp_path, database_url)
    database = Database(database_url, SystemClock())
    Shelf(settings.books_dir, BookVault(database), logger("menus"))
    database.close()
    write(tmp_path, sound=False)
    assert numbers(settings) == [OURS, GREETED]


def test_without_any_book_the_number_of_the_settings_is_left(tmp_path: Path, database_url: str) -> None:
    (tmp_path / "books").mkdir()
    assert numbers(settings_of(tmp_path, database_url)) == [OURS]
