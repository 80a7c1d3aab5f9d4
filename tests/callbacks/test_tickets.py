"""What a ticket is by itself: its legal moves, its number with a check digit, and who counts as proven."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks.tickets import (
    OPEN,
    Priority,
    TicketState,
    birth,
    in_groups,
    legal_moves,
    more_pressing,
    ticket_number,
)
from foundation.check_digits import CheckDigit, valid
from identity.levels import Level
from tests.makers import a_draft, a_proven_draft

S = TicketState
WRITTEN = {
    S.RECEIVED: {S.CLASSIFIED},
    S.CLASSIFIED: {S.DIAGNOSED},
    S.DIAGNOSED: {S.PROMISED},
    S.PROMISED: {S.IN_INVESTIGATION, S.IN_REVIEW},
    S.IN_INVESTIGATION: {S.SOLVED},
    S.IN_REVIEW: {S.SOLVED},
    S.SOLVED: {S.FOLLOWED_UP, S.REOPENED},
    S.FOLLOWED_UP: {S.CLOSED, S.REOPENED},
    S.CLOSED: {S.REOPENED},
    S.REOPENED: {S.IN_INVESTIGATION, S.IN_REVIEW},
    S.CANCELLED: set(),
}


@pytest.mark.parametrize("state", list(TicketState))
def test_the_moves_are_those_of_the_service(state: TicketState) -> None:
    cancelled = {S.CANCELLED} if state in OPEN else set()
    assert legal_moves(state, Priority.NORMAL) == WRITTEN[state] | cancelled


def test_what_is_urgent_may_be_promised_before_it_is_diagnosed() -> None:
    assert S.PROMISED in legal_moves(S.CLASSIFIED, Priority.URGENT)
    assert S.PROMISED not in legal_moves(S.CLASSIFIED, Priority.NORMAL)


@pytest.mark.parametrize("priority", list(Priority))
def test_every_ticket_is_born_by_legal_moves(priority: Priority) -> None:
    states = birth(priority)
    assert states[0] is S.RECEIVED
    assert states[-1] is S.PROMISED
    for was, to in pairwise(states):
        assert to in legal_moves(was, priority)
    assert (S.DIAGNOSED in states) == (priority is not Priority.URGENT)


@given(st.integers(10_000_000, 99_999_999), st.data())
def test_a_ticket_number_has_nine_digits_of_which_none_may_be_wrong(drawn: int, data: st.DataObject) -> None:
    number = ticket_number(str(drawn))
    assert valid(CheckDigit.DAMM, number)
    assert (len(number), number[:8]) == (9, str(drawn))
    place = data.draw(st.integers(0, 8))
    wrong = data.draw(st.sampled_from(sorted(set("0123456789") - {number[place]})))
    assert not valid(CheckDigit.DAMM, number[:place] + wrong + number[place + 1 :])


@pytest.mark.parametrize("drawn", ["0123456", "01234567", "123456789", "1234567a", ""])
def test_a_number_is_made_of_eight_digits_without_a_zero_in_front(drawn: str) -> None:
    with pytest.raises(ValueError, match="digits"):
        ticket_number(drawn)


def test_a_number_is_written_in_groups_of_three() -> None:
    assert in_groups("123456789") == "123 456 789"


def test_only_a_verified_customer_is_proven() -> None:
    assert a_proven_draft().is_proven
    assert not a_draft(level=Level.IDENTIFIED, customer="1002003019").is_proven
    assert not a_draft(level=Level.VERIFIED, customer=None).is_proven


def test_the_more_pressing_of_two_priorities_counts() -> None:
    assert more_pressing(Priority.LOW, Priority.URGENT) is Priority.URGENT
    assert more_pressing(Priority.NORMAL, Priority.LOW) is Priority.NORMAL


def test_the_levels_are_ordered_by_how_sure_we_are() -> None:
    assert Level.ANONYMOUS < Level.RECOGNISED < Level.IDENTIFIED < Level.VERIFIED
