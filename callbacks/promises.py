"""The deeds a call asks for: written before a word of them is spoken, and done once under their key."""

from collections.abc import Callable
from datetime import datetime
from typing import assert_never

from callbacks.outcomes import Joined, Moved, MoveOutcome, Opened
from callbacks.records import AskedMove, NumberToCall, SpokenMessage, SurveyAnswer, TakenBack
from callbacks.store import TicketStore
from callbacks.tickets import Addition, KeptRecording, Priority, TicketDraft, TicketState, ticket_number
from foundation.clock import Deadline
from foundation.database import Connection, Database, Deed, Reply, fingerprint

CALLER = "caller"  # who moves a ticket that is taken back
NOT_MEANT = "said, and taken back in the same call"
DRAWS_AT_MOST = 20  # with a million tickets of 90 million numbers, 20 taken ones in a row do not happen


# Given the transaction of the ticket and how many draws for it were taken: eight digits, the first not 0.
Draw = Callable[[Connection, int], str]


class NoNumberFree(Exception):
    """Every number drawn was taken: the drawing is broken, or there are too many tickets for nine digits."""


class NothingToTakeBack(Exception):
    """The call has no ticket about the topic, or none yet."""


class Promises:
    """Opens tickets and adds to them. `draw` gives the digits of a new number."""

    def __init__(self, store: TicketStore, database: Database, draw: Draw) -> None:
        self._store = store
        self._database = database
        self._draw = draw

    def open_ticket(self, draft: TicketDraft, deadline: Deadline) -> Opened | Joined:
        """The promise, standing in SQL when this returns; the same answer for the same key.

        A call has one ticket a topic. A proven customer has one open ticket a topic: what a second call
        brings is added to it. Whoever proved nothing gets a new one. Raises DatabaseUnavailable, KeyReused.
        """

        def file(connection: Connection) -> Reply:
            return _written(self._file(connection, draft))

        return _read(self._database.once(deed_of(draft), file, deadline))

    def keep_recording(self, message: SpokenMessage, deadline: Deadline) -> str:
        """The number of the ticket that the message belongs to now: it is never dropped."""

        def keep(connection: Connection) -> Reply:
            return {"number": self._kept(connection, message)}

        reply = self._database.once(deed_of(message), keep, deadline)
        return str(reply["number"])

    def set_number(self, wanted: NumberToCall, deadline: Deadline) -> bool:
        """Which number to call from now on; the one before stays on file. False: no such ticket."""

        def change(connection: Connection) -> Reply:
            ticket = self._store.find(connection, wanted.ticket)
            if ticket is None:
                return {"found": False}
            self._store.agree(connection, ticket, wanted)
            return {"found": True}

        reply = self._database.once(deed_of(wanted), change, deadline)
        return reply["found"] is True

    def take_back(self, wanted: TakenBack, deadline: Deadline) -> None:
        """Cancel what the call has just made. What stood before the call is left, with a note.

        The call may make a new ticket about the topic; what it has asked for since stands, however late this
        is done. Raises NothingToTakeBack, and nothing is kept of it.
        """

        def cancel(connection: Connection) -> Reply:
            found = self._store.of_call(connection, wanted.call, wanted.topic)
            if found is None:
                raise NothingToTakeBack(wanted.topic)
            ticket, asked_at = found
            if asked_at > wanted.at:
                return {}
            move = AskedMove(ticket.number, TicketState.CANCELLED, CALLER, NOT_MEANT, wanted.at)
            own = ticket.call == wanted.call
            if not (own and isinstance(self._store.move(connection, move), Moved)):
                note = ((wanted.topic, NOT_MEANT),)
                self._store.add(connection, Addition(ticket.number, wanted.call, wanted.at, note, None))
            self._store.let_go(connection, wanted.call, wanted.topic)
            return {}

        self._database.once(deed_of(wanted), cancel, deadline)

    def save_survey(self, given: SurveyAnswer, deadline: Deadline) -> None:
        """Keep what a caller answered."""

        def keep(connection: Connection) -> Reply:
            self._store.keep_survey(connection, given)
            return {}

        self._database.once(deed_of(given), keep, deadline)

    def move(self, asked: AskedMove, deadline: Deadline) -> MoveOutcome:
        """Send a ticket on by a legal move."""
        with self._database.writing(deadline) as connection:
            return self._store.move(connection, asked)

    def _file(self, connection: Connection, draft: TicketDraft) -> Opened | Joined:
        own = self._store.claim_call(connection, draft)
        if own is not None:
            self._store.claim_again(connection, draft)
            joined = self._store.join(connection, own, draft)
            filed: Opened | Joined = Joined(joined.number, joined.due, joined.state)
        else:
            filed = self._open_or_join(connection, draft)
            self._store.name_ticket(connection, draft, filed.number)
        for sid in draft.recordings:
            kept = KeptRecording(sid, filed.number, draft.call, None, draft.at)
            self._store.add_recording(connection, kept)
        return filed

    def _open_or_join(self, connection: Connection, draft: TicketDraft) -> Opened | Joined:
        for taken in range(DRAWS_AT_MOST):
            if draft.is_proven and draft.customer is not None:
                standing = self._store.open_of(connection, draft.customer, draft.topic)
                if standing is not None:
                    joined = self._store.join(connection, standing, draft)
                    return Joined(joined.number, joined.due, joined.state)
            number = ticket_number(self._draw(connection, taken))
            # If not: the number is taken, or a rival opened this customer's ticket a moment ago.
            if self._store.open_new(connection, draft, number):
                return Opened(number, draft.due, TicketState.PROMISED)
        raise NoNumberFree(f"{DRAWS_AT_MOST} numbers in a row were taken")

    def _kept(self, connection: Connection, message: SpokenMessage) -> str:
        number = self._place_of(connection, message)
        if number is None:
            number = self._file(connection, _draft_of(message)).number
        kept = KeptRecording(message.sid, number, message.call, message.seconds, message.at)
        if self._store.add_recording(connection, kept):
            return number
        return self._store.ticket_of_recording(connection, message.sid) or number

    def _place_of(self, connection: Connection, message: SpokenMessage) -> str | None:
        """Where it is already, where it is sent, or the last ticket of its call."""
        known = self._store.ticket_of_recording(connection, message.sid)
        if known is None and message.ticket is not None:
            sent_to = self._store.find(connection, message.ticket)
            known = sent_to.number if sent_to else None
        return known or self._store.latest_of_call(connection, message.call)


def deed_of(asked: TicketDraft | SpokenMessage | NumberToCall | TakenBack | SurveyAnswer) -> Deed:
    """Under which key it is done, and what it is: the same whenever and by whomever it is asked for again."""
    match asked:
        case TicketDraft():
            return Deed(asked.key, "open ticket", _about(asked))
        case SpokenMessage():
            return Deed(asked.key, "keep recording", fingerprint(asked.call, asked.sid))
        case NumberToCall():
            return Deed(asked.key, "set number to call", fingerprint(asked.ticket, asked.number))
        case TakenBack():
            return Deed(asked.key, "take back ticket", fingerprint(asked.call, asked.topic))
        case SurveyAnswer():
            return Deed(asked.key, "save survey", fingerprint(asked.call, asked.name, asked.answer))
        case _:
            assert_never(asked)


def _draft_of(message: SpokenMessage) -> TicketDraft:
    """The ticket that a message without one becomes: of low priority, of nobody in particular."""
    return TicketDraft(
        call=message.call,
        key=message.key,
        topic=message.topic,
        priority=Priority.LOW,
        language=message.language,
        channel=message.channel,
        level=message.level,
        customer=None,
        calling_number=message.calling_number,
        number_to_call=None,
        due=message.due,
        at=message.at,
        partial=True,
    )


def _about(draft: TicketDraft) -> str:
    """What is asked for. Not when, and not by when: a worker that takes the turn over asks a little later."""
    return fingerprint(
        draft.call,
        draft.topic,
        draft.priority,
        draft.customer,
        draft.number_to_call,
        draft.answers,
        draft.recordings,
        draft.partial,
    )


def _written(filed: Opened | Joined) -> Reply:
    due = filed.due.isoformat()
    return {
        "joined": isinstance(filed, Joined),
        "number": filed.number,
        "due": due,
        "state": filed.state.value,
    }


def _read(reply: Reply) -> Opened | Joined:
    kind = Joined if reply["joined"] is True else Opened
    return kind(
        str(reply["number"]), datetime.fromisoformat(str(reply["due"])), TicketState(str(reply["state"]))
    )
