"""Everybody asks for one turn at once, through real processes: a short run of `make rivals`."""

from random import Random

import pytest

from storms.rivals import held
from tests.end_to_end.running import Hotline

ROUNDS = 100
SLOW = 120  # seconds on a machine that does much else


@pytest.mark.timeout(SLOW)
def test_rivals_of_every_kind_are_one_deed_a_turn_and_nobody_is_stranded(hotline: Hotline) -> None:
    seen = held(hotline, ROUNDS, Random(7))
    assert seen.faults == []
    assert seen.rounds >= ROUNDS
    assert seen.spoken
    assert seen.voices
    assert hotline.rows("SELECT call FROM turns WHERE source = 'voice'")
