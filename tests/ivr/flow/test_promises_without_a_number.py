"""A promise that stands in the spool has no number: none is said, and the call goes on sensibly."""

from datetime import timedelta

import pytest

from ivr.flow.engine import step
from ivr.flow.errands import KeepRecording, OpenTicket
from ivr.flow.events import Promised, PromiseLost, Spooled
from ivr.flow.inputs import Digits, HungUp, Recorded, Reply
from ivr.flow.instructions import Say
from ivr.flow.promising import filing, keep_message
from ivr.flow.replies import TicketOpened, TicketSpooled
from ivr.flow.state import Filed
from ivr.flow.turn import Turn
from ivr.menus.model import MenuBook
from tests.ivr.flow.test_what_a_call_leaves import AT, MESSAGE, TICKET, call_at, hear

DUE = AT + timedelta(hours=4)
SPOOLED = Reply(AT, TicketSpooled(DUE))
OPENED = Reply(AT, TicketOpened(TICKET, DUE))
DESK, TOPIC = "payment-ticket", "failed-payment"


def promised(book: MenuBook, node: str = DESK) -> Turn:
    """A call whose promise went to the spool."""
    return hear(book, call_at(book, node).learn(topic=TOPIC), Digits(AT, "1"), SPOOLED)


def said(turn: Turn) -> list[str]:
    return [one.prompt for one in turn.instructions if isinstance(one, Say)]


def test_it_is_kept_and_nothing_like_a_number_is_said(shipped_book: MenuBook) -> None:
    turn = promised(shipped_book)
    assert said(turn)[0] == "ticket.kept"
    assert turn.state.filed == (Filed(TOPIC, "", DUE, turn.state.filed[0].facts),)
    assert (turn.state.fact("ticket"), turn.state.fact("solved")) == ("", "promised")
    assert Spooled(TOPIC) in turn.events
    assert not any(isinstance(event, Promised) for event in turn.events)
    again = step(shipped_book, turn.state, Digits(AT, "#"))
    assert "common.ticket_again" not in said(again)


def test_what_is_told_later_brings_the_number_once_sql_is_back(shipped_book: MenuBook) -> None:
    known = promised(shipped_book).state.learn(merchant="a shop").at(DESK)
    turn = hear(shipped_book, known, Digits(AT, "1"), OPENED)
    assert said(turn)[0] == "ticket.already"
    assert turn.state.filed[-1].ticket == TICKET
    assert turn.state.fact("ticket") == TICKET


def test_what_is_added_from_the_spool_leaves_a_known_number_known(shipped_book: MenuBook) -> None:
    state = filing(call_at(shipped_book, DESK).learn(topic=TOPIC), TOPIC, TicketOpened(TICKET, DUE))
    added = filing(state, TOPIC, TicketSpooled(DUE))
    assert added.filed[-1].ticket == TICKET
    other = filing(state, "refund", TicketSpooled(DUE))
    assert other.fact("ticket") == ""  # never the number of the other ticket


def test_an_urgent_one_gets_its_caller_the_person_at_once(shipped_book: MenuBook) -> None:
    at = call_at(shipped_book, "main")
    turn = hear(shipped_book, at, Digits(AT, "9"), SPOOLED)
    assert said(turn) == ["stop-my-money.kept", "stop-not-kept"]
    assert turn.state.place.node == "stop-not-kept"
    assert turn.state.filed[-1].topic == "stop-my-money"


def test_a_message_after_it_is_about_the_same_so_that_one_ticket_comes_of_both(
    shipped_book: MenuBook,
) -> None:
    state = promised(shipped_book).state.learn(topic="question")
    kept = keep_message(shipped_book, state, Recorded(AT, MESSAGE, 7))
    assert (kept.ticket, kept.topic) == (None, TOPIC)


def test_whoever_hangs_up_leaves_a_promise_in_the_spool_and_none_is_lost(shipped_book: MenuBook) -> None:
    named = call_at(shipped_book, "main").learn(topic=TOPIC)
    left = step(shipped_book, named, HungUp(AT))
    assert isinstance(left.errand, OpenTicket)
    kept = step(shipped_book, left.state, SPOOLED)
    assert kept.events == (Spooled(TOPIC),)
    assert not any(isinstance(event, PromiseLost) for event in kept.events)


@pytest.mark.parametrize("node", ["main", DESK])
def test_a_message_spoken_when_the_call_is_over_names_no_empty_ticket(
    shipped_book: MenuBook, node: str
) -> None:
    state = promised(shipped_book).state.at(node)
    gone = step(shipped_book, state, HungUp(AT)).state
    late = step(shipped_book, gone, Recorded(AT, MESSAGE, 7))
    assert isinstance(late.errand, KeepRecording)
    assert late.errand.ticket is None
