"""A phrase with a word that the recogniser does not know is told before callers say it in vain."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from foundation.settings import LIBRARY
from ivr.menus.faults import MenuFault, Severity
from ivr.menus.lint.heard import RULE, Ears, unheard
from ivr.menus.loader import judge
from speech.vocabulary import of_embedded
from tests.makers import book_files, write_book


@dataclass
class Knows:
    """A recogniser of a few words."""

    words: frozenset[str]
    instead: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def unheard(self, wanted: Iterable[str]) -> frozenset[str]:
        return frozenset(wanted) - self.words

    def sounds(self, wanted: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        del wanted
        return {}

    def instead_of(self, unknown: Collection[str]) -> Mapping[str, tuple[str, ...]]:
        return {word: self.instead[word] for word in unknown if word in self.instead}


def warned(tmp_path: Path, phrases: str, knows: Knows) -> list[MenuFault]:
    folder = write_book(tmp_path, book_files(words=phrases))
    judged = judge(folder, lambda book: unheard(book, {"en": Ears("PocketSphinx", knows)}))
    assert judged.book is not None
    return [fault for fault in judged.faults if fault.rule == RULE]


def test_a_phrase_with_an_unknown_word_is_told_with_node_line_and_what_to_write(tmp_path: Path) -> None:
    knows = Knows(frozenset({"top", "up", "my", "yes"}), {"topup": ("top up", "topple")})
    (told,) = warned(tmp_path, '[spoken]\nyes = ["yes", "my topup"]\n', knows)
    assert told.severity is Severity.WARNING
    assert str(told).endswith(
        ": the phrase 'my topup' cannot be heard: PocketSphinx does not know 'topup'."
        " Cure: write 'my top up' or 'my topple', or say it in other words"
    )
    written = (tmp_path / told.file).read_text("utf-8").splitlines()
    assert "my topup" in written[told.line - 1]


def test_a_word_with_nothing_near_is_to_be_exchanged(tmp_path: Path) -> None:
    (told,) = warned(tmp_path, '[spoken]\nno = ["nope qqq"]\n', Knows(frozenset({"nope"})))
    assert told.cure == "say it in other words, or take the phrase away"


def test_a_word_for_a_digit_that_nobody_knows_is_told(tmp_path: Path) -> None:
    spoken = '[spoken.numerals]\nace = "1"\nduck = "2"\n[spoken.times]\nthreefold = 3\n'
    told = warned(tmp_path, spoken, Knows(frozenset({"ace"})))
    assert [one.what for one in told] == [
        f"the phrase {word!r} cannot be heard: PocketSphinx does not know {word!r}"
        for word in ("duck", "threefold")
    ]


def test_the_node_is_named_for_what_is_said_there(tmp_path: Path) -> None:
    (told,) = warned(tmp_path, '[prompts.main.phrases]\naddress = ["qris"]\n', Knows(frozenset()))
    assert (told.node, told.what) == (
        "main",
        "the phrase 'qris' cannot be heard: PocketSphinx does not know 'qris'",
    )


def test_a_language_that_nobody_here_hears_has_no_warnings(tmp_path: Path) -> None:
    folder = write_book(tmp_path, book_files(words='[spoken]\nyes = ["qqq"]\n'))
    judged = judge(folder, lambda book: unheard(book, {}))
    assert [fault for fault in judged.faults if fault.rule == RULE] == []


@pytest.mark.parametrize("language", ["en"])
def test_every_phrase_of_the_shipped_book_can_be_heard_with_nothing_downloaded(language: str) -> None:
    known = of_embedded()
    assert known is not None
    judged = judge(LIBRARY, lambda book: unheard(book, {language: Ears("PocketSphinx", known)}))
    assert [str(fault) for fault in judged.faults if fault.rule == RULE] == []
