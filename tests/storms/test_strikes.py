"""The plan of a storm is drawn from its seed alone, and holds what was asked for."""

from collections import Counter
from random import Random

import pytest

from storms.strikes import KILLS, OF_SQL, Blow, Plan, Strike, Wanted, drawn, more_kills

WANTED = Wanted(60, {Blow.FILL_DISK: 4, Blow.FREEZE_SQL: 3, Blow.FLUSH_REDIS: 5})


def test_the_same_seed_draws_the_same_plan_and_another_seed_another() -> None:
    plans = [drawn(Random(seed), 1_000, WANTED, server=True) for seed in (7, 7, 8)]
    assert plans[0] == plans[1] != plans[2]


def test_a_plan_holds_as_many_kills_and_other_blows_as_were_asked_for_in_the_order_of_the_calls() -> None:
    plan = drawn(Random(7), 1_000, WANTED, server=True)
    blows = Counter(strike.blow for strike in plan)
    assert sum(blows[blow] for blow in KILLS) == 60
    assert all(blows[blow] > 0 for blow in KILLS)
    assert {blow: blows[blow] for blow in WANTED.others} == WANTED.others
    assert [strike.after for strike in plan] == sorted(strike.after for strike in plan)
    assert all(0 < strike.after < 1_000 for strike in plan)


def test_a_database_that_is_a_file_has_no_server_to_be_struck() -> None:
    plan = drawn(Random(7), 1_000, WANTED, server=False)
    blows = Counter(strike.blow for strike in plan)
    assert not OF_SQL & set(blows)
    assert sum(blows[blow] for blow in KILLS) == 60


@pytest.mark.parametrize(
    ("nobody_there", "fallen"), [(set(), 3), ({2}, 4), ({0, 2}, 5), ({0, 2, 3, 4}, 5)], ids=str
)
def test_for_each_kill_that_found_nobody_another_one_falls(nobody_there: set[int], fallen: int) -> None:
    planned = [Strike(1, Blow.KILL_WEB), Strike(2, Blow.FLUSH_REDIS), Strike(3, Blow.KILL_AT_POINT)]
    plan = Plan(planned, 2, more_kills(Random(7), 2, server=True))
    done, blows = Counter[Blow](), list[Blow]()
    for place, strike in enumerate(plan.falling(lambda: sum(done[blow] for blow in KILLS))):
        blows.append(strike.blow)
        done[strike.blow] += place not in nobody_there
    assert blows[:3] == [strike.blow for strike in planned]
    assert len(blows) == fallen
    assert set(blows[3:]) <= KILLS


def test_further_kills_are_drawn_from_the_seed_and_strike_no_server_that_is_not_there() -> None:
    drawn_twice = [more_kills(Random(seed), 40, server=True) for seed in (7, 7, 8)]
    assert drawn_twice[0] == drawn_twice[1] != drawn_twice[2]
    assert not OF_SQL & {strike.blow for strike in more_kills(Random(7), 40, server=False)}
