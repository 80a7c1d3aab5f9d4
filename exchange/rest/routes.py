"""All routes of the REST part, for a switchboard that is open."""

from starlette.routing import Route

from exchange.rest import accounts, calls, numbers, recordings
from exchange.switchboard import Switchboard


def routes(board: Switchboard) -> list[Route]:
    """Accounts, numbers, calls and recordings."""
    account = board.settings.account
    return [
        *accounts.routes(account, board.opened),
        *numbers.routes(board),
        *calls.routes(board),
        *recordings.routes(account, board.recordings),
    ]
