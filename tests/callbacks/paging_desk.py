"""A pager on a stopped clock and a line that leads nowhere, and the person on call who hears of it."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from callbacks.paging.next_page import Outcome, Waiting
from callbacks.paging.on_call import OnCall, OnCallPerson
from callbacks.paging.pager import Outside, Pager, Plan
from callbacks.paging.pages import Asking, Pages, Stale, Taken, Told
from callbacks.paging.store import Page, PageStore
from callbacks.tickets import Priority
from foundation.clock import StoppedClock
from foundation.database import Database
from telephony.line import LoopbackLine, NotPlaced
from tests.callbacks.promise_desk import Desk, within
from tests.makers import NOW, a_draft

SARI_NUMBER, CHEN_NUMBER, OURS = "+622150001021", "+622150001022", "+622150001000"
SARI = OnCallPerson(name="Sari", number=SARI_NUMBER, language="id")
CHEN = OnCallPerson(name="Chen", number=CHEN_NUMBER, language="zh")
FALLBACK = OnCallPerson(name="the person", number="+622150001001", language="en")
FIRST = timedelta(minutes=5)


@dataclass
class PagingDesk:
    """Everything about pages of one database."""

    database: Database
    people: tuple[OnCallPerson, ...] = (SARI, CHEN)
    clock: StoppedClock = field(default_factory=lambda: StoppedClock(NOW))
    troubles: list[NotPlaced | None] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.line = LoopbackLine(lambda: self.troubles.pop(0) if self.troubles else None)
        self.tickets = Desk(self.database)
        self.store = PageStore()
        numbers, calls = itertools.count(1), itertools.count(1)
        self.new_attempt: Callable[[], str] = lambda: f"{next(numbers):032x}"
        self.new_call: Callable[[], str] = lambda: f"CA{next(calls):032x}"
        self.pages = Pages(self.database, self.new_attempt)

    def pager(self, line: LoopbackLine | None = None) -> Pager:
        outside = Outside(
            line=line or self.line,
            shown=OURS,
            voice_url=lambda attempt, language: f"https://h/{attempt}?{language}",
            status_url=lambda attempt: f"https://h/{attempt}/status",
            words=lambda language, since: f"{language} {since:%H:%M}",
            new_attempt=self.new_attempt,
        )
        return Pager(self.database, self.plan, outside, self.clock)

    def plan(self) -> Plan:
        return Plan(OnCall(people=self.people), "Asia/Jakarta", FALLBACK)

    def urgent(self, call: str = "CA1") -> str:
        """The number of an urgent ticket, promised now."""
        draft = a_draft(
            call=call, key=f"{call}/3/1", topic="stop-my-money", priority=Priority.URGENT, at=self.clock.now()
        )
        return self.tickets.open(draft).number

    def look(self, after: timedelta = timedelta(0)) -> int:
        """The worker looks, so much later."""
        self.clock.advance(after)
        return self.pager().do(within())

    def of(self, ticket: str) -> tuple[Page, ...]:
        with self.database.reading(within()) as connection:
            return self.store.pages_of(connection, ticket)

    def waits(self) -> list[Waiting]:
        with self.database.reading(within()) as connection:
            found = self.store.waiting(connection)
            assert self.store.count_waiting(connection) == len(found)
        return list(found)

    def last(self, ticket: str) -> Page:
        return self.of(ticket)[-1]

    def outcomes(self, ticket: str) -> list[tuple[str, Outcome | None]]:
        return [(page.paged.name, page.paged.outcome) for page in self.of(ticket)]

    def rung(self) -> list[str]:
        return [plan.to for plan in self.line.calls]

    def told(self, page: Page, call: str | None = None) -> Told:
        return Told(page.attempt, call or page.call or self.new_call(), self.clock.now())

    def answers(self, page: Page, call: str | None = None) -> Asking | Stale:
        return self.pages.answered(self.told(page, call), within())

    def presses(self, page: Page, call: str | None = None) -> Taken | Stale:
        return self.pages.acknowledge(self.told(page, call), FIRST, within())

    def hangs_up(self, page: Page, outcome: Outcome = Outcome.NOT_PRESSED) -> None:
        self.pages.ended(self.told(page), outcome, within())
