"""Messages left while no machine of ours answered: found at the carrier, and each becomes a ticket, once."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from http import HTTPStatus

from msgspec.structs import replace

from foundation.clock import Deadline
from foundation.database import KeyReused
from foundation.logs import about, logger
from foundation.phone_numbers import caller_number
from ivr.calls.claims import StoreGone
from ivr.calls.codec import Kept, Unreadable
from ivr.calls.play import Asked
from ivr.calls.status import CallStage, CallStatus
from ivr.calls.turn import END_SECONDS, EndUnheard, Turns
from ivr.flow.engine import begin
from ivr.flow.inputs import Answered, Recorded
from ivr.flow.leaving import after_the_end
from ivr.flow.replies import Done
from ivr.flow.state import CallState
from telephony.kept_recordings import LeftRecording
from telephony.placed_calls import Parties
from telephony.rest import Refused, Trouble

QUIET = timedelta(minutes=10)  # a younger message may still be heard by its own call
FURTHEST = timedelta(days=25)  # what a call has heard, and thrown away, is known for thirty days
NEEDED = 2.0  # seconds that must be left for one more message


class Fate(Enum):
    """What becomes of a message. The first four may be asked about again."""

    WAITS = "its call may still hear it"
    WOULD_BECOME = "would become a ticket"
    NOT_LOOKED_AT = "not looked at, the time was over"
    NOT_KEPT = "could not be kept now, see the log"
    BELONGS = "belongs to a ticket"
    HEARD = "heard by its call, which kept it or threw it away"
    EMPTY = "nothing was said"
    ELSEWHERE = "left at another number of the account"
    BECAME = "became a ticket"

    @property
    def is_final(self) -> bool:
        """Whether it need not be looked at again."""
        return self not in (Fate.WAITS, Fate.WOULD_BECOME, Fate.NOT_LOOKED_AT, Fate.NOT_KEPT)


@dataclass(frozen=True, slots=True)
class Swept:
    """One message, and what has become of it."""

    message: LeftRecording
    fate: Fate
    ticket: str | None = None


class NotSwept(Exception):
    """The carrier cannot be asked: what is there stays there for the next time."""


@dataclass(frozen=True, slots=True)
class Left:
    """What is asked of others: the list and the calls of the carrier, and the ticket of a message in SQL."""

    since: Callable[[datetime, Deadline], tuple[LeftRecording, ...] | Trouble]
    parties: Callable[[str], Parties | Trouble]
    ticket_of: Callable[[str, Deadline], str | None]


@dataclass(frozen=True, slots=True)
class Sweep:
    """Looks at what was left since a moment. `numbers`: those that lead to this hotline, beside the book's.

    Each message is kept under the key by which its own call would keep it: twice is as once, whoever else is
    at it. The oldest comes first.
    """

    turns: Turns
    left: Left
    numbers: frozenset[str]

    def sweep(
        self, since: datetime, deadline: Deadline, *, dry: bool = False, but: Container[str] = ()
    ) -> Iterator[Swept]:
        """Each message since then, and its fate; `dry` keeps none, and of those in `but` nothing is told.

        Raises NotSwept, DatabaseUnavailable.
        """
        furthest = self.turns.clock.now() - FURTHEST
        found = self.left.since(max(since, furthest), deadline)
        if not isinstance(found, tuple):
            raise NotSwept(f"the list of recordings: {found}")
        for message in reversed(found):
            if message.sid not in but:
                yield self._told(message, deadline, dry=dry)

    def _told(self, message: LeftRecording, deadline: Deadline, *, dry: bool) -> Swept:
        with about(call=message.call, recording=message.sid):
            try:
                return self._swept(message, deadline, dry=dry)
            except (StoreGone, EndUnheard, Unreadable) as fault:
                # One that cannot be kept must not keep the others from it.
                logger("calls").warning("a message is not kept yet", fault=type(fault).__name__)
                return Swept(message, Fate.NOT_KEPT)

    def _swept(self, message: LeftRecording, deadline: Deadline, *, dry: bool) -> Swept:
        if deadline.left() < NEEDED:
            return Swept(message, Fate.NOT_LOOKED_AT)
        if message.seconds <= 0:
            return Swept(message, Fate.EMPTY)
        ticket = self.left.ticket_of(message.sid, deadline)
        if ticket is not None:
            return Swept(message, Fate.BELONGS, ticket)
        if message.at > self.turns.clock.now() - QUIET:
            return Swept(message, Fate.WAITS)
        kept = self.turns.remembered(message.call, deadline)
        if kept is not None and message.sid in kept.recordings:
            return Swept(message, Fate.HEARD)
        parties = self._parties(message.call)
        if parties is None or not (kept or self._leads_here(parties.dialled)):
            return Swept(message, Fate.ELSEWHERE)
        if not parties.stage.is_over:
            return Swept(message, Fate.WAITS)
        return Swept(message, Fate.WOULD_BECOME) if dry else self._become(message, parties, kept, deadline)

    def _parties(self, call: str) -> Parties | None:
        match self.left.parties(call):
            case Parties() as found:
                return found
            case Refused(status=HTTPStatus.NOT_FOUND):
                return None
            case trouble:
                raise NotSwept(f"the call {call}: {trouble}")

    def _leads_here(self, dialled: str) -> bool:
        return dialled in self.numbers or dialled in self.turns.shelf.current().numbers

    def _become(
        self, message: LeftRecording, parties: Parties, kept: Kept | None, deadline: Deadline
    ) -> Swept:
        until = Deadline.after(deadline.allow(END_SECONDS), deadline.clock)
        state = self._ended(message, parties, until) if kept else self._unknown(message, parties)
        book = self.turns.shelf.pinned(state.book, until) or self.turns.shelf.current()
        heard = Recorded(message.at, message.sid, message.seconds)
        errand = after_the_end(book, state, heard).errand
        try:
            # The key of a recording is the same by whatever door it comes.
            asked = Asked(f"{message.call}/recording/{message.sid}", message.call, errand) if errand else None
            result = self.turns.runner.run(asked, until) if asked else None
        except KeyReused:
            return Swept(message, Fate.BELONGS)  # kept under this key when more or less was known of the call
        if not isinstance(result, Done):
            return Swept(message, Fate.NOT_KEPT)
        ticket = self.left.ticket_of(message.sid, deadline)
        logger("calls").info("a message was swept up", left_at=message.at.isoformat())
        return Swept(message, Fate.BECAME, ticket)

    def _ended(self, message: LeftRecording, parties: Parties, deadline: Deadline) -> CallState:
        """A call that began with us: its end is heard first, so that its message joins what it leaves."""
        status = CallStatus(message.call, CallStage(parties.stage.value), message.at)
        self.turns.hear_status(status, deadline)
        kept = self.turns.remembered(message.call, deadline)
        if kept is None:
            raise StoreGone("the call was known a moment ago")
        return replace(kept.state, ended=True)

    def _unknown(self, message: LeftRecording, parties: Parties) -> CallState:
        """A call that never reached us: all that is known is who called which number."""
        number = caller_number(parties.caller)
        answered = Answered(message.at, message.call, number.e164 if number else None, parties.dialled)
        return replace(begin(self.turns.shelf.current(), answered), ended=True)
