"""Hearings of one number are added up, place by place, and go in a few bytes from one to the next."""

import numpy as np
import pytest

from speech.requests import DIGITS, MOST_LENGTHS
from speech.sphinx.joined import MOST_BEHIND, handed_on, joined
from speech.sphinx.places import CLEAR


def places(length: int, best: float, **behind: float) -> np.ndarray:
    """All digits 100 behind but those named: `p0d4=3` is digit 4 at place 0, 3 behind."""
    found = np.full((length, DIGITS), best - 100, np.float32)
    for name, far in behind.items():
        place, digit = name.removeprefix("p").split("d")
        found[int(place), int(digit)] = best - far
    return found


def test_a_digit_that_is_likely_twice_is_ahead_of_one_that_is_likeliest_once() -> None:
    first = places(1, -500.0, p0d2=0, p0d3=10)
    second = places(1, -700.0, p0d8=0, p0d3=10)
    (both,) = joined([second], handed_on([first]))
    assert both.argmax() == 3
    assert both[0, 3] - both[0, 8] == pytest.approx(80)


def test_what_is_handed_on_is_all_hearings_so_far() -> None:
    one = places(2, -50.0, p0d4=0, p1d5=0, p1d6=7)
    before: tuple[bytes, ...] = ()
    for times in (1, 2, 3):
        before = handed_on(joined([one], before))
        assert [*before[0][DIGITS:]][4:7] == [min(100 * times, MOST_BEHIND), 0, 7 * times]


def test_a_length_that_was_not_likely_before_is_further_behind_than_any_that_was() -> None:
    short, long = places(1, -90.0, p0d1=0), places(2, -80.0, p0d1=0, p1d1=0)
    short_again, long_again = joined([short, long], handed_on([places(1, -10.0, p0d1=0)]))
    assert short_again.max() == short.max()
    assert long_again.max() == long.max() - CLEAR


def test_the_likeliest_lengths_alone_are_handed_on_and_each_keeps_how_far_it_is_behind() -> None:
    lengths = [places(length, -length, p0d0=0) for length in (4, 1, 3, 2, 5)]
    told = handed_on(lengths)
    assert [len(one) // DIGITS for one in told] == [1, 2, 3][:MOST_LENGTHS]
    assert [min(one) for one in told] == [0, 1, 2]


def test_nothing_before_changes_nothing_and_nonsense_before_neither() -> None:
    one = places(2, -50.0, p0d4=0, p1d5=0)
    for before in ((), (b"",), (b"odd",)):
        (same,) = joined([one], before)
        assert (same == one).all()
