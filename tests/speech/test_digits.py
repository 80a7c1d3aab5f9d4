"""Digits as people say them."""

import pytest

from speech.digits import NUMERALS, Numerals, digits_in, numerals


@pytest.mark.parametrize("language", NUMERALS)
def test_every_digit_has_a_word(language: str) -> None:
    assert set(numerals(language).digits.values()) == set("0123456789")


def test_a_language_may_name_a_country() -> None:
    assert numerals("en-GB") == numerals("en")
    assert numerals("cmn").digits == {}


def test_a_book_adds_words_and_gives_others_another_meaning() -> None:
    own = Numerals({"o": "0", "oh": "1"}, {"threefold": 3})
    known = numerals("en", own)
    assert (known.digits["o"], known.digits["oh"], known.digits["nine"]) == ("0", "1", "9")
    assert known.times == {"double": 2, "triple": 3, "treble": 3, "threefold": 3}
    assert numerals("de", own) == own
    assert len({own, Numerals({"oh": "1", "o": "0"}, own.times), known}) == 2


def test_words_are_read_as_digits() -> None:
    assert digits_in("double two oh triple seven", "en") == "220777"
    assert digits_in("treble five one", "en") == "5551"
    assert digits_in("幺 三 九 零", "zh") == "1390"
    assert digits_in("공 일 영", "ko") == "010"
    assert digits_in("nol kosong satu", "id") == "001"
    assert digits_in("it is seven", "en") == "7"
    assert digits_in("threefold o ace", "en", Numerals({"o": "0", "ace": "1"}, {"threefold": 3})) == "0001"
