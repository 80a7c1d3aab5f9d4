"""The chore that pages: what is due is written, then rung, then what came of it is written.

A row stands in SQL before anything is rung, so whoever dies in between leaves a page of which nobody knows,
never one that is rung for ever: it counts as made, and the next is due at its pace. So a call whose reply was
lost may ring beside the next one. That is a nuisance; an urgent ticket that rings nobody would be a disaster.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from callbacks.paging.next_page import Due, Outcome, Rota, next_page
from callbacks.paging.on_call import OnCall, OnCallPerson, on_duty
from callbacks.paging.store import PageStore
from foundation.clock import Clock, Deadline
from foundation.database import Connection, Database, DatabaseUnavailable
from foundation.fault_points import DISARMED, FaultPoints
from foundation.logs import logger
from foundation.metrics import PAGES
from telephony.line import NotPlaced, NotSent, PhoneLine, Placed, RefusedForGood, Sent, Text, Unknown
from telephony.placed_calls import CallPlan

RING_SECONDS = 25  # before a voicemail usually answers
SENT_WITHIN = 3.0  # seconds from the row to the request: a worker that froze in between rings nobody late
KEPT_WITHIN = 5.0  # seconds for writing what came of it, whatever the chore has left
LEAST_LEFT = 2.0  # seconds without which no further page is begun
MOST_AT_ONCE = 10  # pages of one go


@dataclass(frozen=True, slots=True)
class Plan:
    """Who is on call, by which zone, and whom to ring where nobody is named."""

    on_call: OnCall
    zone: str
    fallback: OnCallPerson


@dataclass(frozen=True, slots=True)
class Outside:
    """What pages need beside SQL: the line, the number that telephones show, addresses, words, chance."""

    line: PhoneLine
    shown: str
    voice_url: Callable[[str, str], str]  # attempt, language
    status_url: Callable[[str], str]
    words: Callable[[str, datetime], str]  # of a text: language, since when
    new_attempt: Callable[[], str]
    fault_points: FaultPoints = DISARMED


class Pager:
    """Pages the people on call about urgent tickets that nobody takes. Any number of workers may do so."""

    def __init__(self, database: Database, plan: Callable[[], Plan], outside: Outside, clock: Clock) -> None:
        self._database = database
        self._plan = plan
        self._outside = outside
        self._clock = clock
        self._store = PageStore()

    def do(self, deadline: Deadline) -> int:
        """Make the pages that are due; how many were begun. Raises DatabaseUnavailable."""
        with self._database.reading(deadline) as connection:
            if not self._store.count_waiting(connection) and not self._store.any_under_way(connection):
                return 0  # as nearly always: nobody waits for our lock
        now = self._clock.now()
        rota = rota_at(self._plan(), now)
        with self._database.writing(deadline) as connection:
            lost = self._store.give_up(connection, now)
            due = self._due(connection, rota, now)
        if lost:
            PAGES.labels("call", Outcome.NO_NEWS).inc(lost)
        begun = 0
        for page in due[:MOST_AT_ONCE]:
            if deadline.left() < LEAST_LEFT:
                break  # the next go is soon
            begun += self._made(page, rota.again_after, deadline)
        return begun

    def _due(self, connection: Connection, rota: Rota, now: datetime) -> list[Due]:
        found = []
        for one in self._store.waiting(connection):
            pages = tuple(page.paged for page in self._store.pages_of(connection, one.ticket))
            due = next_page(one, pages, rota, now)
            if due is not None:
                found.append(due)
        return found

    def _made(self, due: Due, rest: timedelta, deadline: Deadline) -> bool:
        attempt = self._outside.new_attempt()
        sending = Deadline.after(SENT_WITHIN, self._clock)
        with self._database.writing(deadline) as connection:
            now = self._clock.now()
            # However many tickets wait, nobody is rung more often for it: one call tells of them all.
            if self._store.rests(connection, due.person.number, now - rest, now):
                return False
            # The pages before this one took their time: somebody may have taken the ticket meanwhile.
            if self._store.still_waits(connection, due.waiting.ticket) is None:
                return False
            if not self._store.begin(connection, due, attempt, now):
                return False
        logger("paging").warning(
            "paging", ticket=due.waiting.ticket, place=due.place, who=due.person.name, by=due.person.by
        )
        self._outside.fault_points.reach("after_page_row_before_call")
        came_of_it = self._sent(due, attempt) if not sending.passed() else NotSent("the worker was too slow")
        self._outside.fault_points.reach("after_call_before_kept")
        self._keep(due, attempt, came_of_it)
        return True

    def _sent(self, due: Due, attempt: str) -> Placed | Sent | NotPlaced:
        person, outside = due.person, self._outside
        if person.by == "text":
            words = outside.words(person.language, due.waiting.since)
            return outside.line.send_text(Text(person.number, outside.shown, words))
        addresses = (outside.voice_url(attempt, person.language), outside.status_url(attempt), "")
        return outside.line.place_call(CallPlan(person.number, outside.shown, *addresses, RING_SECONDS))

    def _keep(self, due: Due, attempt: str, came_of_it: Placed | Sent | NotPlaced) -> None:
        PAGES.labels(due.person.by, _counted(came_of_it)).inc()
        try:
            with self._database.writing(Deadline.after(KEPT_WITHIN, self._clock)) as connection:
                self._write(connection, attempt, came_of_it)
        except DatabaseUnavailable as fault:
            # The row stays as it is: a page of which nobody knows. Its own webhooks may still tell.
            logger("paging").error("what came of a page is not kept", attempt=attempt, fault=str(fault))

    def _write(self, connection: Connection, attempt: str, came_of_it: Placed | Sent | NotPlaced) -> None:
        now = self._clock.now()
        match came_of_it:
            case Placed(call):
                self._store.adopt(connection, attempt, call)
            case Sent(text):
                self._store.adopt(connection, attempt, text)
                self._store.end(connection, attempt, Outcome.SENT, now)
            case RefusedForGood(code, words):
                logger("paging").error("a page was refused", attempt=attempt, code=code, words=words)
                self._store.end(connection, attempt, Outcome.REFUSED, now)
            case NotSent(reason):
                logger("paging").warning("a page was not sent", attempt=attempt, reason=reason)
                self._store.end(connection, attempt, Outcome.NOT_SENT, now)
            case Unknown(reason):
                # It may ring. Its webhooks tell, or nobody does and it is given up after its time.
                logger("paging").warning("whether a page rings is not known", attempt=attempt, reason=reason)


def rota_at(plan: Plan, now: datetime) -> Rota:
    """Who is paged at this moment, in order, and how soon."""
    people = on_duty(plan.on_call, plan.zone, now) or (plan.fallback,)
    first, again = plan.on_call.first_after_minutes, plan.on_call.again_after_minutes
    return Rota(people, timedelta(minutes=first), timedelta(minutes=again))


def _counted(came_of_it: Placed | Sent | NotPlaced) -> str:
    match came_of_it:
        case Placed():
            return "placed"
        case Sent():
            return Outcome.SENT
        case RefusedForGood():
            return Outcome.REFUSED
        case NotSent():
            return Outcome.NOT_SENT
        case Unknown():
            return "unknown"
