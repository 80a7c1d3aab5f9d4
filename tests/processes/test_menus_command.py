"""`hotline menus`: what an operator sees before callers do."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.menus.schema import json_schema_text
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
