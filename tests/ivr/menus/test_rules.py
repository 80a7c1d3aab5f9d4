"""Every rule of the lint finds the book that breaks it, and nothing else in it."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from ivr.menus.loader import judge
from tests.ivr.menus.menu_docs import PAGE
from tests.makers import Change, book_files, write_book

BROKEN: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "broken_books.toml").read_text())[
    "broken"
]


def changes(broken: dict[str, Any]) -> dict[str, Change | list[Change]]:
    written = {file: broken[file] for file in ("book", "words", "hours", "on_call") if file in broken}
    return {
        file: [(step[0], step[1]) if len(step) == 2 else step[0] for step in steps]
        for file, steps in written.items()
    }


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken["sentence"])
def test_a_broken_book_is_told_by_its_rule(broken: dict[str, Any], tmp_path: Path) -> None:
    faults = judge(write_book(tmp_path, book_files(**changes(broken)))).faults
    rules = {fault.rule for fault in faults}
    assert rules == {broken["rule"], *broken.get("also", ())}, [str(fault) for fault in faults]
    assert any(broken["said"] in str(fault) for fault in faults if fault.rule == broken["rule"])
    assert all(fault.line >= 1 and fault.cure for fault in faults)


def test_every_rule_on_the_page_has_a_broken_book() -> None:
    explained = PAGE.read_text().split("| rule |")[1].split("\n")[2:]
    named = {name for row in explained if row for name in row.split("|")[1].replace("`", "").split(",")}
    elsewhere = {"file", "toml", "too-many-languages"}  # test_loader.py, and the test below
    # What callers say: test_spoken_words.py, and with a recogniser tests/speech.
    elsewhere |= {"unknown-choice", "no-phrases", "same-phrase", "alike-phrases", "everywhere-phrase"}
    elsewhere |= {"unheard-phrase"}
    assert {name.strip() for name in named} - {broken["rule"] for broken in BROKEN} == elsewhere


def test_ten_languages_are_more_than_there_are_keys(tmp_path: Path) -> None:
    codes = [f"x{letter}" for letter in "abcdefghij"]
    files = book_files(
        book=[
            ('languages = ["en"]', f"languages = {codes}".replace("'", '"')),
            ('default_language = "en"', 'default_language = "xa"'),
        ]
    )
    words = files.pop("small.en.toml")
    files |= {
        f"small.{code}.toml": words.replace('language = "en"', f'language = "{code}"') for code in codes
    }
    assert [fault.rule for fault in judge(write_book(tmp_path, files)).faults] == ["too-many-languages"]
