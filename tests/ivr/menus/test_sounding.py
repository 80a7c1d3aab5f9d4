"""Phrases of two choices that are written otherwise and sound alike are told, where a dictionary knows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from foundation.settings import LIBRARY
from ivr.menus.faults import MenuFault, Severity
from ivr.menus.lint.heard import Ears
from ivr.menus.lint.sounding import alike
from ivr.menus.loader import judge
from speech.vocabulary import Vocabulary, of_embedded
from tests.makers import book_files, write_book


@pytest.fixture(scope="module")
def dictionary() -> Vocabulary:
    found = of_embedded()
    assert found is not None
    return found


def told(tmp_path: Path, address: str, bye: str, known: Vocabulary) -> list[MenuFault]:
    words = f'[prompts.main.phrases]\naddress = ["{address}"]\nbye = ["{bye}"]\n'
    folder = write_book(tmp_path, book_files(words=words))
    judged = judge(folder, lambda book: alike(book, {"en": Ears("PocketSphinx", known)}))
    return [fault for fault in judged.faults if fault.rule == "alike-phrases"]


@pytest.mark.parametrize(("one", "other"), [("the sale", "the sail"), ("for tea", "four tea")])
def test_what_sounds_the_same_is_told_with_its_line(
    tmp_path: Path, dictionary: Vocabulary, one: str, other: str
) -> None:
    (fault,) = told(tmp_path, one, other, dictionary)
    assert fault.severity is Severity.WARNING
    assert fault.what == f"{other!r} for 'bye' sounds like {one!r} for 'address'"
    assert fault.cure == "say one of them in other words"
    assert other in (tmp_path / fault.file).read_text("utf-8").splitlines()[fault.line - 1]


def test_what_nearly_sounds_the_same_is_told_and_what_does_not_is_not(
    tmp_path: Path, dictionary: Vocabulary
) -> None:
    assert told(tmp_path / "near", "a great payment", "a grey pavement", dictionary)
    assert not told(tmp_path / "far", "a payment failed", "a payment arrived", dictionary)


def test_a_word_that_nobody_knows_sounds_like_nothing(tmp_path: Path, dictionary: Vocabulary) -> None:
    assert not told(tmp_path, "the qqq", "the qqz", dictionary)


def test_the_shipped_book_has_no_such_phrases(dictionary: Vocabulary) -> None:
    judged = judge(LIBRARY, lambda book: alike(book, {"en": Ears("PocketSphinx", dictionary)}))
    assert [fault for fault in judged.faults if fault.rule == "alike-phrases"] == []
