"""A worker is killed or frozen between the row of a page and its call: nobody is rung twice, somebody is."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from callbacks.paging.pager import SENT_WITHIN
from callbacks.paging.store import GIVEN_UP_AFTER
from foundation.clock import SystemClock
from foundation.fault_points import VARIABLE
from tests.end_to_end.running import ROOT, Hotline
from tests.end_to_end.test_paging import CHEN, LATE, SARI, TAKES_IT, Watch, watching
from tests.servers import await_stopped

BEFORE_THE_CALL, BEHIND_THE_CALL = "after_page_row_before_call", "after_call_before_kept"
TAKEN_BY = {SARI.number: TAKES_IT, CHEN.number: TAKES_IT}
LIMIT = 60.0  # seconds for a look in a process of its own, on a machine that does much else
AN_HOUR = 12 * LATE

# Between the two points no transaction is open: one database shows what there is to see.
pytestmark = pytest.mark.parametrize("hotline", ["sqlite"], indirect=True)


@contextmanager
def looking(hotline: Hotline, point: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker that looks once everybody has waited long enough, and what happens to it at that point."""
    command = [sys.executable, "-m", "tests.end_to_end.paging_process", str(LATE.total_seconds())]
    environment = {**hotline.environment, VARIABLE: point, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=ROOT, env=environment) as process:
        try:
            yield process
        finally:
            process.kill()


def catch_up(watch: Watch) -> None:
    """The clock of the watch goes by that of the process."""
    watch.clock.advance(SystemClock().now() + LATE - watch.clock.now())


def killed_at(watch: Watch, point: str) -> None:
    with looking(watch.hotline, f"{point}:kill") as process:
        assert process.wait(LIMIT) == -signal.SIGKILL
    catch_up(watch)


@contextmanager
def frozen_at(watch: Watch, point: str) -> Iterator[None]:
    """While this is open the worker stands still; then it goes on to its end."""
    with looking(watch.hotline, f"{point}:stop") as process:
        await_stopped(process, LIMIT)
        catch_up(watch)
        yield
        process.send_signal(signal.SIGCONT)
        assert process.wait(LIMIT) == 0


def test_a_page_that_nobody_rang_is_given_up_for_the_next(hotline: Hotline) -> None:
    with watching(hotline, SARI, CHEN, rung=TAKEN_BY) as watch:
        ticket = watch.promise()
        killed_at(watch, BEFORE_THE_CALL)
        assert watch.rung() == []
        assert watch.outcomes(ticket) == [("Sari", None)]
        assert watch.look() == 0
        assert watch.look(GIVEN_UP_AFTER) == 1
        assert watch.rung() == [CHEN.number]
        assert watch.outcomes(ticket) == [("Sari", "no news"), ("Chen", "acknowledged")]


def test_a_call_that_no_row_tells_of_rings_once_and_its_key_counts(hotline: Hotline) -> None:
    with watching(hotline, SARI, CHEN, rung=TAKEN_BY) as watch:
        ticket = watch.promise()
        killed_at(watch, BEHIND_THE_CALL)
        assert watch.rung() == [SARI.number]
        assert watch.outcomes(ticket) == [("Sari", "acknowledged")]
        assert watch.look(AN_HOUR) == 0
        assert watch.rung() == [SARI.number]


def test_a_worker_that_was_frozen_before_the_call_rings_nobody_late(hotline: Hotline) -> None:
    with watching(hotline, SARI, CHEN, rung=TAKEN_BY) as watch:
        ticket = watch.promise()
        with frozen_at(watch, BEFORE_THE_CALL):
            assert watch.look() == 0  # by its row she is being rung
            assert watch.look(GIVEN_UP_AFTER) == 1
            assert watch.rung() == [CHEN.number]
            time.sleep(SENT_WITHIN)  # the frozen one's own seconds
        assert watch.rung() == [CHEN.number]
        assert watch.outcomes(ticket) == [("Sari", "no news"), ("Chen", "acknowledged")]
        assert watch.look(AN_HOUR) == 0


def test_a_worker_that_was_frozen_behind_the_call_leaves_what_its_key_has_told(hotline: Hotline) -> None:
    with watching(hotline, SARI, CHEN, rung=TAKEN_BY) as watch:
        ticket = watch.promise()
        with frozen_at(watch, BEHIND_THE_CALL):
            assert watch.rung() == [SARI.number]
            assert watch.outcomes(ticket) == [("Sari", "acknowledged")]
        assert watch.outcomes(ticket) == [("Sari", "acknowledged")]
        assert watch.look(AN_HOUR) == 0
        assert watch.rung() == [SARI.number]
