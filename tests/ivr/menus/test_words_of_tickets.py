"""The lint asks for words for exactly the states that a ticket can have."""

from callbacks.tickets import TicketState
from ivr.menus.lint.wording import STATES


def test_every_state_of_a_ticket_is_asked_for() -> None:
    assert set(STATES) == {state.name.lower().replace("_", "-") for state in TicketState}
