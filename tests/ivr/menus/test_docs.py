"""docs/menus.md teaches a book: every example on the page is loaded, judged and called."""

import re
from pathlib import Path

import pytest

from ivr.menus.faults import Severity
from ivr.menus.loader import judge, load
from ivr.menus.nodes import KINDS
from ivr.menus.schema import json_schema_text
from tests.ivr.menus.caller import call_through
from tests.ivr.menus.menu_docs import (
    PAGE,
    Example,
    book_of,
    examples,
    merged,
    more_hours,
    on_call_file,
    small_book,
    small_call,
)
from tests.makers import write_book

SCHEMA = PAGE.parent / "book.schema.json"
CODE = Path(__file__).resolve().parents[3] / "ivr" / "menus"


def test_the_smallest_book_has_no_faults_and_can_be_called(tmp_path: Path) -> None:
    folder = write_book(tmp_path, small_book())
    assert judge(folder).faults == ()
    call_through(load(folder), small_call())


def test_every_kind_of_node_has_an_example() -> None:
    assert sorted(example.kind for example in examples()) == sorted(KINDS)


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.kind)
def test_an_example_is_sound_and_is_heard_as_the_page_says(example: Example, tmp_path: Path) -> None:
    folder = write_book(tmp_path, book_of(example))
    assert [str(fault) for fault in judge(folder).faults] == []
    book = load(folder)
    assert any(node.kind == example.kind for node in book.nodes.values())
    call_through(book, example.call)


def test_the_hours_on_the_page_are_sound(tmp_path: Path) -> None:
    files = small_book()
    files["hours.toml"] = merged(files["hours.toml"], more_hours())
    hours = load(write_book(tmp_path, files)).hours
    assert len(hours.holidays) == len(hours.closures) == 1


def test_the_people_on_call_on_the_page_are_sound(tmp_path: Path) -> None:
    on_call = load(write_book(tmp_path, small_book() | {"on-call.toml": on_call_file()})).on_call
    assert on_call is not None
    assert [one.by for one in on_call.people] == ["call"]


def test_every_rule_is_explained_on_the_page() -> None:
    told = set(re.findall(r"`([a-z-]+)`", PAGE.read_text().split("| rule |")[1]))
    code = "".join(file.read_text() for file in CODE.rglob("*.py"))
    rules = set(re.findall(r'(?:(?<!setde)fault|warning)\(\s*"([a-z-]+)"', code))
    rules |= set(re.findall(r'rule(?:: str)? = "([a-z-]+)"', code)) | set(
        re.findall(r'rule="([a-z-]+)"', code)
    )
    assert rules - told == set()
    assert len(rules) > 30
    for severity in Severity:
        assert severity.value in PAGE.read_text()


def test_every_field_of_a_book_is_named_on_the_page() -> None:
    page = PAGE.read_text()
    fields = {name for model in KINDS.values() for name in model.model_fields}
    assert [name for name in sorted(fields) if name not in page] == []


def test_the_schema_for_editors_is_that_of_the_code() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == json_schema_text(), (
        "write it anew: hotline menus schema --out docs/book.schema.json"
    )
