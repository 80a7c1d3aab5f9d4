"""Deeds under a key: done once, answered always."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from foundation.database import Connection, Database, Deed, KeyReused, Reply, fingerprint
from tests.foundation.notes import count_up, within


def test_a_deed_asked_twice_is_done_once_and_answered_twice(database: Database) -> None:
    times: list[int] = []
    deed = Deed("CA1/3/1", "count", fingerprint("count"))
    replies = [database.once(deed, count_up(times), within()) for _ in range(3)]
    assert replies == [{"count": 1}] * 3
    assert times == [1]


def test_a_deed_that_failed_is_done_when_asked_again(database: Database) -> None:
    def fail(_connection: Connection) -> Reply:
        raise KeyError("not now")

    deed = Deed("CA1/3/1", "count", fingerprint("count"))
    with pytest.raises(KeyError):
        database.once(deed, fail, within())
    assert database.once(deed, count_up([]), within()) == {"count": 1}


@pytest.mark.parametrize("other", [Deed("CA1/3/1", "sum", "a"), Deed("CA1/3/1", "count", "b")])
def test_a_key_that_comes_with_another_deed_is_a_fault(database: Database, other: Deed) -> None:
    database.once(Deed("CA1/3/1", "count", "a"), count_up([]), within())
    with pytest.raises(KeyReused):
        database.once(other, count_up([]), within())


def test_rivals_for_one_deed_do_it_once_and_hear_the_same(database: Database) -> None:
    for round_number in range(20):
        times: list[int] = []
        together = threading.Barrier(4)
        deed = Deed(f"CA{round_number}/3/1", "count", "")

        def ask(deed: Deed = deed, times: list[int] = times, together: threading.Barrier = together) -> Reply:
            together.wait()
            return database.once(deed, slowly(times), within(10))

        with ThreadPoolExecutor(4) as threads:
            replies = [threads.submit(ask) for _ in range(4)]
        assert [reply.result() for reply in replies] == [{"count": 1}] * 4
        assert len(times) == 1


def slowly(times: list[int]) -> Callable[[Connection], Reply]:
    def do(_connection: Connection) -> Reply:
        times.append(1)
        time.sleep(0.005)
        return {"count": len(times)}

    return do


def test_a_rival_does_the_deed_itself_if_the_first_one_fails(database: Database) -> None:
    begun = threading.Event()

    def fail(_connection: Connection) -> Reply:
        begun.set()
        time.sleep(0.1)
        raise KeyError("not now")

    deed = Deed("CA1/3/1", "count", "")
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(database.once, deed, fail, within())
        begun.wait(5)
        assert database.once(deed, count_up([]), within()) == {"count": 1}
    assert isinstance(first.exception(), KeyError)


def test_a_fingerprint_tells_two_contents_apart() -> None:
    assert fingerprint("a", ("b", 1)) == fingerprint("a", ("b", 1))
    assert fingerprint("a", "b") != fingerprint("ab")
    assert fingerprint("\ud800") != fingerprint("?")
