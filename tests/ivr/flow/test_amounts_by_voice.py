"""Amounts by voice: said as people say them, and read back; at a question for digits they are none."""

import pytest

from tests.ivr.flow.spoken_calls import at


@pytest.mark.parametrize(
    ("language", "words", "heard"),
    [
        ("en", "a hundred and fifty thousand", "150,000"),
        ("zh", "十五万", "150,000"),
        ("id", "seratus lima puluh ribu", "150.000"),
    ],
)
def test_an_amount_is_said_as_people_say_it_and_read_back(language: str, words: str, heard: str) -> None:
    call = at("payment-amount", language=language).says(words)
    assert call.said == ("amount.confirm",)
    assert heard in call.words
    assert call.presses("1").state.fact("amount") == "150000"


def test_an_amount_takes_the_place_of_digits_before_it() -> None:
    call = at("payment-amount").says("one five").says("fifteen thousand")
    assert (call.said, call.state.place.entry) == (("amount.confirm",), "15000")


def test_what_is_no_amount_is_not_said_as_one() -> None:
    call = at("refund-transaction").says("one hundred fifty thousand")
    assert call.said == ("refund-transaction.not_understood.1", "refund-transaction")
    hears = at("payment-amount").collect.hears
    assert hears is not None
    assert hears.amount
