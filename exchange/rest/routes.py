"""All routes of the REST part, for a switchboard that is open."""

from starlette.routing import Route

from exchange.rest import accounts, calls, messages, numbers, recordings, streams
from exchange.rest.door import Door
from exchange.switchboard import Switchboard


def routes(board: Switchboard) -> list[Route]:
    """Accounts, numbers, calls, messages and recordings, behind one door."""
    door = Door(board)
    return [
        *accounts.routes(door, board.settings.account, board.opened),
        *numbers.routes(door, board),
        *calls.routes(door, board),
        *streams.routes(door, board),
        *messages.routes(door, board),
        *recordings.routes(door, board.recordings),
    ]
