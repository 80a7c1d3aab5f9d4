"""What a caller is told of a ticket: words for every state, with a due time where one still counts."""


from callbacks.tickets import TicketState
from ivr.menus.lint.wording import STATES

OVER = {"solved", "followed-up", "closed", "cancelled"}


def test_every_state_of_a_ticket_is_asked_for() -> None:
    assert set(STATES) == {state.name.lower().replace("_", "-") for state in TicketState}
