"""How staff move tickets, also two at once, and which tickets they find when they look."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from callbacks.outcomes import AnotherIsOpen, Moved, NoSuchTicket, NotLegal, StateChanged
from callbacks.records import Sought
from callbacks.tickets import Priority, TicketState
from tests.callbacks.promise_desk import Desk, sent, within
from tests.makers import NOW, a_draft, a_proven_draft

S = TicketState


def test_a_ticket_goes_its_way_and_every_move_is_on_file(desk: Desk) -> None:
    number = desk.open(a_draft()).number
    way = (S.IN_INVESTIGATION, S.SOLVED, S.FOLLOWED_UP, S.CLOSED, S.REOPENED, S.IN_REVIEW, S.SOLVED)
    desk.move(number, *way)
    moves = desk.file(number).moves[4:]
    assert tuple(move.to for move in moves) == way
    assert {(move.actor, move.note) for move in moves} == {("Sari", "looked into it")}


def test_a_move_that_is_not_legal_names_those_that_are(desk: Desk) -> None:
    number = desk.open(a_draft()).number
    refused = desk.promises.move(sent(number, S.CLOSED), within())
    assert refused == NotLegal(S.PROMISED, (S.CANCELLED, S.IN_INVESTIGATION, S.IN_REVIEW))


def test_whoever_moves_second_is_told_where_it_is_now(desk: Desk) -> None:
    number = desk.open(a_draft()).number
    desk.move(number, S.IN_REVIEW)
    second = desk.promises.move(sent(number, S.IN_INVESTIGATION, came_from=S.PROMISED), within())
    assert second == StateChanged(S.IN_REVIEW)


def test_a_ticket_that_is_not_there_is_not_moved(desk: Desk) -> None:
    assert desk.promises.move(sent("123456789", S.CLOSED), within()) == NoSuchTicket()


def test_of_many_who_move_a_ticket_at_once_one_does(desk: Desk) -> None:
    number = desk.open(a_draft()).number
    together = threading.Barrier(8)

    def ask(to: TicketState) -> object:
        together.wait()
        return desk.promises.move(sent(number, to, came_from=S.PROMISED), within())

    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(ask, [S.IN_REVIEW, S.IN_INVESTIGATION] * 4))
    assert sum(isinstance(one, Moved) for one in told) == 1
    assert len(desk.file(number).moves) == 5


def test_a_settled_ticket_is_not_opened_again_beside_another_open_one(desk: Desk) -> None:
    first = desk.open(a_proven_draft()).number
    desk.move(first, S.IN_REVIEW, S.SOLVED)
    second = desk.open(a_proven_draft(call="CA2", key="CA2/3/1")).number
    assert desk.promises.move(sent(first, S.REOPENED), within()) == AnotherIsOpen("failed-payment")
    desk.move(second, S.CANCELLED)
    desk.move(first, S.REOPENED)


def test_an_open_ticket_has_no_end_and_a_closed_one_has(desk: Desk) -> None:
    number = desk.open(a_draft()).number

    def end() -> object:
        from callbacks.schema import tickets

        with desk.database.reading(within()) as connection:
            return connection.execute(tickets.select()).one().delete_after

    assert end() is None
    desk.move(number, S.CANCELLED)
    assert end() == NOW + timedelta(hours=1, days=730)


def test_tickets_are_listed_by_when_they_are_due_and_by_what_is_sought(desk: Desk) -> None:
    late = desk.open(a_draft(due=NOW + timedelta(hours=9))).number
    soon = desk.open(
        a_draft(call="CA2", key="CA2/3/1", due=NOW, topic="refund", priority=Priority.URGENT)
    ).number
    desk.move(late, S.IN_REVIEW)

    def listed(sought: Sought) -> list[str]:
        with desk.database.reading(within()) as connection:
            return [ticket.number for ticket in desk.store.listed(connection, sought)]

    assert listed(Sought()) == [soon, late]
    assert listed(Sought(state=S.IN_REVIEW)) == [late]
    assert listed(Sought(topic="refund")) == [soon]
    assert listed(Sought(priority=Priority.URGENT)) == [soon]
    assert listed(Sought(overdue_at=NOW + timedelta(hours=1))) == [soon]
    desk.move(soon, S.CANCELLED)
    assert listed(Sought(overdue_at=NOW + timedelta(hours=10))) == [late]
