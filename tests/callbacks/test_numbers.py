"""Numbers of tickets: scrambled one to one, open by the clock, and never drawn again after a restore."""

import itertools
import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks.numbers import (
    APART,
    EPOCH,
    LEFT,
    MARGIN,
    PACE,
    RIGHT,
    ROOM,
    SPACE,
    TURN,
    Scrambler,
    Series,
    position,
    series_anew,
    widened,
    window,
)
from callbacks.tickets import ticket_number
from foundation.redaction import Secret
from tests.makers import NOW

SCRAMBLER = Scrambler(Secret("a key of an installation, long enough"))
MINUTE = timedelta(minutes=1)
moments = st.integers(0, 18 * 365 * 24 * 60).map(lambda minutes: EPOCH + minutes * MINUTE)


@given(st.integers(0, 3 * SPACE))
def test_every_position_has_eight_digits_the_first_not_0(place: int) -> None:
    digits = SCRAMBLER.digits(place)
    assert len(digits) == 8
    assert len(ticket_number(digits)) == 9
    assert digits == SCRAMBLER.digits(place + SPACE)


def test_no_two_positions_have_the_same_digits() -> None:
    # The halves are added to in turns: what one turn does can be undone, so the whole is one to one.
    places = random.Random(5).sample(range(SPACE), 100_000)
    assert len({SCRAMBLER.digits(place) for place in places}) == len(places)
    assert LEFT * RIGHT == SPACE


def test_another_key_gives_another_order() -> None:
    other = Scrambler(Secret("the key of another installation, as long"))
    same = [place for place in range(1_000) if other.digits(place) == SCRAMBLER.digits(place)]
    assert len(same) <= 1


def test_neighbours_look_like_strangers() -> None:
    drawn = [int(SCRAMBLER.digits(place)) for place in range(30_000_000, 30_020_000)]
    assert {str(number)[0] for number in drawn} == set("123456789")
    # Strangers are a third of the space apart on average; half of them go up, half down.
    steps = [after - before for before, after in itertools.pairwise(drawn)]
    assert sum(map(abs, steps)) / len(steps) == pytest.approx(SPACE / 3, rel=0.05)
    assert sum(step > 0 for step in steps) / len(steps) == pytest.approx(0.5, abs=0.02)
    # Every ninth of the space is met as often as the others, in the order of time too.
    for part in (drawn[:10_000], drawn[10_000:]):
        ninths = [sum(str(number)[0] == digit for number in part) for digit in "123456789"]
        assert min(ninths) > 950
        assert max(ninths) < 1_300


def test_a_first_series_may_use_all_that_the_clock_has_passed() -> None:
    here = window(Series(), NOW)
    assert (here.low, here.high) == (0, position(NOW) + ROOM)
    assert here.high > 10_000_000
    assert position(NOW + MINUTE) == position(NOW) + PACE


def test_a_clock_that_stands_before_our_time_still_has_numbers() -> None:
    assert window(Series(), EPOCH - timedelta(days=4_000)).high == position(EPOCH) + ROOM


@given(moments, st.integers(0, 10**6))
def test_a_series_that_begins_anew_lies_behind_all_that_can_have_been_drawn(
    at: datetime, minutes: int
) -> None:
    first = Series()
    second = series_anew((first,), at)
    assert window(second, at).low >= window(first, at).high + MARGIN
    later = at + minutes * MINUTE
    third = series_anew((first, second), later)
    assert window(third, later).low >= window(second, later).high + MARGIN
    assert window(third, later).high - window(third, later).low >= ROOM


@given(moments, st.integers(1, TURN - 1))
def test_two_restores_that_know_nothing_of_each_other_lie_apart(at: datetime, minutes: int) -> None:
    one, other = series_anew((), at), series_anew((), at + minutes * MINUTE)
    apart = abs(one.begins - other.begins)
    assert apart >= APART - PACE * TURN


def test_a_series_that_was_widened_is_passed_by_the_next_one() -> None:
    rushed = Series(begins=40_000_000, reaches=40_000_000)
    for _ in range(50):
        rushed = widened(rushed, NOW)
    assert window(rushed, NOW).high == 40_000_000 + 51 * ROOM
    assert series_anew((rushed,), NOW).begins >= rushed.reaches + MARGIN


def test_once_around_the_oldest_numbers_are_open_again() -> None:
    late = datetime(2060, 1, 1, tzinfo=UTC)
    here = window(Series(), late)
    assert here.high - here.low == SPACE
