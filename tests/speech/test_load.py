"""A caller is refused before those who are heard have to wait."""

from __future__ import annotations

import pytest

from speech.load import A_CALLER, AVERAGED_OVER, Limits, Load

LONG = AVERAGED_OVER * 6  # seconds after which an average has settled


def lived(load: Load, share: float, seconds: float) -> Load:
    """Somebody works for this share of the time, in pieces of 100 ms."""
    for tick in range(round(seconds * 10)):
        load = load.worked(share / 10, load.at + (0.1 if tick else 0.0))
    return load


def filled(load: Load, decoders: int) -> tuple[Load, int]:
    """As many callers as have room come at once."""
    callers = 0
    while load.room(decoders, Limits(), load.at):
        load, callers = load.taken(load.at), callers + 1
    return load, callers


def test_load_is_how_many_decoders_work_at_a_time() -> None:
    assert lived(Load(), 1.3, LONG).working == pytest.approx(1.3, rel=0.05)
    assert lived(Load(), 1.3, LONG).by(LONG + LONG).working < 0.01


def test_callers_who_come_at_once_are_counted_before_any_of_them_has_cost_something() -> None:
    assert Load().room(2, Limits(), 0.0) == 27
    _, callers = filled(Load(), 2)
    assert 26 <= callers <= 27


def test_what_callers_really_cost_takes_the_place_of_what_was_expected() -> None:
    full, callers = filled(Load(), 2)
    cheap = lived(full, callers * A_CALLER / 4, LONG)
    assert cheap.room(2, Limits(), cheap.at) > callers / 2
    dear = lived(full, callers * A_CALLER * 1.5, LONG)
    assert dear.room(2, Limits(), dear.at) == 0


def test_a_decoder_that_has_died_leaves_room_for_fewer() -> None:
    half = lived(Load(), 0.8, LONG)
    assert half.room(2, Limits(), half.at) > 10
    assert half.room(1, Limits(), half.at) == 0


def test_limits_are_what_they_are_told_to_be() -> None:
    busy = lived(Load(), 1.8, LONG)
    assert busy.room(2, Limits(), busy.at) == 0
    assert busy.room(2, Limits(working=1.0), busy.at) > 0
