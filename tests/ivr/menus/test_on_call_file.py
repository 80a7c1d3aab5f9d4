"""on-call.toml beside the other files of a book: left out, taken up, compared, and kept."""

from pathlib import Path

from ivr.menus.difference import differences
from ivr.menus.loader import judge, load
from ivr.menus.model import MenuBook
from tests.makers import book_files, write_book

SARI = """
[[people]]
name = "Sari"
number = "+6281234567801"
language = "id"
[people.week]
mon = ["00:00-08:00", "20:00-24:00"]
"""
CHEN = """
[[people]]
name = "Chen"
number = "+8613800138000"
language = "zh"
"""


def book(folder: Path, on_call: str | None) -> MenuBook:
    return load(write_book(folder, book_files(**({} if on_call is None else {"on_call": on_call}))))


def told(before: MenuBook, after: MenuBook) -> tuple[str, ...]:
    found = differences(before, after)
    assert {one.place for one in found} <= {"People on call"}
    return tuple(line for one in found for line in one.told)


def test_without_the_file_or_with_one_that_says_nothing_the_book_is_what_it_was(tmp_path: Path) -> None:
    without, silent = book(tmp_path, None), book(tmp_path, "# nobody yet\n")
    assert without.on_call is silent.on_call is None
    assert without.version == silent.version
    # Kept as a version of this program keeps it that knows no people on call: that one can read it.
    assert "on_call" not in without.model_dump_json()


def test_the_people_of_the_file_are_taken_up_and_kept_with_the_book(tmp_path: Path) -> None:
    taken = book(tmp_path, SARI + CHEN)
    assert taken.on_call is not None
    assert [one.name for one in taken.on_call.people] == ["Sari", "Chen"]
    assert taken.on_call.first_after_minutes == 5
    assert MenuBook.model_validate_json(taken.model_dump_json()) == taken
    assert taken.version != book(tmp_path, CHEN).version


def test_a_gap_is_a_warning_and_keeps_no_book_back(tmp_path: Path) -> None:
    judged = judge(write_book(tmp_path, book_files(on_call=SARI)))
    assert judged.book is not None
    assert [fault.rule for fault in judged.faults] == ["on-call-gap"]


def test_every_change_of_the_people_on_call_is_told(tmp_path: Path) -> None:
    nobody, one, both = (book(tmp_path, text) for text in (None, SARI, SARI + CHEN))
    sari = "Sari, +6281234567801, by call in id, mon = 00:00-08:00, 20:00-24:00"
    chen = "Chen, +8613800138000, by call in zh, at every hour"
    assert told(nobody, one) == (f"new: {sari}",)
    assert told(one, nobody) == (f"gone: {sari}",)
    assert told(one, both) == (f"new: {chen}",)
    assert told(both, book(tmp_path, CHEN + SARI)) == ("paged in this order: Chen, Sari",)
    assert told(one, book(tmp_path, SARI.replace("01", "02", 1))) == (
        f"{sari}; now {sari.replace('01', '02')}",
    )
    sooner = book(tmp_path, "first_after_minutes = 3\n" + SARI)
    (line,) = told(one, sooner)
    assert line.endswith(": 5; now 3")
    assert told(nobody, book(tmp_path, "again_after_minutes = 4"))[0].endswith(": 2; now 4")
    assert told(nobody, book(tmp_path, "first_after_minutes = 5")) == (
        "the file of the people on call says what holds without it",
    )
