"""What a caller is told of a ticket: words for every state, with a due time where one still counts."""

from callbacks.tickets import TicketState
from ivr.menus.lint.wording import STATES
from ivr.menus.model import MenuBook

OVER = {"solved", "followed-up", "closed", "cancelled"}


def test_every_state_of_a_ticket_is_asked_for() -> None:
    assert set(STATES) == {state.name.lower().replace("_", "-") for state in TicketState}


def test_the_promised_time_is_said_of_open_tickets_alone(shipped_book: MenuBook) -> None:
    for language, wording in shipped_book.wordings.items():
        timed = {state for state, words in wording.states.items() if "{due:time}" in words}
        assert timed == set(STATES) - OVER, language
