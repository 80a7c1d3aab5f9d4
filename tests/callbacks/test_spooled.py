"""Promises that SQL could not take are made once, by whoever replays them and however often."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from callbacks.outcomes import Joined, Opened, Spooled
from callbacks.promises import Promises
from callbacks.records import NumberToCall, SpokenMessage, TakenBack
from callbacks.replay import Replay
from callbacks.spooled import SpooledPromises, SpoolSeal, Unreadable
from callbacks.tickets import TicketDraft, TicketState
from foundation.clock import Deadline
from foundation.database import DatabaseUnavailable
from foundation.redaction import Secret
from foundation.spool import Counts, Spool, State
from identity.levels import Level
from tests.callbacks.promise_desk import Desk, within
from tests.makers import NOW, a_draft, a_proven_draft

SEAL = SpoolSeal(Secret("a key of the tests that is long enough for it"))
MESSAGE = SpokenMessage(
    call="CA1",
    sid="RE1",
    seconds=7,
    ticket=None,
    topic="failed-payment",
    language="en",
    channel="phone",
    level=Level.ANONYMOUS,
    calling_number=None,
    key="CA1/recording/RE1",
    at=NOW,
    due=NOW,
)


class Counter:
    """A desk, its spool, and the ways to lose SQL under it."""

    def __init__(self, desk: Desk, spool: Spool) -> None:
        self.desk = desk
        self.spool = spool
        self.promises = SpooledPromises(desk.promises, spool, SEAL)
        self.replay = Replay(spool, SEAL, desk.promises)

    def counts(self) -> tuple[int, int]:
        found = self.spool.counts(within())
        return found.waiting, found.aside

    @contextmanager
    def without_sql(self) -> Iterator[None]:
        """No table of deeds, as in a database that is not migrated: SQL does nothing that is asked once."""
        self._rename("deeds", "deeds_elsewhere")
        try:
            yield
        finally:
            self._rename("deeds_elsewhere", "deeds")

    def states(self) -> dict[str, str]:
        """How the ticket of each call stands."""
        with self.desk.database.reading(within()) as connection:
            found = connection.exec_driver_sql("SELECT call, state FROM tickets").all()
        assert len({call for call, _ in found}) == len(found)
        return dict(found)

    def _rename(self, table: str, to: str) -> None:
        with self.desk.database.writing(within()) as connection:
            connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {to}")


@pytest.fixture
def counter(desk: Desk, tmp_path: Path) -> Iterator[Counter]:
    spool = Spool(tmp_path, 4)
    yield Counter(desk, spool)
    spool.close()


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


def test_all_that_a_call_left_comes_to_one_ticket_in_its_order(counter: Counter) -> None:
    opened = counter.desk.open(a_draft(topic="refund", key="CA1/1/1"))
    chosen = NumberToCall(opened.number, "+6281234567899", "CA1", "CA1/4/1", NOW)
    with counter.without_sql():
        counter.promises.open_ticket(a_draft(), within())
        assert counter.promises.keep_recording(MESSAGE, within()) is None
        assert counter.promises.set_number(chosen, within())
    assert counter.replay.do(within()) == 3
    assert counter.desk.file(opened.number).ticket.number_to_call == "+6281234567899"
    assert counter.desk.count() == 2


def test_a_number_that_waited_does_not_undo_the_one_agreed_on_since(counter: Counter) -> None:
    number = counter.desk.open(a_draft()).number
    first = NumberToCall(number, "+6281234567899", "CA1", "CA1/4/1", NOW)
    second = replace(first, number="+6281234560000", key="CA1/6/1", at=NOW + timedelta(seconds=20))
    with counter.without_sql():
        assert counter.promises.set_number(first, within())
    assert counter.promises.set_number(second, within())
    assert counter.replay.do(within()) == 1
    kept = counter.desk.file(number)
    assert kept.ticket.number_to_call == second.number
    assert [one.answers for one in kept.additions][-1] == (("number to call before", first.number),)


def test_a_call_that_waited_does_not_undo_the_number_of_a_later_one(counter: Counter) -> None:
    with counter.without_sql():
        counter.promises.open_ticket(a_proven_draft(number_to_call="+6281234567899"), within())
    later = a_proven_draft(
        call="CA2", key="CA2/1/1", at=NOW + timedelta(minutes=1), number_to_call="+6281234560000"
    )
    number = counter.desk.open(later).number
    assert counter.replay.do(within()) == 1
    assert counter.desk.count() == 1
    assert counter.desk.file(number).ticket.number_to_call == later.number_to_call


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


@pytest.mark.parametrize("back_in_time", [True, False])
def test_one_that_was_not_meant_is_made_and_then_cancelled(counter: Counter, back_in_time: bool) -> None:  # noqa: FBT001  # a parameter
    back = TakenBack("CA1", "failed-payment", "CA1/6/1", NOW)
    with counter.without_sql():
        counter.promises.open_ticket(a_draft(), within())
        if back_in_time:
            counter.promises.take_back(back, within())
    if not back_in_time:
        # SQL works again, and its ticket still waits: this waits behind it.
        counter.promises.take_back(back, within())
    assert counter.replay.do(within()) == 2
    with counter.desk.database.reading(within()) as connection:
        states = connection.exec_driver_sql("SELECT state FROM tickets").scalars().all()
    assert states == [TicketState.CANCELLED.value]


class Busy(Promises):
    """Promises of which SQL does not take the first ticket that it is asked for."""

    def __init__(self, promises: Promises) -> None:
        self.__dict__.update(promises.__dict__)
        self.refused = 0

    def open_ticket(self, draft: TicketDraft, deadline: Deadline) -> Opened | Joined:
        self.refused += 1
        if self.refused == 1:
            raise DatabaseUnavailable("too many connections")
        return super().open_ticket(draft, deadline)


def test_what_a_call_left_waits_behind_what_it_left_before_and_holds_up_no_other(counter: Counter) -> None:
    other = a_draft(call="CA2", key="CA2/1/1")
    with counter.without_sql():
        counter.promises.open_ticket(a_draft(), within())
        counter.promises.take_back(TakenBack("CA1", "failed-payment", "CA1/6/1", NOW), within())
        counter.promises.open_ticket(other, within())
    replay = Replay(counter.spool, SEAL, Busy(counter.desk.promises))
    assert replay.do(within()) == 1
    assert (counter.counts(), counter.states()) == ((2, 0), {"CA2": "promised"})
    assert replay.do(within()) == 2
    assert (counter.counts(), counter.states()) == ((0, 0), {"CA1": "cancelled", "CA2": "promised"})


@pytest.mark.parametrize("first_waits", [True, False])
def test_what_was_taken_back_late_leaves_what_was_promised_since(counter: Counter, first_waits: bool) -> None:  # noqa: FBT001  # a parameter
    back = TakenBack("CA1", "failed-payment", "CA1/6/1", NOW + timedelta(seconds=5))
    if not first_waits:
        counter.desk.open(a_draft())
    with counter.without_sql():
        if first_waits:
            counter.promises.open_ticket(a_draft(), within())
        counter.promises.take_back(back, within())
    counter.desk.open(a_draft(key="CA1/9/1", at=NOW + timedelta(seconds=9)))
    assert counter.replay.do(within()) == 1 + first_waits
    assert (counter.counts(), counter.states()) == ((0, 0), {"CA1": "promised"})
