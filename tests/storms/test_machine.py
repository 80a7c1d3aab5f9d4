"""What the machine took of an answer is told apart from what the answer took itself."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from exchange.tape import Tape
from storms.machine import VOICE, Machine
from tests.servers import missing

CALL = "CA" + "1" * 32
NOW = datetime(2026, 11, 29, tzinfo=UTC)
SECONDS = 0.6  # that an answer takes
TRIES = 10
HOGS = 2  # processes that want the same processor all the while


def spent(working: Callable[[float], None]) -> float:
    """What is left of an answer that was worked on by this thread."""
    tape, machine = Tape(), Machine(os.getpid())
    tape.listen(machine.note)
    tape.note(CALL, NOW, "requested", {"what": VOICE})
    began = time.monotonic()
    working(SECONDS)
    took = time.monotonic() - began
    return machine.spent(tape.note(CALL, NOW, "document", {"what": VOICE, "seconds": took}))


def busy(seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass


@contextmanager
def hogged() -> Iterator[None]:
    """This thread and some that never rest share one processor."""
    if not hasattr(os, "sched_setaffinity"):
        missing("no processor can be chosen here")
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    hogs = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(HOGS)]
    try:
        yield
    finally:
        for hog in hogs:
            hog.kill()
            hog.wait()
        os.sched_setaffinity(0, allowed)


def test_an_answer_that_waits_for_something_of_ours_has_no_excuse() -> None:
    # Where other tests take the processors, the machine does have a part in it, now and then in all of it.
    assert any(spent(time.sleep) > SECONDS / 2 for _ in range(TRIES))


def test_an_answer_that_is_not_let_to_the_processor_has_one() -> None:
    with hogged():
        busy(SECONDS)  # until the others have begun
        assert spent(busy) < SECONDS * 0.7
