"""Whoever answers a page: what they may hear, and what their key does, once, whoever else presses."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from callbacks.paging.next_page import Outcome
from callbacks.paging.on_call import OnCallPerson
from callbacks.paging.pages import Asking, Stale, Taken, Told
from callbacks.paging.store import ACKNOWLEDGED, GIVEN_UP_AFTER
from callbacks.schema import tickets
from callbacks.tickets import TicketState
from tests.callbacks.paging_desk import (
    CHEN_NUMBER,
    FIRST,
    SARI_NUMBER,
    PagingDesk,
)
from tests.callbacks.promise_desk import within
from tests.makers import NOW

S = TicketState
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
READER = OnCallPerson(name="Dewi", number="+622150001023", language="en", by="text")


def test_whoever_presses_the_key_takes_it_and_nobody_else_is_rung(paging: PagingDesk) -> None:
    ticket = paging.urgent()
    paging.look(FIRST)
    page = paging.last(ticket)
    assert paging.answers(page) == Asking(NOW, "id")
    assert paging.presses(page) == Taken(ticket, "id", None)
    paging.hangs_up(page)
    assert paging.outcomes(ticket) == [("Sari", Outcome.ACKNOWLEDGED)]
    move = paging.tickets.file(ticket).moves[-1]
    assert (move.was, move.to, move.actor, move.note) == (S.PROMISED, S.PROMISED, "Sari", ACKNOWLEDGED)
    assert paging.look(timedelta(hours=1)) == 0
    assert paging.rung() == [SARI_NUMBER]


def test_the_key_asked_twice_or_pressed_by_rivals_at_once_is_one_acknowledgement(paging: PagingDesk) -> None:
    ticket = paging.urgent()
    paging.look(FIRST)
    page = paging.last(ticket)
    together = threading.Barrier(6)

    def press(_: int) -> Taken | Stale:
        together.wait()
        return paging.presses(page)

    with ThreadPoolExecutor(6) as threads:
        told = list(threads.map(press, range(6)))
    assert told == [Taken(ticket, "id", None)] * 6
    assert [move.note for move in paging.tickets.file(ticket).moves].count(ACKNOWLEDGED) == 1


def test_of_two_people_who_press_at_once_one_takes_it(paging: PagingDesk) -> None:
    ticket = paging.urgent()
    paging.look(FIRST)
    first = paging.last(ticket)
    paging.hangs_up(first, Outcome.NO_ANSWER)  # told too early: she is still there
    paging.look()
    second = paging.last(ticket)
    together = threading.Barrier(2)

    def press(place: int) -> Taken | Stale:
        together.wait()
        return paging.presses((first, second)[place])

    with ThreadPoolExecutor(2) as threads:
        told = list(threads.map(press, range(2)))
    assert sorted(type(one).__name__ for one in told) == ["Stale", "Taken"]
    assert [outcome for _, outcome in paging.outcomes(ticket)].count(Outcome.ACKNOWLEDGED) == 1


def test_a_key_counts_that_is_told_behind_the_end_of_its_call(paging: PagingDesk) -> None:
    ticket = paging.urgent()
    paging.look(FIRST)
    page = paging.last(ticket)
    paging.answers(page)
    paging.hangs_up(page)
    assert isinstance(paging.presses(page), Taken)
    assert paging.look(timedelta(hours=1)) == 0


def test_a_call_that_rings_after_it_was_given_up_says_nothing(paging: PagingDesk) -> None:
    ticket = paging.urgent()
    paging.look(FIRST)
    page = paging.last(ticket)
    paging.look(GIVEN_UP_AFTER + SECOND)
    assert paging.answers(page) == Stale("id")


def test_a_second_call_of_one_page_says_nothing(paging: PagingDesk) -> None:
    ticket = paging.urgent()
    paging.look(FIRST)
    page = paging.last(ticket)
    assert paging.answers(page, "CA" + "8" * 32) == Stale(None)
    assert paging.presses(page, "CA" + "8" * 32) == Stale(None)
    assert isinstance(paging.answers(page), Asking)


def test_an_attempt_that_nobody_made_says_nothing(paging: PagingDesk) -> None:
    told = Told("f" * 32, "CA" + "9" * 32, NOW)
    assert paging.pages.answered(told, within()) == Stale(None)
    assert paging.pages.acknowledge(told, FIRST, within()) == Stale(None)
    paging.pages.ended(told, Outcome.BUSY, within())


def test_a_call_that_is_taken_when_the_ticket_was_taken_meanwhile_says_so(paging: PagingDesk) -> None:
    ticket = paging.urgent()
    paging.look(FIRST)
    paging.tickets.move(ticket, S.IN_INVESTIGATION)
    page = paging.last(ticket)
    assert paging.answers(page) == Stale("id")
    assert paging.presses(page) == Stale("id")


def test_one_call_tells_of_every_ticket_that_waits_one_after_the_other(paging: PagingDesk) -> None:
    first = paging.urgent("CA1")
    paging.clock.advance(SECOND)
    second = paging.urgent("CA2")
    paging.look(FIRST)
    third = paging.urgent("CA3")  # too young to be told of
    page = paging.last(first)
    paging.answers(page)
    taken = paging.presses(page)
    assert isinstance(taken, Taken)
    assert taken.more is not None
    assert paging.presses(page) == taken  # asked twice, answered alike
    another = paging.last(second)
    assert (another.attempt, another.call) == (taken.more.attempt, page.call)
    assert paging.presses(another) == Taken(second, "id", None)
    paging.hangs_up(page)
    assert paging.rung() == [SARI_NUMBER]
    assert paging.of(third) == ()


def test_whoever_takes_one_and_leaves_does_not_have_the_other(paging: PagingDesk) -> None:
    first, second = paging.urgent("CA1"), paging.urgent("CA2")
    first, second = sorted((first, second))
    paging.look(FIRST)
    page = paging.last(first)
    paging.answers(page)
    paging.presses(page)
    paging.hangs_up(page)  # the carrier tells the end of the call to the page it was placed for
    assert paging.outcomes(second) == [("Sari", Outcome.NOT_PRESSED)]
    assert paging.look(20 * SECOND) == 1
    assert paging.rung() == [SARI_NUMBER, CHEN_NUMBER]


def test_pages_go_with_their_ticket(paging: PagingDesk) -> None:
    ticket = paging.urgent()
    paging.look(FIRST)
    with paging.database.writing(within()) as connection:
        connection.execute(tickets.delete())
    assert paging.of(ticket) == ()
