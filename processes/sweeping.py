"""The sweep, put together by hand: for the worker and for `hotline sweep`."""

from callbacks.store import TicketStore
from foundation.clock import Deadline
from foundation.settings import Settings
from ivr.calls.sweep import Left, Sweep
from processes.call_parts import CallParts
from telephony.kept_recordings import KeptRecordings
from telephony.placed_calls import PlacedCalls
from telephony.rest import CarrierRest


def sweep_of(calls: CallParts, rest: CarrierRest, settings: Settings) -> Sweep:
    """A sweep over the recordings of this account."""
    tickets = TicketStore()

    def ticket_of(recording: str, deadline: Deadline) -> str | None:
        with calls.database.reading(deadline) as connection:
            return tickets.ticket_of_recording(connection, recording)

    left = Left(KeptRecordings(rest).since, PlacedCalls(rest).parties, ticket_of)
    return Sweep(calls.turns, left, frozenset({settings.hotline_number}))
