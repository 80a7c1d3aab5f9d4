"""Where pages stand: read and written within a transaction that somebody else began and ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Label, Row, ScalarSelect, and_, exists, func, select, update

from callbacks.paging.next_page import CLOCKS_DIFFER, RANG_NOBODY, Due, Outcome, Paged, Waiting
from callbacks.paging.schema import pages
from callbacks.rows import write_move
from callbacks.schema import ticket_moves, tickets
from callbacks.tickets import UNTAKEN, Move, Priority, TicketState
from foundation.schema import insert_unless_there

MOST_WAITING = 50  # urgent tickets that are looked at in one go, the oldest first
MOST_READ = 60  # pages of one ticket, the newest; more decide nothing
MOST_LISTED = 200
ACKNOWLEDGED = "acknowledged by telephone"  # stands among the moves of the ticket
# Of a page that nobody has told the end of: a call rings and is heard for two minutes at most.
GIVEN_UP_AFTER = timedelta(minutes=3)
# These rang nobody, or somebody who is awake now.
_NO_REST_AFTER = RANG_NOBODY | {Outcome.ACKNOWLEDGED}


@dataclass(frozen=True, slots=True)
class Page:
    """One row: what was to be done, and what is known of it. `call`: the carrier's name for it."""

    attempt: str
    ticket: str
    language: str
    call: str | None
    paged: Paged


class PageStore:
    """Pages in SQL. Every method works on the connection it is given and commits nothing."""

    def waiting(self, connection: Connection) -> tuple[Waiting, ...]:
        """The urgent tickets that nobody has taken, the oldest first."""
        since = _since()
        wanted = select(tickets.c.number, since).where(_untaken())
        found = connection.execute(wanted.order_by(since, tickets.c.number).limit(MOST_WAITING))
        return tuple(Waiting(row.number, row.since) for row in found)

    def count_waiting(self, connection: Connection) -> int:
        """How many there are."""
        return connection.execute(select(func.count()).select_from(tickets).where(_untaken())).scalar_one()

    def hold(self, connection: Connection, attempt: str) -> None:
        """Hold the ticket of this page: whoever else acknowledges it waits, and then reads what was done."""
        of_page = select(pages.c.ticket).where(pages.c.attempt == attempt).scalar_subquery()
        held = select(tickets.c.number).where(tickets.c.number == of_page).with_for_update()
        connection.execute(held).first()

    def still_waits(self, connection: Connection, ticket: str) -> Waiting | None:
        """The ticket, if nobody has taken it yet."""
        wanted = select(tickets.c.number, _since()).where(tickets.c.number == ticket, _untaken())
        row = connection.execute(wanted).first()
        return Waiting(row.number, row.since) if row else None

    def waiting_among(self, connection: Connection, numbers: tuple[str, ...]) -> Mapping[str, datetime]:
        """Those of these tickets that nobody has taken, and since when each waits."""
        wanted = select(tickets.c.number, _since()).where(tickets.c.number.in_(numbers), _untaken())
        return {row.number: row.since for row in connection.execute(wanted)}

    def pages_of(self, connection: Connection, ticket: str) -> tuple[Page, ...]:
        """The newest pages of a ticket, in order."""
        newest = select(pages).where(pages.c.ticket == ticket).order_by(pages.c.place.desc()).limit(MOST_READ)
        return tuple(_page(row) for row in reversed(connection.execute(newest).all()))

    def newest(self, connection: Connection) -> tuple[Page, ...]:
        """The pages of all tickets, the newest first; at most MOST_LISTED."""
        wanted = select(pages).order_by(pages.c.at.desc(), pages.c.place.desc()).limit(MOST_LISTED)
        return tuple(_page(row) for row in connection.execute(wanted))

    def last_of(self, connection: Connection, numbers: tuple[str, ...]) -> Mapping[str, Page]:
        """The last page of each of these tickets that has one; one that was acknowledged is the last.

        Unless the ticket was reopened: then others were made behind the acknowledgement.
        """
        of_these = select(pages).where(pages.c.ticket.in_(numbers)).order_by(pages.c.ticket, pages.c.place)
        last: dict[str, Page] = {}
        for page in map(_page, connection.execute(of_these)):
            known = last.get(page.ticket)
            if known is None or not _was_taken_before(known.paged, page.paged):
                last[page.ticket] = page
        return last

    def find(self, connection: Connection, attempt: str) -> Page | None:
        """The page of this attempt."""
        row = connection.execute(select(pages).where(pages.c.attempt == attempt)).first()
        return _page(row) if row else None

    def any_under_way(self, connection: Connection) -> bool:
        """Whether some page is one of which nobody has told the end."""
        wanted = select(pages.c.attempt).where(pages.c.outcome.is_(None)).limit(1)
        return connection.execute(wanted).first() is not None

    def rests(self, connection: Connection, number: str, since: datetime, now: datetime) -> bool:
        """Whether this telephone was rung in vain after `since`, about whatever ticket."""
        in_vain = pages.c.outcome.is_(None) | pages.c.outcome.not_in(sorted(_NO_REST_AFTER))
        # What lies ahead was written before the clock was set back, and keeps nobody.
        lately = and_(pages.c.at > since, pages.c.at <= now + CLOCKS_DIFFER)
        wanted = select(pages.c.attempt).where(pages.c.number == number, lately, in_vain).limit(1)
        return connection.execute(wanted).first() is not None

    def under_way_in(self, connection: Connection, call: str) -> Page | None:
        """The page that this call tells of now."""
        row = connection.execute(select(pages).where(pages.c.call == call, pages.c.outcome.is_(None))).first()
        return _page(row) if row else None

    def count_in(self, connection: Connection, call: str) -> int:
        """How many pages this call has told of."""
        wanted = select(func.count()).select_from(pages).where(pages.c.call == call)
        return connection.execute(wanted).scalar_one()

    def begin(
        self, connection: Connection, due: Due, attempt: str, at: datetime, call: str | None = None
    ) -> bool:
        """Write it before anything is rung. False: somebody else did, or that telephone is being rung."""
        person = due.person
        row = {
            "attempt": attempt,
            "ticket": due.waiting.ticket,
            "place": due.place,
            "name": person.name,
            "number": person.number,
            "language": person.language,
            "by": person.by,
            "at": at,
            "call": call,
        }
        return insert_unless_there(connection, pages, row)

    def adopt(self, connection: Connection, attempt: str, call: str) -> None:
        """Keep the carrier's name for it, if none is known yet."""
        unnamed = and_(pages.c.attempt == attempt, pages.c.call.is_(None))
        connection.execute(update(pages).where(unnamed).values(call=call))

    def end(self, connection: Connection, attempt: str, outcome: Outcome, at: datetime) -> bool:
        """What came of it; False if that is known already, and stays."""
        open_ = and_(pages.c.attempt == attempt, pages.c.outcome.is_(None))
        return connection.execute(update(pages).where(open_).values(outcome=outcome, ended=at)).rowcount == 1

    def end_of_call(self, connection: Connection, call: str, outcome: Outcome, at: datetime) -> int:
        """The same for every page that one call told of."""
        open_ = and_(pages.c.call == call, pages.c.outcome.is_(None))
        return connection.execute(update(pages).where(open_).values(outcome=outcome, ended=at)).rowcount

    def give_up(self, connection: Connection, now: datetime) -> int:
        """End those that nobody has told the end of for too long, or that the clock went back behind."""
        old = pages.c.at < now - GIVEN_UP_AFTER
        ahead = pages.c.at > now + CLOCKS_DIFFER
        open_ = and_(pages.c.outcome.is_(None), old | ahead)
        lost = update(pages).where(open_).values(outcome=Outcome.NO_NEWS, ended=now)
        return connection.execute(lost).rowcount

    def acknowledge(self, connection: Connection, page: Page, at: datetime) -> None:
        """Its person has taken the ticket: nobody else is paged, and the ticket says who it was and when.

        Also behind the end of the call, which may be told before the key that was pressed in it.
        """
        taken = {"outcome": Outcome.ACKNOWLEDGED, "ended": at}
        connection.execute(update(pages).where(pages.c.attempt == page.attempt).values(taken))
        there = select(tickets.c.state).where(tickets.c.number == page.ticket)
        state = TicketState(connection.execute(there).scalar_one())
        stays = Move(page.ticket, state, state, at, page.paged.name, ACKNOWLEDGED)
        connection.execute(ticket_moves.insert().values(write_move(stays)))


def _was_taken_before(known: Paged, later: Paged) -> bool:
    """Whether the earlier page was acknowledged while the later one was under way, or is of the same time."""
    return known.outcome is Outcome.ACKNOWLEDGED and (known.ended is None or later.at <= known.ended)


def _untaken() -> ColumnElement[bool]:
    """Urgent, and neither moved on nor acknowledged since it was reopened last, if it ever was.

    By the order in which the moves were written, not by their times: clocks are set back.
    """
    moves = ticket_moves.alias()
    acknowledged = and_(moves.c.ticket == tickets.c.number, moves.c.was == moves.c.to)
    since = moves.c.id > func.coalesce(_reopening(), 0)
    urgent = and_(tickets.c.priority == Priority.URGENT, tickets.c.state.in_(sorted(UNTAKEN)))
    return and_(urgent, ~exists().where(acknowledged, moves.c.note == ACKNOWLEDGED, since))


def _since() -> Label[datetime]:
    """Since when a ticket waits: it was reopened, or else promised."""
    moves = ticket_moves.alias()
    reopened = select(moves.c.at).where(moves.c.id == _reopening()).scalar_subquery()
    return func.coalesce(reopened, tickets.c.at).label("since")


def _reopening() -> ScalarSelect[int]:
    """The move by which a ticket was reopened last, if it ever was; a line that moves nothing is none."""
    moves = ticket_moves.alias()
    steps = and_(
        moves.c.ticket == tickets.c.number, moves.c.to == TicketState.REOPENED, moves.c.was != moves.c.to
    )
    return select(func.max(moves.c.id)).where(steps).correlate(tickets).scalar_subquery()


def _page(row: Row[Any]) -> Page:
    outcome = Outcome(row.outcome) if row.outcome else None
    paged = Paged(row.place, row.name, row.number, row.by, row.at, outcome, row.ended)
    return Page(row.attempt, row.ticket, row.language, row.call, paged)
