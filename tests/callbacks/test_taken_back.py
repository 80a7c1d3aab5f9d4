"""A ticket that was said and not meant: cancelled once, and lawfully."""

from dataclasses import replace

import pytest

from callbacks.promises import NOT_MEANT, NothingToTakeBack
from callbacks.records import AskedMove, TakenBack
from callbacks.tickets import Priority, TicketState
from tests.callbacks.promise_desk import Desk, within
from tests.makers import NOW, a_draft, a_proven_draft

URGENT = a_draft(topic="stop-my-money", priority=Priority.URGENT)
BACK = TakenBack("CA1", "stop-my-money", "CA1/6/1", NOW)


def test_it_is_cancelled_and_its_file_says_by_whom(desk: Desk) -> None:
    number = desk.open(URGENT).number
    for _ in range(2):
        desk.promises.take_back(BACK, within())
    moves = desk.file(number).moves
    assert [(move.to, move.actor, move.note) for move in moves[-1:]] == [
        (TicketState.CANCELLED, "caller", NOT_MEANT)
    ]
    assert sum(move.to is TicketState.CANCELLED for move in moves) == 1


def test_the_same_call_can_ask_for_it_again(desk: Desk) -> None:
    first = desk.open(URGENT).number
    desk.promises.take_back(BACK, within())
    again = desk.open(replace(URGENT, key="CA1/9/1"))
    assert again.number != first
    assert desk.file(again.number).ticket.is_open


def test_what_stood_before_the_call_is_left_with_a_note(desk: Desk) -> None:
    number = desk.open(a_proven_draft(call="CA0", key="CA0/1/1", topic="stop-my-money")).number
    desk.open(a_proven_draft(call="CA1", key="CA1/5/1", topic="stop-my-money"))
    desk.promises.take_back(BACK, within())
    kept = desk.file(number)
    assert kept.ticket.is_open
    assert kept.additions[-1].answers == (("stop-my-money", NOT_MEANT),)


def test_what_somebody_has_settled_by_then_is_left_with_a_note(desk: Desk) -> None:
    number = desk.open(URGENT).number
    for to in (TicketState.IN_INVESTIGATION, TicketState.SOLVED):
        desk.promises.move(AskedMove(number, to, "an agent", "", NOW), within())
    desk.promises.take_back(BACK, within())
    kept = desk.file(number)
    assert kept.ticket.state is TicketState.SOLVED
    assert kept.additions[-1].answers == (("stop-my-money", NOT_MEANT),)


def test_a_call_without_a_ticket_has_nothing_to_take_back(desk: Desk) -> None:
    with pytest.raises(NothingToTakeBack):
        desk.promises.take_back(BACK, within())
