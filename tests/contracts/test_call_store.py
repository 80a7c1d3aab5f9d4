"""What every place that keeps calls promises: in memory, in Redis, and in the journal's tables."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from foundation.clock import Clock, Deadline, SystemClock
from foundation.database import Database
from foundation.redaction import Secret
from ivr.calls.claims import (
    Aim,
    Behind,
    Busy,
    CallStore,
    Claim,
    Claimed,
    Found,
    Free,
    HangUpNext,
    Looks,
    Lost,
    Present,
    Remembered,
    Row,
    Stored,
)
from ivr.calls.journal import Journal
from ivr.calls.memory_store import MemoryCallStore
from ivr.calls.sealing import Seal
from ivr.calls.status import CallStage, CallStatus
from ivr.calls.store import RedisCallStore
from tests.kept_databases import empty

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
CLOCK = SystemClock()
CALL = "CA" + "0" * 32
LEASE = 2.0  # seconds
PATIENT = 30.0  # seconds: these tests are not about time


class Kept:
    """One store under test, with the few words the tests need."""

    def __init__(self, store: CallStore, clock: Clock) -> None:
        self.store = store
        self.clock = clock

    @property
    def soon(self) -> Deadline:
        return Deadline.after(PATIENT, self.clock)

    def claim(
        self, turn: int, owner: str = "me", aim: Aim = Aim.TURN, seed: Remembered | None = None
    ) -> Found:
        return self.store.claim(Claim(CALL, turn, "keys", owner, aim, seed), self.soon)

    def settle(self, turn: int, owner: str = "me", *, over: bool = False) -> Stored | HangUpNext | Lost:
        return self.store.settle(row(turn, over=over), owner, self.soon)

    def reach(self, turn: int) -> None:
        """The call as it stands after this turn."""
        for number in range(turn + 1):
            assert isinstance(self.claim(number), Claimed)
            assert self.settle(number) == Stored()

    def end(self, owner: str = "status") -> Found:
        """The carrier says that the call has ended; SQL learns it from the row of the call."""
        if isinstance(self.store, Journal):
            self.store.note(CallStatus(CALL, CallStage.COMPLETED, AT), self.soon)
        return self.claim(0, owner, Aim.END)


def remembered(turn: int, *, over: bool = False) -> Remembered:
    return Remembered(turn, f"state {turn}".encode(), f"answer {turn}\x00\xff".encode(), over)


def row(turn: int, *, over: bool = False) -> Row:
    return Row(CALL, turn, AT, "keys", "keys 1", "answered", "main", [], remembered(turn, over=over))


@pytest.fixture(params=["memory", "redis", "sqlite", "postgresql"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    match request.param:
        case "memory":
            yield Kept(MemoryCallStore(CLOCK, lease=LEASE), CLOCK)
        case "redis":
            yield Kept(redis_store(request.getfixturevalue("fresh_redis_url")), CLOCK)
        case "sqlite":
            path = tmp_path / "calls.sqlite"
            template = request.getfixturevalue("sqlite_template")
            with closing(sqlite3.connect(template)) as source, closing(sqlite3.connect(path)) as copy:
                source.backup(copy)
            yield from _journal(f"sqlite:///{path}")
        case _:
            url: str = request.getfixturevalue("kept_postgres")
            empty(url)
            yield from _journal(url)


def redis_store(url: str) -> RedisCallStore:
    return RedisCallStore(url, CLOCK, lease=LEASE, limit=PATIENT)


def _journal(url: str) -> Iterator[Kept]:
    database = Database(url, CLOCK, limit=PATIENT)
    journal = Journal(database, Seal(Secret("k" * 32)), lease=LEASE)
    yield Kept(journal, CLOCK)
    journal.close()
    database.close()


def test_the_first_turn_of_a_new_call_is_claimed_with_nothing_known(kept: Kept) -> None:
    assert kept.claim(0) == Claimed(0, None)


def test_a_turn_is_claimed_with_the_state_of_the_one_before(kept: Kept) -> None:
    kept.reach(2)
    assert kept.claim(3) == Claimed(3, remembered(2))


def test_a_rival_finds_the_turn_busy_until_it_is_settled(kept: Kept) -> None:
    kept.reach(0)
    kept.claim(1, "me")
    assert kept.claim(1, "rival") == Busy()
    assert kept.store.look(CALL, 1, kept.soon) == Busy()
    assert kept.settle(1, "me") == Stored()
    assert kept.claim(1, "rival") == Present(remembered(1))
    assert kept.store.look(CALL, 1, kept.soon) == Present(remembered(1))


def test_looking_takes_no_lease_from_its_owner(kept: Kept) -> None:
    kept.claim(0, "me")
    for _ in range(10):
        assert kept.store.look(CALL, 0, kept.soon) == Busy()
    assert kept.settle(0, "me") == Stored()


def test_an_older_turn_brings_the_present_document(kept: Kept) -> None:
    kept.reach(3)
    assert kept.claim(1) == Present(remembered(3))


def test_a_turn_beyond_what_is_known_is_not_claimed(kept: Kept) -> None:
    assert kept.claim(4) == Behind(None)
    kept.reach(1)
    assert kept.claim(4) == Behind(remembered(1))


def test_a_restart_may_claim_beyond_what_is_known(kept: Kept) -> None:
    kept.reach(1)
    assert kept.claim(5, aim=Aim.RESTART) == Claimed(5, remembered(1))
    assert kept.settle(5) == Stored()
    assert kept.claim(4) == Present(remembered(5))


def test_who_does_not_own_a_turn_cannot_settle_it(kept: Kept) -> None:
    kept.claim(0, "me")
    assert kept.settle(0, "rival") == Lost()
    assert kept.settle(1, "me") == Lost()
    assert kept.settle(0, "me") == Stored()
    assert kept.settle(0, "me") == Lost()


def test_a_released_turn_is_free_for_others(kept: Kept) -> None:
    kept.claim(0, "me")
    kept.store.release(CALL, 0, "rival", kept.soon)
    assert kept.claim(0, "rival") == Busy()
    kept.store.release(CALL, 0, "me", kept.soon)
    assert kept.store.look(CALL, 0, kept.soon) == Free()
    assert kept.claim(0, "rival") == Claimed(0, None)


def test_a_lapsed_lease_may_be_taken_over_and_its_owner_is_fenced_off(kept: Kept) -> None:
    kept.reach(0)
    kept.claim(1, "dead")
    time.sleep(LEASE + 0.1)
    assert kept.store.look(CALL, 1, kept.soon) == Free()
    assert kept.claim(1, "heir") == Claimed(1, remembered(0))
    assert kept.settle(1, "dead") == Lost()
    assert kept.settle(1, "heir") == Stored()


def test_the_end_claims_the_next_turn_where_nobody_works(kept: Kept) -> None:
    kept.reach(1)
    assert kept.end() == Claimed(2, remembered(1))
    assert kept.settle(2, "status", over=True) == Stored()
    assert kept.end() == Present(remembered(2, over=True))


def test_the_owner_of_a_running_turn_sees_the_end_when_it_settles(kept: Kept) -> None:
    kept.reach(1)
    kept.claim(2, "me")
    assert kept.end() == Busy()
    assert kept.settle(2, "me") == HangUpNext()
    assert kept.claim(3, "rival") == Busy()
    assert kept.end("another status") == Busy()
    assert kept.settle(3, "me", over=True) == Stored()


def test_the_end_of_an_unknown_call_claims_nothing(kept: Kept) -> None:
    assert kept.end() == Behind(None)


def test_an_end_that_came_before_the_answer_is_seen_by_the_answer(kept: Kept) -> None:
    kept.end()
    assert kept.claim(0) == Claimed(0, None)
    assert kept.settle(0) == HangUpNext()


def test_after_the_end_every_turn_brings_the_last_document(kept: Kept) -> None:
    kept.reach(0)
    kept.end()
    kept.settle(1, "status", over=True)
    for turn in (0, 1, 2, 7):
        assert kept.claim(turn) == Present(remembered(1, over=True))
        assert kept.store.look(CALL, turn, kept.soon) == Present(remembered(1, over=True))


def test_a_call_that_was_moved_while_nothing_is_known_of_a_voice_stands_where_it_stood(kept: Kept) -> None:
    kept.reach(1)
    claim = Claim(CALL, 2, "voice", "me", looks=Looks.ONLY, patient=True)
    assert kept.store.claim(claim, kept.soon) == Present(remembered(1))
    assert kept.claim(2, "keys") == Claimed(2, remembered(1))


def test_what_the_journal_remembers_replaces_what_is_older(kept: Kept) -> None:
    if isinstance(kept.store, Journal):
        return  # what it knows came from itself
    kept.reach(1)
    kept.claim(2, "me")
    assert kept.claim(5, "heir", seed=remembered(4)) == Claimed(5, remembered(4))
    assert kept.settle(2, "me") == Lost()
    assert kept.settle(5, "heir") == Stored()
    assert kept.claim(6, seed=remembered(3)) == Claimed(6, remembered(5))


def test_of_many_rivals_one_owns_the_turn(kept: Kept) -> None:
    rounds, rivals = (200, 3) if not isinstance(kept.store, Journal) else (25, 3)
    assert _owners_of_each_round(kept, rounds, rivals) == [1] * rounds


def _owners_of_each_round(kept: Kept, rounds: int, rivals: int) -> list[int]:
    together = threading.Barrier(rivals)
    owned = [[0] * rounds for _ in range(rivals)]

    def contend(place: int) -> None:
        for turn in range(rounds):
            together.wait()
            found = kept.claim(turn, f"rival {place}")
            if isinstance(found, Claimed):
                owned[place][turn] = 1
            together.wait()
            if isinstance(found, Claimed):
                kept.settle(turn, f"rival {place}")

    with ThreadPoolExecutor(rivals) as pool:
        list(pool.map(contend, range(rivals)))
    return [sum(each) for each in zip(*owned, strict=True)]
