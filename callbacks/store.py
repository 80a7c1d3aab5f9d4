"""Where tickets stand: reading and writing them within a transaction that somebody else began and ends."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, func, literal, select, update
from sqlalchemy.exc import IntegrityError

from callbacks.outcomes import AnotherIsOpen, Moved, MoveOutcome, NoSuchTicket, NotLegal, StateChanged
from callbacks.records import AskedMove, NumberToCall, Sought, SurveyAnswer, TicketFile
from callbacks.rows import (
    read_addition,
    read_move,
    read_recording,
    read_ticket,
    write_addition,
    write_birth,
    write_move,
    write_ticket,
)
from callbacks.schema import (
    survey_answers,
    ticket_additions,
    ticket_calls,
    ticket_links,
    ticket_moves,
    ticket_recordings,
    tickets,
)
from callbacks.tickets import (
    OPEN,
    Addition,
    KeptRecording,
    Move,
    Ticket,
    TicketDraft,
    TicketState,
    legal_moves,
    more_pressing,
)
from foundation.schema import UtcTime, insert_unless_there, kept_until

LISTED_AT_MOST = 200
RELATED_AT_MOST = 10  # earlier tickets of the same calling number that a new one is linked to
_FINAL = frozenset({TicketState.CLOSED, TicketState.CANCELLED})
_Answers = tuple[tuple[str, str], ...]


class TicketStore:
    """Tickets in SQL. Every method works on the connection it is given and commits nothing."""

    def find(self, connection: Connection, number: str) -> Ticket | None:
        """The ticket of this number."""
        row = connection.execute(select(tickets).where(tickets.c.number == number)).first()
        return read_ticket(row) if row else None

    def open_of(self, connection: Connection, customer: str, topic: str) -> Ticket | None:
        """The one open ticket of a proven customer about a topic; held for this transaction."""
        wanted = select(tickets).where(
            tickets.c.customer == customer, tickets.c.topic == topic, tickets.c.proven, _is_open()
        )
        row = connection.execute(wanted.with_for_update()).first()
        return read_ticket(row) if row else None

    def claim_call(self, connection: Connection, draft: TicketDraft) -> Ticket | None:
        """Make this call and topic ours; if it has a ticket already, that one. A rival waits here."""
        row = {"call": draft.call, "topic": draft.topic, "at": draft.at}
        if insert_unless_there(connection, ticket_calls, row):
            return None
        known = select(ticket_calls.c.ticket).where(_this_call(draft))
        return self.find(connection, connection.execute(known).scalar_one())

    def claim_again(self, connection: Connection, draft: TicketDraft) -> None:
        """The call has asked for what it has already: it is promised from that moment on."""
        older = and_(_this_call(draft), ticket_calls.c.at < draft.at)
        connection.execute(update(ticket_calls).where(older).values(at=draft.at))

    def of_call(self, connection: Connection, call: str, topic: str) -> tuple[Ticket, datetime] | None:
        """The ticket that a call made or joined about a topic, and when it asked for it last."""
        same = and_(ticket_calls.c.call == call, ticket_calls.c.topic == topic)
        wanted = select(tickets, ticket_calls.c.at.label("asked_at")).join(ticket_calls).where(same)
        row = connection.execute(wanted).first()
        return (read_ticket(row), row.asked_at) if row else None

    def let_go(self, connection: Connection, call: str, topic: str) -> None:
        """The call has no ticket about the topic any more: it may make one."""
        same = and_(ticket_calls.c.call == call, ticket_calls.c.topic == topic)
        connection.execute(ticket_calls.delete().where(same))

    def name_ticket(self, connection: Connection, draft: TicketDraft, number: str) -> None:
        """Say which ticket the claimed call and topic came to."""
        connection.execute(update(ticket_calls).where(_this_call(draft)).values(ticket=number))

    def open_new(self, connection: Connection, draft: TicketDraft, number: str) -> bool:
        """A new ticket, `promised`, its birth recorded and its kin linked.

        False if the number is taken, or the place of the customer's one open ticket.
        """
        if not insert_unless_there(connection, tickets, write_ticket(draft, number)):
            return False
        connection.execute(ticket_moves.insert(), write_birth(draft, number))
        _link(connection, draft, number)
        return True

    def join(self, connection: Connection, ticket: Ticket, draft: TicketDraft) -> Ticket:
        """Add what a further call brought. The more pressing priority and the earlier promise count."""
        to_call, on_file = self._agreed_on(connection, ticket, draft.number_to_call, draft.at)
        answers = (*draft.answers, *on_file)
        self.add(connection, Addition(ticket.number, draft.call, draft.at, answers, draft.number_to_call))
        better = {
            "priority": more_pressing(ticket.priority, draft.priority),
            "due": min(ticket.due, draft.due) if ticket.is_open else ticket.due,
            "partial": ticket.partial and draft.partial,
            "number_to_call": to_call,
        }
        connection.execute(update(tickets).where(tickets.c.number == ticket.number).values(better))
        return read_ticket(connection.execute(select(tickets).where(tickets.c.number == ticket.number)).one())

    def add(self, connection: Connection, addition: Addition) -> None:
        """Keep what a call added."""
        connection.execute(ticket_additions.insert().values(write_addition(addition)))

    def agree(self, connection: Connection, ticket: Ticket, wanted: NumberToCall) -> None:
        """The number to call as its caller agreed on it; the other one stays on file."""
        to_call, on_file = self._agreed_on(connection, ticket, wanted.number, wanted.at)
        self.add(connection, Addition(ticket.number, wanted.call, wanted.at, on_file, wanted.number))
        same = tickets.c.number == ticket.number
        connection.execute(update(tickets).where(same).values(number_to_call=to_call))

    def _agreed_on(
        self, connection: Connection, ticket: Ticket, agreed: str | None, at: datetime
    ) -> tuple[str | None, _Answers]:
        """The number to call, and what stays on file of the other: that of the later moment counts.

        They may come in another order: what waited in the spool comes after what was agreed on since.
        """
        before = ticket.number_to_call
        if not before or not agreed or before == agreed:
            return agreed or before, ()
        later = select(ticket_additions.c.id).where(
            ticket_additions.c.ticket == ticket.number,
            ticket_additions.c.number_to_call.is_not(None),
            ticket_additions.c.at > at,
        )
        is_late = ticket.at > at or connection.execute(later.limit(1)).first() is not None
        stays, gone = (before, agreed) if is_late else (agreed, before)
        return stays, (("number to call before", gone),)

    def add_recording(self, connection: Connection, recording: KeptRecording) -> bool:
        """Keep a spoken message under its own name; False if it is kept already, wherever that is."""
        if insert_unless_there(connection, ticket_recordings, asdict(recording)):
            return True
        if recording.seconds is not None:
            same = ticket_recordings.c.sid == recording.sid
            connection.execute(update(ticket_recordings).where(same).values(seconds=recording.seconds))
        return False

    def ticket_of_recording(self, connection: Connection, sid: str) -> str | None:
        """The ticket that a spoken message belongs to."""
        wanted = select(ticket_recordings.c.ticket).where(ticket_recordings.c.sid == sid)
        return connection.execute(wanted).scalar_one_or_none()

    def latest_of_call(self, connection: Connection, call: str) -> str | None:
        """The ticket that a call made or joined last."""
        wanted = select(ticket_calls.c.ticket).where(
            ticket_calls.c.call == call, ticket_calls.c.ticket.is_not(None)
        )
        return connection.execute(wanted.order_by(ticket_calls.c.at.desc()).limit(1)).scalar_one_or_none()

    def keep_survey(self, connection: Connection, given: SurveyAnswer) -> None:
        """One answer a call and question; the newest counts."""
        row = {**asdict(given), "delete_after": kept_until(survey_answers, given.at)}
        if not insert_unless_there(connection, survey_answers, row):
            same = and_(survey_answers.c.call == given.call, survey_answers.c.name == given.name)
            older = and_(same, survey_answers.c.at <= given.at)
            connection.execute(update(survey_answers).where(older).values(row))

    def move(self, connection: Connection, asked: AskedMove) -> MoveOutcome:
        """Send a ticket on, if it is still where the asker saw it and a legal move leads there."""
        ticket = self.find(connection, asked.ticket)
        if ticket is None:
            return NoSuchTicket()
        if asked.came_from is not None and ticket.state is not asked.came_from:
            return StateChanged(ticket.state)
        legal = legal_moves(ticket.state, ticket.priority)
        if asked.to not in legal:
            return NotLegal(ticket.state, tuple(sorted(legal)))
        return _moved(connection, ticket, asked)

    def listed(
        self, connection: Connection, sought: Sought, limit: int = LISTED_AT_MOST
    ) -> tuple[Ticket, ...]:
        """Tickets, those due first in front; at most 200."""
        wanted = select(tickets).where(*_wanted(sought)).order_by(tickets.c.due, tickets.c.number)
        return tuple(read_ticket(row) for row in connection.execute(wanted.limit(min(limit, LISTED_AT_MOST))))

    def opened_after(self, connection: Connection, at: datetime) -> int:
        """How many tickets are younger than a moment."""
        wanted = select(func.count()).select_from(tickets).where(tickets.c.at > at)
        return connection.execute(wanted).scalar_one()

    def file_of(self, connection: Connection, number: str) -> TicketFile | None:
        """Everything about one ticket."""
        ticket = self.find(connection, number)
        if ticket is None:
            return None
        return TicketFile(
            ticket,
            tuple(read_move(row) for row in _belonging(connection, ticket_moves, number)),
            tuple(read_addition(row) for row in _belonging(connection, ticket_additions, number)),
            tuple(read_recording(row) for row in _belonging(connection, ticket_recordings, number)),
            tuple(row.related for row in _belonging(connection, ticket_links, number)),
        )


def _moved(connection: Connection, ticket: Ticket, asked: AskedMove) -> MoveOutcome:
    end = kept_until(tickets, asked.at) if asked.to in _FINAL else None
    here = and_(tickets.c.number == ticket.number, tickets.c.state == ticket.state)
    try:
        # Within a savepoint: a rule that says no must not spoil the whole transaction.
        with connection.begin_nested():
            sent = connection.execute(update(tickets).where(here).values(state=asked.to, delete_after=end))
    except IntegrityError:
        return AnotherIsOpen(ticket.topic)
    if sent.rowcount != 1:
        now = connection.execute(select(tickets.c.state).where(tickets.c.number == ticket.number))
        return StateChanged(TicketState(now.scalar_one()))
    move = Move(ticket.number, ticket.state, asked.to, asked.at, asked.actor, asked.note)
    connection.execute(ticket_moves.insert().values(write_move(move)))
    return Moved(move)


def _link(connection: Connection, draft: TicketDraft, number: str) -> None:
    """Earlier tickets of the same calling number: a hint for people, told to no caller."""
    if draft.calling_number is None:
        return
    same = and_(tickets.c.calling_number == draft.calling_number, tickets.c.number != number)
    link = literal(number), tickets.c.number, literal(draft.at, UtcTime)
    kin = select(*link).where(same).order_by(tickets.c.at.desc()).limit(RELATED_AT_MOST)
    # One statement, however many there are: each round trip is taken from the time in which a number is told.
    connection.execute(ticket_links.insert().from_select(["ticket", "related", "at"], kin))


def _this_call(draft: TicketDraft) -> ColumnElement[bool]:
    return and_(ticket_calls.c.call == draft.call, ticket_calls.c.topic == draft.topic)


def _is_open() -> ColumnElement[bool]:
    return tickets.c.state.in_(sorted(OPEN))


def _wanted(sought: Sought) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if sought.state is not None:
        wanted.append(tickets.c.state == sought.state)
    if sought.topic is not None:
        wanted.append(tickets.c.topic == sought.topic)
    if sought.priority is not None:
        wanted.append(tickets.c.priority == sought.priority)
    if sought.overdue_at is not None:
        wanted += [_is_open(), tickets.c.due < sought.overdue_at]
    return wanted


def _belonging(connection: Connection, table: Table, number: str) -> list[Row[Any]]:
    order = table.c.id if "id" in table.c else table.c.at
    return list(connection.execute(select(table).where(table.c.ticket == number).order_by(order)))
