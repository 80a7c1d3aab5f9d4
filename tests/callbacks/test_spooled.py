"""Promises that SQL could not take are made once, by whoever replays them and however often."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from callbacks.outcomes import Opened, Spooled
from callbacks.promises import Promises
from callbacks.records import NumberToCall
from callbacks.replay import Replay
from callbacks.spooled import SpooledPromises, SpoolSeal, Unreadable
from foundation.database import DatabaseUnavailable
from foundation.redaction import Secret
from foundation.spool import Counts, State
from tests.callbacks.promise_desk import within
from tests.callbacks.spool_counter import SEAL, Counter
from tests.makers import NOW, a_draft, a_proven_draft


def test_a_promise_that_sql_does_not_take_is_made_from_the_spool_as_it_was_asked_for(
    counter: Counter,
) -> None:
    draft = a_draft()
    with counter.without_sql():
        assert counter.promises.open_ticket(draft, within()) == Spooled(draft.due)
        assert counter.replay.do(within()) == 0
        assert counter.counts() == (1, 0)
    assert counter.replay.do(within()) == 1
    assert counter.counts() == (0, 0)
    opened = counter.desk.open(draft)  # the same key: the reply of what the replay did
    assert isinstance(opened, Opened)
    ticket = counter.desk.file(opened.number).ticket
    assert (ticket.topic, ticket.due, ticket.at, ticket.answers) == (
        draft.topic,
        draft.due,
        draft.at,
        draft.answers,
    )
    assert counter.desk.count() == 1


def test_one_whose_lost_commit_had_happened_is_not_made_again(counter: Counter) -> None:
    draft = a_draft()
    counter.desk.open(draft)
    with counter.without_sql():
        # As after a lost answer: SQL has it, and the caller's process does not know.
        counter.promises._spool(draft, DatabaseUnavailable("the answer to COMMIT was lost"), within())
    assert counter.replay.do(within()) == 1
    assert counter.desk.count() == 1


def test_a_replay_that_died_before_it_freed_the_slot_is_repeated_without_a_second_ticket(
    counter: Counter,
) -> None:
    with counter.without_sql():
        counter.promises.open_ticket(a_draft(), within())
    (entry,) = counter.spool.waiting(within())
    assert entry.body is not None
    asked = SEAL.open(entry.body)
    counter.desk.promises.open_ticket(replace(a_draft(), at=asked.at), within())
    assert counter.replay.do(within()) == 1
    assert counter.desk.count() == 1


def test_one_that_can_never_be_made_is_set_aside_and_blocks_no_other(counter: Counter) -> None:
    to_nobody = NumberToCall("123456789", "+6281234567899", "CA1", "CA1/4/1", NOW)
    with counter.without_sql():
        counter.promises.set_number(to_nobody, within())
        counter.promises.open_ticket(a_proven_draft(key="CA2/1/1", call="CA2"), within())
    assert counter.replay.do(within()) == 1
    assert counter.counts() == (0, 1)
    assert counter.desk.count() == 1
    assert counter.replay.put_back(within()) == 1
    assert counter.replay.do(within()) == 0
    assert counter.counts() == (0, 1)


@pytest.mark.parametrize(("topic", "tickets"), [("failed-payment", 1), ("refund", 2)])
def test_one_whose_turn_was_played_again_to_another_end_is_made_beside_it(
    counter: Counter, topic: str, tickets: int
) -> None:
    # Its owner was killed with the promise in the spool; who took the turn over heard the caller hang up.
    with counter.without_sql():
        counter.promises.open_ticket(a_draft(topic=topic), within())
    counter.desk.open(a_draft(partial=True, answers=()))
    assert counter.replay.do(within()) == 1
    assert counter.counts() == (0, 0)
    assert counter.desk.count() == tickets
    with counter.without_sql():
        counter.promises.open_ticket(a_draft(topic=topic), within())
    assert counter.replay.do(within()) == 1
    assert counter.desk.count() == tickets


def test_what_another_key_has_sealed_is_set_aside_until_that_key_is_back(counter: Counter) -> None:
    with counter.without_sql():
        counter.promises.open_ticket(a_draft(), within())
    stranger = SpoolSeal(Secret("another key that is long enough for it as well"))
    assert Replay(counter.spool, stranger, counter.desk.promises).do(within()) == 0
    assert counter.counts() == (0, 1)
    counter.replay.put_back(within())
    assert counter.replay.do(within()) == 1


def test_a_promise_that_neither_sql_nor_the_spool_takes_is_told_as_kept_nowhere(counter: Counter) -> None:
    with counter.without_sql():
        for number in range(4):
            counter.promises.open_ticket(a_draft(key=f"CA1/{number}/1"), within())
        with pytest.raises(DatabaseUnavailable):
            counter.promises.open_ticket(a_draft(key="CA1/4/1"), within())
        # The caller who is heard a second time under the same key has the promise that stands there.
        assert counter.promises.open_ticket(a_draft(key="CA1/3/1"), within()) == Spooled(a_draft().due)
    assert counter.spool.counts(within()) == Counts(4, 0, 4)


def test_nothing_of_a_promise_can_be_read_in_the_file(counter: Counter, tmp_path: Path) -> None:
    draft = a_draft(customer="1002003019", answers=(("merchant", "Toko Sinar"),))
    with counter.without_sql():
        counter.promises.open_ticket(draft, within())
    (written,) = (place.read_bytes() for place in tmp_path.iterdir() if place.suffix == ".spool")
    for personal in ("1002003019", "Toko Sinar", "6281234567890", "6281234567891", "CA1"):
        assert personal.encode() not in written


def test_a_promise_as_long_as_a_call_can_make_it_fits_into_a_slot(counter: Counter) -> None:
    answers = tuple((f"fact-{number}", f"{number * 7919:012}") for number in range(100))
    recordings = tuple(f"RE{number * 104729:032x}" for number in range(20))
    with counter.without_sql():
        asked = a_draft(answers=answers, recordings=recordings)
        assert counter.promises.open_ticket(asked, within()) == Spooled(asked.due)
    (entry,) = counter.spool.waiting(within(), State.KEPT)
    assert entry.body is not None
    assert SEAL.open(entry.body) == asked


def test_what_is_no_promise_of_this_version_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        SEAL.open(b"\x01nothing of ours at all, but long enough")


def test_the_desk_keeps_the_spools_share_of_a_deeds_time(counter: Counter) -> None:
    # With less than the spool's share left, SQL is not asked at all, and the promise is kept.
    assert isinstance(counter.promises.open_ticket(a_draft(), within(0.15)), Spooled)
    assert isinstance(counter.promises, SpooledPromises)
    assert isinstance(counter.promises.promises, Promises)
