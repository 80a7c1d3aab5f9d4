"""Digits as people say them."""

import pytest

from speech.digits import NUMERALS, digits_in, numerals


@pytest.mark.parametrize("language", NUMERALS)
def test_every_digit_has_a_word(language: str) -> None:
    assert set(numerals(language).digits.values()) == set("0123456789")


def test_a_language_may_name_a_country() -> None:
    assert numerals("en-GB") == numerals("en")
    assert numerals("cmn").digits == {}


def test_words_are_read_as_digits() -> None:
    assert digits_in("double two oh triple seven", "en") == "220777"
    assert digits_in("treble five one", "en") == "5551"
    assert digits_in("幺 三 九 零", "zh") == "1390"
    assert digits_in("공 일 영", "ko") == "010"
    assert digits_in("nol kosong satu", "id") == "001"
    assert digits_in("it is seven", "en") == "7"
