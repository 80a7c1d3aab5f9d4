"""Which calls share a ticket, which are linked to one silently, and which get their own."""

from datetime import timedelta

import pytest

from callbacks.outcomes import Joined, Opened
from callbacks.tickets import Priority, TicketState
from identity.levels import Level
from tests.callbacks.promise_desk import Desk, at_once
from tests.makers import NOW, a_draft, a_proven_draft

S = TicketState


def test_a_call_has_one_ticket_a_topic(desk: Desk) -> None:
    first = desk.open(a_draft())
    again = desk.open(a_draft(key="CA1/9/1", answers=(("time", "9"),)))
    assert isinstance(again, Joined)
    assert again.number == first.number
    kept = desk.file(first.number)
    assert kept.ticket.answers == a_draft().answers
    assert [addition.answers for addition in kept.additions] == [(("time", "9"),)]
    other = desk.open(a_draft(key="CA1/12/1", topic="refund"))
    assert isinstance(other, Opened)
    assert other.number != first.number


def test_a_second_call_of_a_proven_customer_joins_the_open_ticket(desk: Desk) -> None:
    first = desk.open(a_proven_draft(recordings=("RE1",)))
    second = desk.open(
        a_proven_draft(call="CA2", key="CA2/3/1", recordings=("RE2",), answers=(("time", "9"),))
    )
    assert isinstance(second, Joined)
    assert (second.number, second.due) == (first.number, first.due)
    kept = desk.file(first.number)
    assert [(addition.call, addition.answers) for addition in kept.additions] == [("CA2", (("time", "9"),))]
    assert [recording.sid for recording in kept.recordings] == ["RE1", "RE2"]


def test_a_third_call_that_joined_has_one_ticket_too(desk: Desk) -> None:
    first = desk.open(a_proven_draft())
    desk.open(a_proven_draft(call="CA2", key="CA2/3/1"))
    assert desk.open(a_proven_draft(call="CA2", key="CA2/8/1")).number == first.number


def test_joining_makes_a_ticket_more_pressing_but_no_promise_later(desk: Desk) -> None:
    first = desk.open(a_proven_draft(priority=Priority.LOW, partial=True))
    sooner = NOW + timedelta(minutes=30)
    second = desk.open(a_proven_draft(call="CA2", key="CA2/3/1", priority=Priority.URGENT, due=sooner))
    assert second.due == sooner
    third = desk.open(a_proven_draft(call="CA3", key="CA3/3/1", priority=Priority.LOW))
    assert third.due == sooner
    ticket = desk.file(first.number).ticket
    assert (ticket.priority, ticket.partial) == (Priority.URGENT, False)


def test_another_topic_or_another_customer_is_another_ticket(desk: Desk) -> None:
    numbers = {
        desk.open(a_proven_draft()).number,
        desk.open(a_proven_draft(call="CA2", key="CA2/3/1", topic="refund")).number,
        desk.open(a_proven_draft(call="CA3", key="CA3/3/1", customer="1002003027")).number,
    }
    assert len(numbers) == 3


@pytest.mark.parametrize("ended", [(S.IN_REVIEW, S.SOLVED), (S.CANCELLED,)])
def test_a_customer_whose_ticket_is_settled_gets_a_new_one(
    desk: Desk, ended: tuple[TicketState, ...]
) -> None:
    first = desk.open(a_proven_draft())
    desk.move(first.number, *ended)
    assert isinstance(desk.open(a_proven_draft(call="CA2", key="CA2/3/1")), Opened)


def test_a_caller_who_proved_nothing_gets_a_new_ticket_linked_silently(desk: Desk) -> None:
    first = desk.open(a_draft())
    claimed = a_draft(call="CA2", key="CA2/3/1", level=Level.IDENTIFIED, customer="1002003019")
    second = desk.open(claimed)
    assert isinstance(second, Opened)
    assert second.number != first.number
    assert desk.file(second.number).related == (first.number,)
    assert desk.file(first.number).additions == ()


def test_a_caller_who_proved_nothing_never_joins_what_a_proven_one_has(desk: Desk) -> None:
    proven = desk.open(a_proven_draft())
    claimed = a_draft(call="CA2", key="CA2/3/1", level=Level.IDENTIFIED, customer="1002003019")
    assert desk.open(claimed).number != proven.number


def test_callers_who_show_no_number_are_linked_to_nobody(desk: Desk) -> None:
    desk.open(a_draft(calling_number=None))
    second = desk.open(a_draft(call="CA2", key="CA2/3/1", calling_number=None))
    assert desk.file(second.number).related == ()


def test_twenty_calls_of_one_proven_customer_at_once_have_one_ticket(desk: Desk) -> None:
    drafts = [a_proven_draft(call=f"CA{call}", key=f"CA{call}/3/1") for call in range(20)]
    told = at_once(desk, drafts)
    assert len({one.number for one in told}) == 1
    assert sum(isinstance(one, Opened) for one in told) == 1
    assert len(desk.file(told[0].number).additions) == 19


def test_two_turns_of_one_call_at_once_have_one_ticket(desk: Desk) -> None:
    told = at_once(desk, [a_draft(key=f"CA1/{turn}/1") for turn in range(8)])
    assert len({one.number for one in told}) == 1
    assert desk.count() == 1
