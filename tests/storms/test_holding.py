"""The whole hotline is struck while callers call: nobody hears silence or a false number, nothing is lost."""

from random import Random
from statistics import median

import pytest

from storms.line import line_under_storm
from storms.storm import Outcome, Storm, weathered
from storms.strikes import KILLS, Blow, Strike, Wanted, drawn

SLOW = 180  # seconds for one test on a machine that does much else
SEED = 20261129
ROOM = 160  # megabytes of the small disk
ALARM = 5.0  # seconds from which on the carrier warns of a slow answer; two of them are the hotline's promise
IN_THE_MIDDLE = (
    Strike(30, Blow.KILL_WEB),
    Strike(60, Blow.FLUSH_REDIS),
    Strike(90, Blow.FREEZE_REDIS, lasts=1.5),
    Strike(130, Blow.RESTART_SQL),
)


def assert_held(outcome: Outcome) -> None:
    """No dead air, no false number; every number heard is a row, and no row stands twice."""
    assert outcome.verdict.holds, outcome.verdict
    assert [one for one in outcome.told if one.silent] == []
    # The carrier's own "an application error has occurred" is what nobody must hear.
    assert [one.call for one in outcome.told if one.by == "fault"] == []


@pytest.mark.timeout(SLOW)
def test_two_hundred_callers_hear_the_truth_while_everything_fails_once() -> None:
    with line_under_storm("postgresql", ROOM) as line:
        outcome = weathered(line, Storm(200, IN_THE_MIDDLE, SEED))
    assert_held(outcome)
    assert len(outcome.told) >= 200
    assert outcome.done == {strike.blow: 1 for strike in IN_THE_MIDDLE}
    assert outcome.verdict.heard > 100
    # The other promises are heard too: a number to call, a message that is sent, a word taken back.
    assert outcome.verdict.to_call > 60
    assert outcome.verdict.messages > 20
    assert outcome.verdict.taken_back > 5
    # Whoever is on a worker that is killed waits for the carrier to ask again; most callers notice nothing.
    assert median(one.slowest for one in outcome.told) < ALARM


@pytest.mark.timeout(SLOW)
def test_a_short_storm_over_a_database_in_a_file_loses_no_promise() -> None:
    wanted = Wanted(5, {Blow.FILL_DISK: 1, Blow.FLUSH_REDIS: 1, Blow.FREEZE_AT_POINT: 1})
    strikes = drawn(Random(SEED), 50, wanted, server=False)
    with line_under_storm("sqlite", ROOM) as line:
        outcome = weathered(line, Storm(50, strikes, SEED, wanted.kills))
    assert_held(outcome)
    assert sum(times for blow, times in outcome.done.items() if blow in KILLS) >= wanted.kills
    assert outcome.done[Blow.FREEZE_AT_POINT] == 1
