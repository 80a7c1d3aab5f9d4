"""What one call left in the spool is made in its order, and undoes nothing that came to SQL since."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from callbacks.outcomes import Joined, Opened
from callbacks.promises import Promises
from callbacks.records import NumberToCall, TakenBack
from callbacks.replay import Replay
from callbacks.tickets import TicketDraft, TicketState
from foundation.clock import Deadline
from foundation.database import DatabaseUnavailable
from tests.callbacks.promise_desk import within
from tests.callbacks.spool_counter import MESSAGE, SEAL, Counter
from tests.makers import NOW, a_draft, a_proven_draft


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
