"""Check digits find the slips that people make when they type a number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.check_digits import CheckDigit, valid, with_check_digit

digits = st.text("0123456789", min_size=1, max_size=18)
kinds = st.sampled_from(list(CheckDigit))


@given(kinds, digits)
def test_a_number_with_its_check_digit_is_valid(kind: CheckDigit, number: str) -> None:
    assert valid(kind, with_check_digit(kind, number))


@given(kinds, digits, st.data())
def test_every_single_wrong_digit_is_found(kind: CheckDigit, number: str, data: st.DataObject) -> None:
    whole = with_check_digit(kind, number)
    place = data.draw(st.integers(0, len(whole) - 1))
    wrong = data.draw(st.sampled_from(sorted(set("0123456789") - {whole[place]})))
    assert not valid(kind, whole[:place] + wrong + whole[place + 1 :])


@given(digits, st.data())
def test_damm_finds_every_swap_of_neighbours(number: str, data: st.DataObject) -> None:
    whole = with_check_digit(CheckDigit.DAMM, number)
    place = data.draw(st.integers(0, len(whole) - 2))
    swapped = whole[:place] + whole[place + 1] + whole[place] + whole[place + 2 :]
    assert swapped == whole or not valid(CheckDigit.DAMM, swapped)


@pytest.mark.parametrize(
    ("kind", "whole"), [("luhn", "79927398713"), ("luhn", "4111111111111111"), ("damm", "5724")]
)
def test_the_published_examples_hold(kind: str, whole: str) -> None:
    assert valid(kind, whole)
    assert with_check_digit(kind, whole[:-1]) == whole


@pytest.mark.parametrize("wrong", ["", "0", "12a4", "１２３", "²²", "-18", "1 8"])
def test_what_is_not_made_of_plain_digits_is_not_valid(wrong: str) -> None:
    assert not valid(CheckDigit.LUHN, wrong)
    assert not valid(CheckDigit.DAMM, wrong)


@pytest.mark.parametrize("wrong", ["", "12a4", "１２３"])
def test_no_check_digit_is_made_for_what_is_no_digits(wrong: str) -> None:
    with pytest.raises(ValueError, match="ASCII digits"):
        with_check_digit(CheckDigit.DAMM, wrong)
