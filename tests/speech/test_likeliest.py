"""The likeliest numbers are found in their order, and only those with the right check digit."""

import random
from itertools import islice, product

import pytest

from foundation.check_digits import CheckDigit, valid
from speech.sphinx.likeliest import likeliest


@pytest.mark.parametrize("check", [None, *CheckDigit])
def test_the_nearest_numbers_come_first_and_each_once(check: CheckDigit | None) -> None:
    chance = random.Random(4)
    places = [tuple(chance.uniform(0, 90) for _ in range(10)) for _ in range(4)]
    every = ("".join(digits) for digits in product("0123456789", repeat=4))
    wanted = {
        number: sum(place[int(digit)] for place, digit in zip(places, number, strict=True))
        for number in every
        if check is None or valid(check, number)
    }
    found = list(islice(likeliest(places, check), 100))
    assert [number for number, _ in found] == sorted(wanted, key=wanted.__getitem__)[:100]
    assert all(behind == pytest.approx(wanted[number]) for number, behind in found)


def test_every_number_is_found_in_the_end() -> None:
    places = [tuple(float(digit) for digit in range(10))] * 2
    assert len({number for number, _ in likeliest(places, None)}) == 100


def test_a_number_that_is_refused_is_passed_over() -> None:
    places = [(0.0, 5.0, 50.0), (0.0, 8.0, 50.0)]
    assert [number for number, _ in islice(likeliest(places, None, ("00", "01")), 2)] == ["10", "11"]
