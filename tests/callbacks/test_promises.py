"""A promise stands in SQL before it is told, once for each deed, under a number of its own."""

from dataclasses import replace
from datetime import timedelta

import pytest

from callbacks.outcomes import Opened
from callbacks.promises import NoNumberFree, Promises
from callbacks.tickets import Priority, TicketState
from foundation.check_digits import CheckDigit, valid
from foundation.database import KeyReused
from tests.callbacks.promise_desk import Desk, at_once, within
from tests.makers import NOW, a_draft, a_proven_draft

S = TicketState


def test_a_ticket_stands_in_sql_when_its_number_is_told(desk: Desk) -> None:
    draft = a_draft(recordings=("RE1",))
    opened = desk.open(draft)
    assert isinstance(opened, Opened)
    assert valid(CheckDigit.DAMM, opened.number)
    assert (opened.due, opened.state) == (draft.due, S.PROMISED)
    kept = desk.file(opened.number)
    assert kept.ticket.answers == draft.answers
    assert kept.ticket.calling_number == draft.calling_number
    assert [recording.sid for recording in kept.recordings] == ["RE1"]


def test_a_ticket_is_born_promised_with_its_earlier_moves(desk: Desk) -> None:
    moves = desk.file(desk.open(a_draft()).number).moves
    assert [move.to for move in moves] == [S.RECEIVED, S.CLASSIFIED, S.DIAGNOSED, S.PROMISED]
    assert [move.was for move in moves] == [None, S.RECEIVED, S.CLASSIFIED, S.DIAGNOSED]
    assert {(move.actor, move.at) for move in moves} == {("call CA1", NOW)}


def test_an_urgent_ticket_was_not_diagnosed(desk: Desk) -> None:
    moves = desk.file(desk.open(a_draft(priority=Priority.URGENT)).number).moves
    assert [move.to for move in moves] == [S.RECEIVED, S.CLASSIFIED, S.PROMISED]


def test_the_same_key_brings_the_same_ticket(desk: Desk) -> None:
    draft = a_draft()
    later = replace(draft, at=NOW + timedelta(seconds=2), due=draft.due + timedelta(seconds=2))
    assert desk.open(draft) == desk.open(draft) == desk.open(later)
    assert desk.count() == 1


@pytest.mark.parametrize("change", [{"topic": "refund"}, {"answers": ()}, {"number_to_call": None}])
def test_the_same_key_with_another_content_is_a_fault(desk: Desk, change: dict[str, object]) -> None:
    desk.open(a_draft())
    with pytest.raises(KeyReused):
        desk.open(a_draft(**change))


def test_a_taken_number_is_drawn_again(desk: Desk) -> None:
    draws = iter(["11111111", "11111111", "22222222"])
    promises = Promises(desk.store, desk.database, lambda *_: next(draws))
    numbers = [
        promises.open_ticket(draft, within()).number
        for draft in (a_draft(), a_draft(call="CA2", key="CA2/3/1"))
    ]
    assert [number[:8] for number in numbers] == ["11111111", "22222222"]


def test_a_drawing_that_always_gives_the_same_number_is_told(desk: Desk) -> None:
    promises = Promises(desk.store, desk.database, lambda *_: "11111111")
    promises.open_ticket(a_draft(), within())
    with pytest.raises(NoNumberFree):
        promises.open_ticket(a_draft(call="CA2", key="CA2/3/1"), within())


def test_twenty_repeats_of_one_deed_at_once_hear_the_same(desk: Desk) -> None:
    told = at_once(desk, [a_proven_draft()] * 20)
    assert len(set(told)) == 1
    assert desk.file(told[0].number).additions == ()
