"""`hotline menus`: what an operator sees before callers do."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from foundation.clock import SystemClock
from foundation.database import Database
from ivr.menus.loader import load
from ivr.menus.schema import json_schema_text
from ivr.menus.versions import BookVault
from processes.commands.menus import menus
from tests.makers import book_files, write_book


def run(*arguments: str) -> tuple[int, list[str]]:
    result = CliRunner().invoke(menus, arguments)
    return result.exit_code, result.output.splitlines()


def test_a_good_book_ends_with_a_count_and_its_version(tmp_path: Path) -> None:
    code, lines = run("check", str(write_book(tmp_path, book_files())))
    assert code == 0
    assert len(lines) == 1
    assert lines[0].startswith("0 errors, 0 warnings; book small, version ")
    assert len(lines[0].rsplit(" ")[-1]) == 12


def test_every_fault_is_told_with_file_line_node_and_cure(tmp_path: Path) -> None:
    files = book_files(book=('to = "address"', 'to = "adress"'), words='[prompts.attic]\nsay = "Hello?"\n')
    code, lines = run("check", str(write_book(tmp_path, files)))
    assert code == 1
    assert lines == [
        "warning: small.en.toml:62: the words 'attic' are never spoken. Cure: take it away [unused-wording]",
        (
            "error: small.toml:21: node main: leads to 'adress', which is no node."
            " Cure: did you mean 'address'? [unknown-target]"
        ),
        "1 error, 1 warning; the book is not taken up",
    ]


def test_warnings_alone_end_with_zero(tmp_path: Path) -> None:
    folder = write_book(tmp_path, book_files(words='[prompts.attic]\nsay = "Hello?"\n'))
    code, lines = run("check", str(folder))
    assert code == 0
    assert lines[-1].startswith("0 errors, 1 warning; book small")


def test_the_folder_of_the_settings_is_checked_by_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOOKS_DIR", str(write_book(tmp_path, book_files())))
    assert "book small" in run("check")[1][-1]
    monkeypatch.delenv("BOOKS_DIR")
    assert "book hotline" in run("check")[1][-1]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    code, lines = run("check", str(tmp_path / "nowhere"))
    assert code == 1
    assert "cannot be read" in lines[0]


def test_the_schema_is_written_where_it_is_wanted(tmp_path: Path) -> None:
    out = tmp_path / "schema.json"
    assert run("schema", "--out", str(out))[0] == 0
    assert out.read_text(encoding="utf-8") == json_schema_text()
    assert "\n".join(run("schema")[1]) + "\n" == json_schema_text()


# --- draw ---


def test_a_book_is_drawn_to_the_screen_or_into_a_file(tmp_path: Path) -> None:
    folder = write_book(tmp_path / "book", book_files())
    code, lines = run("draw", str(folder))
    assert code == 0
    assert lines[0].startswith("<svg ")
    file = tmp_path / "book.svg"
    assert run("draw", str(folder), "--to", str(file)) == (0, [f"written to {file}"])
    assert file.read_text(encoding="utf-8").splitlines() == lines


def test_without_a_folder_the_live_book_is_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOOKS_DIR", str(write_book(tmp_path, book_files())))
    assert "The menu book small" in "\n".join(run("draw")[1])


def test_a_faulty_book_is_not_drawn_and_its_faults_are_no_part_of_the_picture(tmp_path: Path) -> None:
    folder = write_book(tmp_path, book_files(book=('to = "address"', 'to = "adress"')))
    result = CliRunner().invoke(menus, ("draw", str(folder)))
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "leads to 'adress', which is no node" in result.stderr


def test_a_picture_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    folder = write_book(tmp_path / "book", book_files())
    code, lines = run("draw", str(folder), "--to", str(tmp_path / "nowhere" / "book.svg"))
    assert code == 1
    assert "cannot be written: No such file or directory" in lines[0]


# --- diff and versions ---


@pytest.fixture
def kept(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[BookVault]:
    """The kept books of the database that the commands read."""
    monkeypatch.setenv("HOTLINE_ENV", "development")
    monkeypatch.setenv("DATABASE_URL", database_url)
    database = Database(database_url, SystemClock())
    yield BookVault(database)
    database.close()


def test_two_folders_are_compared_in_the_words_that_callers_hear(tmp_path: Path) -> None:
    one = write_book(tmp_path / "one", book_files())
    other = write_book(tmp_path / "other", book_files(words=("Welcome.", "Good day.")))
    assert run("diff", str(one), str(other)) == (
        1,
        ["main", '  en  said: "Welcome."', '      now:  "Good day."'],
    )
    assert run("diff", str(one), str(one)) == (0, ["no difference that a caller could hear"])


def test_a_kept_version_is_compared_with_the_live_book(
    kept: BookVault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = load(write_book(tmp_path / "old", book_files(words=("Welcome.", "Good day."))))
    kept.store(old)
    monkeypatch.setenv("BOOKS_DIR", str(write_book(tmp_path / "live", book_files())))
    code, lines = run("diff", old.version[:12], "live")
    assert (code, lines[1:]) == (1, ['  en  said: "Good day."', '      now:  "Welcome."'])
    assert run("diff", old.version, old.version)[0] == 0


def test_a_version_that_is_not_kept_or_not_clear_is_told_with_the_cure(
    kept: BookVault, tmp_path: Path
) -> None:
    book = load(write_book(tmp_path, book_files()))
    for last in "0", "1":
        kept.store(book.model_copy(update={"version": "abcd" * 15 + "abc" + last}))
    code, lines = run("diff", "abcd", "live")
    assert code == 2
    assert "several kept books begin with 'abcd': write more characters" in lines[0]
    assert lines[0].endswith(f"{'abcd' * 15}abc0, {'abcd' * 15}abc1")
    assert run("diff", f"{'abcd' * 15}abc1", str(tmp_path))[0] == 0
    code, lines = run("diff", "12345", "live")
    assert (code, lines[0].count("no kept book has a version that begins with '12345'")) == (2, 1)


@pytest.mark.parametrize("name", ["nowhere", "abc", "ABCDEF", "%%%%", "", "live "])
def test_what_is_neither_folder_nor_version_is_told(name: str) -> None:
    code, lines = run("diff", name, "live")
    assert code == 2
    assert "no folder, and no version" in lines[0]


def test_a_faulty_book_is_not_compared(tmp_path: Path) -> None:
    faulty = write_book(tmp_path, book_files(book=('to = "address"', 'to = "adress"')))
    result = CliRunner().invoke(menus, ("diff", str(faulty), "live"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"the book in {faulty} has faults:\nerror: small.toml:21")
    assert run("diff", "live", str(faulty))[0] == 2


def test_a_kept_book_that_nobody_can_read_any_more_is_told(kept: BookVault, tmp_path: Path) -> None:
    book = load(write_book(tmp_path, book_files()))
    kept.store(book.model_copy(update={"hours": None, "version": "beef" * 16}))
    code, lines = run("diff", "beef", "live")
    assert code == 2
    assert "was kept by another version of this program and cannot be read" in lines[-1]


def test_without_a_database_the_trouble_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOTLINE_ENV", "development")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/nowhere/hotline.sqlite")
    code, lines = run("diff", "abcd", "live")
    missing = f"Error: the database cannot be used: {tmp_path}/nowhere/hotline.sqlite is not there yet ("
    assert (code, lines[-1].startswith(missing)) == (2, True)
    assert lines[-1].endswith("Cure: run `hotline migrate`; `hotline run` does it by itself")
    code, lines = run("versions")
    assert (code, lines[-1].startswith(missing)) == (1, True)


def test_kept_books_are_listed_the_last_one_first(kept: BookVault, tmp_path: Path) -> None:
    assert run("versions") == (0, ["no book has been taken up yet"])
    first = load(write_book(tmp_path, book_files()))
    second = load(write_book(tmp_path, book_files(words=("Welcome.", "Good day."))))
    for book in first, second, first:
        kept.store(book)
    code, lines = run("versions")
    assert code == 0
    assert lines[0].split() == ["version", "book", "first", "kept", "last", "taken", "up"]
    assert [line.split()[:2] for line in lines[1:]] == [
        [first.version[:12], "small"],
        [second.version[:12], "small"],
    ]


def test_words_of_ones_own_are_ranked_with_the_reasons(tmp_path: Path) -> None:
    said = """[prompts.main.phrases]
address = ["your address", "the way to your shop"]
bye = ["that is all", "goodbye"]
"""
    book = str(write_book(tmp_path, book_files(words=said)))
    code, lines = run("try-intent", "Your address!", "--book", book)
    assert code == 0
    assert lines == [
        "main, en: accepted as address (1.00)",
        " 1.00  address                 the very phrase 'your address'",
    ]
    code, lines = run("try-intent", "tell me the way to the shop", "--book", book)
    assert code == 0
    assert lines[0].startswith(
        ("main, en: accepted as address", "main, en: asked about: did you mean address")
    )
    assert "most like 'the way to your shop'; for it speak" in lines[1]
    assert [line.split()[1] for line in lines[1:]] == ["address", "bye"]


def test_where_nothing_can_be_said_is_told_with_the_cure(tmp_path: Path) -> None:
    book = str(write_book(tmp_path, book_files()))
    assert run("try-intent", "hello", "--book", book)[0] == 1
    assert "did you mean 'main'?" in run("try-intent", "hello", "--at", "mian", "--book", book)[1][-1]
    assert "not spoken in 'id'" in run("try-intent", "hello", "--language", "id", "--book", book)[1][-1]
