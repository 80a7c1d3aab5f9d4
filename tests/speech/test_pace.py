"""How long words take, and for which of them somebody spoke too long."""

from __future__ import annotations

import pytest

from speech.pace import is_too_long, seconds_of


@pytest.mark.parametrize(
    ("words", "language", "longest"),
    [
        ("yes", "en", 1.19),
        ("payments", "en", 1.83),
        ("충전", "ko", 1.47),
        ("充值", "zh", 1.6),
        ("", "en", 0.8),
    ],
)
def test_drawn_out_and_half_as_fast_as_they_are_reckoned_words_may_still_be_said(
    words: str, language: str, longest: float
) -> None:
    assert not is_too_long(longest - 0.01, words, language)
    assert is_too_long(longest + 0.01, words, language)


def test_pauses_between_sentences_are_reckoned_and_figures_are_said_one_by_one() -> None:
    assert seconds_of("no. yes", "en") == pytest.approx(seconds_of("no yes", "en") + 0.3)
    assert seconds_of("12", "en") == pytest.approx(0.8)
