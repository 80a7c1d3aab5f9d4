"""What people say of their cards, PINs and codes is hidden before anybody reads it."""

import pytest

from speech.said_numbers import masked

SAID = {
    ("en", "my pin is four seven one one six three please"): "my pin is ••• please",
    ("en", "double two oh FIVE"): "•••",
    ("en", "one hundred and five and then nothing"): "••• and then nothing",
    ("en", "one of you promised it, and two days passed"): "one of you promised it, and two days passed",
    ("en", "card 4111 is gone"): "card ••• is gone",
    ("id", "nomor saya nol delapan satu dua tolong"): "nomor saya ••• tolong",
    ("zh", "我的卡号是四 一 一 二 谢谢 我有一个问题"): "我的卡号是••• 谢谢 我有一个问题",
    ("zh", "幺三八零零一三八"): "•••",
    ("ko", "번호 는 공 일 공 삼 입니다"): "번호 는 ••• 입니다",
    ("ko", "번호 는 공일공삼 입니다"): "번호 는 ••• 입니다",
}


@pytest.mark.parametrize(("told", "shown"), SAID.items())
def test_numbers_in_a_row_are_hidden_and_nothing_else_is(told: tuple[str, str], shown: str) -> None:
    language, words = told
    assert masked(words, language) == shown


def test_a_language_whose_numbers_nobody_knows_is_not_shown_at_all() -> None:
    assert masked("eins zwei drei", "de") is None


def test_a_book_brings_the_digits_of_its_languages() -> None:
    assert (
        masked("meine PIN ist Eins zwei drei bitte", "de", {"eins", "zwei", "drei"})
        == "meine PIN ist ••• bitte"
    )
    # A word that means something to a pattern is a word all the same.
    assert masked("a.b a.b axb", "de", {"a.b"}) == "••• axb"
