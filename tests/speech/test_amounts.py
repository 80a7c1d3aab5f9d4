"""Amounts as people say them, in each language that may be spoken here; what is no amount is none."""

import pytest

from speech.amounts import AMOUNTS, amount_in
from speech.digits import NUMERALS


@pytest.mark.parametrize(
    ("language", "words", "amount"),
    [
        ("en", "fifty thousand", "50000"),
        ("en-GB", "one hundred fifty thousand", "150000"),
        ("en", "a hundred and fifty", "150"),
        ("en", "it was two hundred and fifty thousand rupiah", "250000"),
        ("en", "fifteen hundred", "1500"),
        ("en", "twenty-five thousand five hundred", "25500"),
        ("en", "one million two hundred thousand", "1200000"),
        ("en", "two fifty thousand", "250000"),
        ("en", "150 thousand", "150000"),
        ("en", "1.5 million", "1500000"),
        ("zh", "一百五十万", "1500000"),
        ("zh", "一百 五十 万", "1500000"),
        ("zh", "一共二十五万八千", "258000"),
        ("zh", "一万五", "15000"),
        ("zh", "一百五", "150"),
        ("zh", "一万零五百", "10500"),
        ("zh", "一千零五", "1005"),
        ("zh", "十万块", "100000"),
        ("zh", "15万", "150000"),
        ("ko", "십오만", "150000"),
        ("ko", "만 오천 원", "15000"),
        ("ko", "이백오십만", "2500000"),
        ("id", "dua ratus lima puluh ribu", "250000"),
        ("id", "seratus ribu rupiah", "100000"),
        ("id", "lima belas ribu", "15000"),
        ("id", "sejuta", "1000000"),
        ("id", "1,5 juta", "1500000"),
        ("id", "150.000 ribu", "150000000"),
    ],
)
def test_an_amount_is_read(language: str, words: str, amount: str) -> None:
    assert amount_in(words, language) == amount


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "five oh oh oh oh"),  # digits, which are read as such
        ("en", "one two three"),
        ("en", "half a million"),
        ("en", "minus fifty thousand"),
        ("en", "fifty thousand or sixty thousand"),
        ("en", "thousand million"),
        ("en", "five six thousand"),
        ("en", "a person"),
        ("en", ""),
        ("zh", "一二三"),
        ("zh", "半百万"),
        ("ko", "일이삼"),
        ("id", "rp150.000"),
        ("id", "setengah juta"),
        ("fr", "cinquante mille"),
    ],
)
def test_what_is_no_one_amount_is_none(language: str, words: str) -> None:
    assert amount_in(words, language) == ""


def test_every_language_whose_digits_are_known_has_its_amounts() -> None:
    assert AMOUNTS.keys() == NUMERALS.keys()
