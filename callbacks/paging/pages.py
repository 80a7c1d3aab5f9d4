"""What a page's own call asks for: may it be told, is it taken, has it ended; each in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from callbacks.paging.next_page import Due, Outcome, Waiting
from callbacks.paging.on_call import OnCallPerson
from callbacks.paging.store import Page, PageStore
from foundation.clock import Deadline
from foundation.database import Connection, Database
from foundation.logs import logger
from foundation.metrics import PAGES

MOST_IN_A_CALL = 10  # tickets that one call tells of; the rest ring again
DOUBLE = "rung twice"


@dataclass(frozen=True, slots=True)
class Asking:
    """The call may be told: `since` somebody is waited for, in which language it is told."""

    since: datetime
    language: str


@dataclass(frozen=True, slots=True)
class Stale:
    """There is nothing to be told in this call any more: the ticket is taken, or another call tells of it."""

    language: str | None


@dataclass(frozen=True, slots=True)
class Another:
    """The page of the next ticket, to be told in the same call; it waits `since`."""

    attempt: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """It was acknowledged in this call; `more` may be told there."""

    ticket: str
    language: str
    more: Another | None


@dataclass(frozen=True, slots=True)
class Told:
    """A page as its call tells of it: the attempt its address names, and the carrier's name for the call."""

    attempt: str
    call: str
    at: datetime


class Pages:
    """The pages of one database. `new_attempt` gives 32 characters that nobody can guess."""

    def __init__(self, database: Database, new_attempt: Callable[[], str]) -> None:
        self._database = database
        self._store = PageStore()
        self._new_attempt = new_attempt

    def answered(self, told: Told, deadline: Deadline) -> Asking | Stale:
        """Somebody has taken the call, or it goes on. Raises DatabaseUnavailable."""
        with self._database.writing(deadline) as connection:
            page = self._page_of(connection, told)
            if page is None or page.paged.outcome is not None:
                return Stale(page.language if page else None)
            waiting = self._store.still_waits(connection, page.ticket)
            return Asking(waiting.since, page.language) if waiting else Stale(page.language)

    def acknowledge(self, told: Told, first_after: timedelta, deadline: Deadline) -> Taken | Stale:
        """The key was pressed. Asked again it is answered alike. Raises DatabaseUnavailable.

        `first_after`: how long another ticket must have waited to be told of in the same call.
        """
        with self._database.writing(deadline) as connection:
            self._store.hold(connection, told.attempt)
            page = self._page_of(connection, told)
            if page is None:
                return Stale(None)
            if page.paged.outcome is not Outcome.ACKNOWLEDGED:
                if self._store.still_waits(connection, page.ticket) is None:
                    return Stale(page.language)
                self._store.acknowledge(connection, page, told.at)
                PAGES.labels(page.paged.by, Outcome.ACKNOWLEDGED).inc()
                self._tell_next(connection, page, told, first_after)
            return Taken(page.ticket, page.language, self._another(connection, told.call))

    def ended(self, told: Told, outcome: Outcome, deadline: Deadline) -> None:
        """The call is over. Told again, or behind a key that was pressed in it, it changes nothing."""
        with self._database.writing(deadline) as connection:
            page = self._page_of(connection, told)
            if page is None:
                return
            count = self._store.end_of_call(connection, told.call, outcome, told.at)
            if count:
                PAGES.labels(page.paged.by, outcome).inc(count)

    def _page_of(self, connection: Connection, told: Told) -> Page | None:
        """The page, if this is its call. The carrier's first word brings the name, whatever the reply did."""
        page = self._store.find(connection, told.attempt)
        if page is None:
            return None
        if page.call is None:
            self._store.adopt(connection, told.attempt, told.call)
            return self._store.find(connection, told.attempt)
        if page.call != told.call:
            PAGES.labels(page.paged.by, DOUBLE).inc()
            logger("paging").warning("one page has two calls", ticket=page.ticket, call=told.call)
            return None
        return page

    def _another(self, connection: Connection, call: str) -> Another | None:
        page = self._store.under_way_in(connection, call)
        waiting = self._store.still_waits(connection, page.ticket) if page else None
        return Another(page.attempt, waiting.since) if page and waiting else None

    def _tell_next(self, connection: Connection, page: Page, told: Told, first_after: timedelta) -> None:
        """The same person hears of the next ticket that waits, instead of being rung once more for it."""
        if self._store.count_in(connection, told.call) >= MOST_IN_A_CALL:
            return
        for waiting in self._store.waiting(connection):
            if waiting.since + first_after <= told.at and self._began(connection, waiting, page, told):
                return

    def _began(self, connection: Connection, waiting: Waiting, page: Page, told: Told) -> bool:
        known = self._store.pages_of(connection, waiting.ticket)
        if known and known[-1].paged.outcome is None:
            return False  # somebody is being rung about it
        place = known[-1].paged.place + 1 if known else 1
        same = OnCallPerson(name=page.paged.name, number=page.paged.number, language=page.language)
        return self._store.begin(
            connection, Due(waiting, place, same), self._new_attempt(), told.at, told.call
        )
