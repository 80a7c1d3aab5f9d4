"""A book's folder that is looked at again: what has not changed is not judged anew."""

from pathlib import Path

from ivr.menus.faults import MenuFault
from ivr.menus.loader import Judged, judge, load
from tests.makers import book_files, write_book


def test_a_folder_is_understood_once_as_long_as_nothing_in_it_changes(tmp_path: Path) -> None:
    files = book_files()
    first = judge(write_book(tmp_path, files))
    assert judge(write_book(tmp_path, files)).book is first.book
    changed = load(write_book(tmp_path, book_files(words=("Welcome.", "Good day."))))
    assert "Good day." in changed.model_dump_json()
    assert judge(write_book(tmp_path, files)).book is first.book


def test_a_rule_of_somebody_else_is_asked_each_time(tmp_path: Path) -> None:
    folder = write_book(tmp_path, book_files())
    told = MenuFault("small.toml", 1, None, "is not liked", "write another", "taste")
    assert judge(folder).faults == ()
    assert judge(folder, lambda _book: iter((told,))) == Judged(None, (told,))
    assert judge(folder).faults == ()
