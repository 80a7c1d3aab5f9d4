"""Who looked at what is hidden of a ticket: kept among its moves, before anything of it is shown."""

from dataclasses import dataclass
from datetime import datetime

from callbacks.records import TicketFile
from callbacks.rows import write_move
from callbacks.schema import ticket_moves
from callbacks.store import TicketStore
from callbacks.tickets import Move
from foundation.database import Connection


@dataclass(frozen=True, slots=True)
class Look:
    """Who looked at a ticket, and `note` says at what; `at` is aware."""

    ticket: str
    actor: str
    note: str
    at: datetime


def looked_at(store: TicketStore, connection: Connection, look: Look) -> TicketFile | None:
    """Keep the look and give everything about the ticket, this look included; None: no such ticket.

    To be shown only after the transaction has ended well. A look is a move from a state to itself.
    """
    ticket = store.find(connection, look.ticket)
    if ticket is None:
        return None
    stays = Move(ticket.number, ticket.state, ticket.state, look.at, look.actor, look.note)
    connection.execute(ticket_moves.insert().values(write_move(stays)))
    return store.file_of(connection, ticket.number)
