"""The watchdog bites what takes longer than its limit, and nothing else."""

import os
import threading
import time

import pytest

from foundation.watchdog import Watchdog

LATE = 0.2


def test_it_bites_when_the_limit_has_passed() -> None:
    bitten = threading.Event()
    started = time.monotonic()
    with Watchdog().watch(0.1, bitten.set):
        assert bitten.wait(2)
    assert 0.1 <= time.monotonic() - started < 0.1 + LATE


def test_it_does_not_bite_what_has_ended() -> None:
    bitten = threading.Event()
    watchdog = Watchdog()
    for _ in range(50):
        with watchdog.watch(0.01, bitten.set):
            pass
    assert not bitten.wait(0.1)


def test_a_shorter_limit_that_comes_later_is_kept() -> None:
    watchdog, short = Watchdog(), threading.Event()
    with watchdog.watch(30, lambda: None):
        started = time.monotonic()
        with watchdog.watch(0.1, short.set):
            assert short.wait(2)
        assert time.monotonic() - started < 0.1 + LATE


def test_it_watches_many_at_once() -> None:
    watchdog, bitten = Watchdog(), []

    def wait(number: int) -> None:
        with watchdog.watch(0.05 if number % 2 else 5.0, lambda: bitten.append(number)):
            time.sleep(0.3)

    threads = [threading.Thread(target=wait, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(bitten) == list(range(1, 20, 2))


def test_what_is_over_is_not_remembered_for_ever() -> None:
    watchdog = Watchdog()
    for _ in range(1_000):
        with watchdog.watch(0.01, lambda: None):
            pass
    time.sleep(0.1)
    assert len(watchdog._watches) < 1_000


# From Python 3.12 on a fork beside threads is warned of; that the thread is gone is what this is about.
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_it_watches_in_a_process_that_was_forked_off() -> None:
    watchdog = Watchdog()
    with watchdog.watch(0.01, lambda: None):
        time.sleep(0.05)
    child = os.fork()
    if child == 0:
        bitten = threading.Event()
        with watchdog.watch(0.05, bitten.set):
            os._exit(0 if bitten.wait(2) else 1)
    assert os.waitpid(child, 0)[1] == 0
