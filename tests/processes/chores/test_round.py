"""A worker's loop: each chore at its own pace, none stopped by another, the end after the chore at hand."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from foundation.clock import Deadline, StoppedClock
from processes.chores.chore import LEAST_PATIENCE, LONGEST_CHORE, Chore, Pulse
from processes.chores.round import FIRST_PAUSE, Round

BEGAN = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Shift:
    """A worker whose time passes only while it waits; it ends when `seconds` have passed."""

    def __init__(self, seconds: float) -> None:
        self.clock = StoppedClock(BEGAN)
        self.pulse = Pulse(self.clock)
        self.done: list[tuple[str, float]] = []
        self._until = self.clock.monotonic() + seconds

    def chore(self, name: str, every: float, does: Callable[[], int] = lambda: 0) -> Chore:
        def do(_deadline: Deadline) -> int:
            self.done.append((name, self.clock.monotonic()))
            return does()

        return Chore(name, do, every=every, limit=1.0)

    def wait(self, seconds: float) -> bool:
        if self.clock.monotonic() + seconds >= self._until:
            return True
        self.clock.advance(timedelta(seconds=seconds))
        return False

    def run(self, *chores: Chore) -> None:
        Round(chores, self.pulse, self.clock, self.wait).run()

    def moments(self, name: str) -> list[float]:
        return [at for one, at in self.done if one == name]


def fails() -> int:
    raise OSError("away")


def test_each_chore_is_done_at_once_and_then_at_its_own_pace() -> None:
    shift = Shift(61)
    shift.run(shift.chore("often", 20), shift.chore("seldom", 45))
    assert shift.moments("often") == [0, 20, 40, 60]
    assert shift.moments("seldom") == [0, 45]


def test_a_chore_that_fails_stops_no_other_and_is_tried_soon_and_then_less_often() -> None:
    shift = Shift(61)
    shift.run(shift.chore("broken", 16, fails), shift.chore("sound", 20))
    assert shift.moments("sound") == [0, 20, 40, 60]
    # Never more rarely than its own period.
    assert shift.moments("broken") == [0, FIRST_PAUSE, 3, 7, 15, 31, 47]


def test_a_chore_that_has_recovered_goes_at_its_own_pace_again() -> None:
    shift = Shift(63)
    sound = iter([False, False, True, False, True, True])

    def sometimes_fails() -> int:
        return 0 if next(sound) else fails()

    shift.run(shift.chore("often", 20, sometimes_fails))
    assert shift.moments("often") == [0, 1, 3, 23, 24, 44]


def test_a_chore_that_takes_long_is_due_again_a_period_after_its_end() -> None:
    shift = Shift(100)

    def slow() -> int:
        shift.clock.advance(timedelta(seconds=30))
        return 1

    shift.run(shift.chore("slow", 10, slow), shift.chore("quick", 15))
    assert shift.moments("slow") == [0, 40, 80]
    # Whoever waited longest is first: a slow one does not keep the others from their turn for ever.
    assert shift.moments("quick") == [30, 70]


def test_a_worker_that_is_told_to_end_finishes_the_chore_at_hand_and_begins_no_other() -> None:
    shift = Shift(100)
    ended: list[bool] = []
    wait = lambda seconds: bool(ended) or shift.wait(seconds)  # noqa: E731  # shorter than a function

    def told_meanwhile() -> int:
        ended.append(True)
        return 1

    Round(
        [shift.chore("at hand", 5, told_meanwhile), shift.chore("next", 5)], shift.pulse, shift.clock, wait
    ).run()
    assert shift.done == [("at hand", 0.0)]


def test_a_chore_that_goes_undone_for_too_long_lags_behind_until_it_is_done_well() -> None:
    shift = Shift(LEAST_PATIENCE + 10)
    broken, sound = shift.chore("broken", 30, fails), shift.chore("sound", 30)
    late: list[tuple[str, ...]] = []

    def tell() -> int:
        late.append(shift.pulse.late())
        return 0

    shift.run(broken, sound, shift.chore("tell", 61, tell))
    assert late == [(), (), ("broken",)]
    shift.pulse.done(broken)
    assert shift.pulse.late() == ()


def test_a_rare_chore_may_miss_two_of_its_turns() -> None:
    rare = Chore("rare", lambda _deadline: 0, every=600, limit=10)
    assert rare.patience == 2 * 610


@pytest.mark.parametrize(("every", "limit"), [(1.0, LONGEST_CHORE + 1), (1.0, 0.0), (0.0, 1.0)])
def test_a_chore_without_bounds_is_refused(every: float, limit: float) -> None:
    with pytest.raises(ValueError, match="endless"):
        Chore("endless", lambda _deadline: 0, every=every, limit=limit)
