"""Every number that the book greets by leads to the hotline."""

from itertools import pairwise
from pathlib import Path

from foundation.clock import SystemClock
from foundation.database import Database
from foundation.logs import logger
from foundation.settings import Settings, load
from ivr.menus.shelf import Shelf
from ivr.menus.versions import BookVault
from processes.dialled import dialled_numbers
from processes.everything import exchange_command
from tests.makers import book_files, write_book

OURS, GREETED = "+622150001000", "+622150001099"


def settings_of(folder: Path, database_url: str) -> Settings:
    told = {"HOTLINE_ENV": "development", "DATABASE_URL": database_url, "BOOKS_DIR": str(folder / "books")}
    return load(told, folder)


def write(folder: Path, *, sound: bool = True) -> None:
    numbers = f'[numbers]\n"{GREETED}" = "en"\n"{OURS}" = "en"\n'
    spoilt = [] if sound else [('to = "address"', 'to = "adress"')]
    write_book(folder / "books", book_files(book=[*spoilt, numbers]))


def test_the_number_of_the_settings_comes_first_and_once(tmp_path: Path, database_url: str) -> None:
    write(tmp_path)
    assert dialled_numbers(settings_of(tmp_path, database_url)) == (OURS, GREETED)


def test_while_the_files_are_faulty_the_book_taken_up_last_says_them(
    tmp_path: Path, database_url: str
) -> None:
    write(tmp_path)
    settings = settings_of(tmp_path, database_url)
    database = Database(database_url, SystemClock())
    Shelf(settings.books_dir, BookVault(database), logger("menus"))
    database.close()
    write(tmp_path, sound=False)
    assert dialled_numbers(settings) == (OURS, GREETED)


def test_without_any_book_the_number_of_the_settings_is_left(tmp_path: Path, database_url: str) -> None:
    (tmp_path / "books").mkdir()
    assert dialled_numbers(settings_of(tmp_path, database_url)) == (OURS,)


def test_the_exchange_connects_each_with_the_hotline(tmp_path: Path, database_url: str) -> None:
    write(tmp_path)
    command = exchange_command(settings_of(tmp_path, database_url))
    told = [value for name, value in pairwise(command) if name == "--number"]
    assert told == [f"{number}=http://127.0.0.1:5000/voice/answer" for number in (OURS, GREETED)]
