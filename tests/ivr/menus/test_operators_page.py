"""docs/operators.md shows what to write: each piece of a book on the page is tried in the shipped one."""

import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from foundation.settings import LIBRARY
from ivr.menus.loader import judge, load
from ivr.menus.nodes import Menu
from tests.shipped import BOOK

PAGE = Path(__file__).resolve().parents[3] / "docs" / "operators.md"
PIECES: list[str] = re.findall(r"^```toml\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
CHOICE = "[nodes.feedback.choices]"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LIBRARY, tmp_path / "new"))


def piece(start: str) -> str:
    (found,) = [one for one in PIECES if one.startswith(start)]
    return found


def below(file: Path, heading: str, line: str) -> None:
    """What the page asks for: the line is added below the others under its heading."""
    text = file.read_text("utf-8")
    there = text.index(heading) + len(heading)
    end = text.find("\n\n", there)
    file.write_text(text[:end] + f"\n{line}" + text[end:], encoding="utf-8")


def test_the_page_has_a_piece_for_each_thing_that_is_changed() -> None:
    assert len(PIECES) == 8


@pytest.mark.parametrize("start", ["[prompts.main]", "[values]"])
def test_words_that_are_shown_stand_in_the_shipped_book(start: str) -> None:
    shown, shipped = (
        tomllib.loads(piece(start)),
        tomllib.loads((LIBRARY / "hotline.en.toml").read_text("utf-8")),
    )
    assert within(shown, shipped)


def within(part: dict[str, Any], whole: dict[str, Any]) -> bool:
    return all(
        within(value, whole[name]) if isinstance(value, dict) else whole[name] == value
        for name, value in part.items()
    )


def test_the_hours_that_are_shown_are_sound(book: Path) -> None:
    hours = book / "hours.toml"
    week = tomllib.loads(piece("[week]"))["week"]
    lines = [line for line in hours.read_text("utf-8").splitlines() if line.split(" ")[0] not in week]
    shown = [line for line in piece("[week]").splitlines() if line != "[week]"]
    lines[lines.index("[week]") + 1 : lines.index("[week]") + 1] = shown
    hours.write_text("\n".join([*lines, "", piece("[[holidays]]")]), encoding="utf-8")
    assert judge(book).faults == ()
    assert len(load(book).hours.week.on(load(book).hours.holidays[0].date.replace(day=27))) == 2


def test_the_people_on_call_that_are_shown_are_sound_and_leave_no_hour_open(book: Path) -> None:
    (book / "on-call.toml").write_text(piece("first_after_minutes"), encoding="utf-8")
    assert judge(book).faults == ()
    on_call = load(book).on_call
    assert on_call is not None
    assert [one.name for one in on_call.people] == ["Sari", "Chen"]


def test_the_shipped_file_of_the_people_on_call_is_sound_once_its_signs_are_taken_away(book: Path) -> None:
    file = book / "on-call.toml"
    shown = [line.removeprefix("# ") for line in file.read_text("utf-8").splitlines()[4:]]
    file.write_text("\n".join(shown), encoding="utf-8")
    assert judge(book).faults == ()
    assert load(book).on_call is not None
    assert BOOK.on_call is None


def test_the_choice_that_is_shown_makes_a_sound_book(book: Path) -> None:
    added = piece(CHOICE).splitlines()[1]
    words = piece("[prompts.feedback.choices]").splitlines()[1]
    said = piece("[prompts.feedback.phrases]").splitlines()[1]
    below(book / "hotline.toml", CHOICE, added)
    assert judge(book).book is None  # its words are needed, and the page says so
    for language in ("en", "zh", "id"):
        below(book / f"hotline.{language}.toml", "[prompts.feedback.choices]", words)
        below(book / f"hotline.{language}.toml", "[prompts.feedback.phrases]", said)
    assert judge(book).faults == ()
    menu = load(book).nodes["feedback"]
    assert isinstance(menu, Menu)
    assert list(menu.choices)[-1] == "refund"


def test_the_faults_that_are_shown_are_those_that_are_told(book: Path) -> None:
    for name, old, new in (
        ("hotline.toml", 'to = "advice" }', 'to = "advise" }'),
        ("hours.toml", 'mon = ["08:00-21:00"]', 'mon = ["08:00-25:00"]'),
    ):
        file = book / name
        file.write_text(file.read_text("utf-8").replace(old, new), encoding="utf-8")
    page = PAGE.read_text("utf-8")
    told = [f"error: {fault} [{fault.rule}]" for fault in judge(book).faults]
    assert len(told) == 2
    assert [line for line in told if line not in page] == []
