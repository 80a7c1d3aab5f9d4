"""A desk that opens and moves tickets, and shows what then stands in SQL."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from callbacks.outcomes import Joined, Moved, Opened
from callbacks.promises import Promises
from callbacks.records import AskedMove, Sought, TicketFile
from callbacks.store import TicketStore
from callbacks.tickets import TicketDraft, TicketState
from foundation.clock import Deadline, SystemClock
from foundation.database import Database
from tests.makers import NOW

CLOCK = SystemClock()
S = TicketState


class Desk:
    """Promises, and a look at what stands in SQL."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.store = TicketStore()
        drawing = random.Random(7)  # chance of a test, the same each time
        self.promises = Promises(self.store, database, lambda *_: str(drawing.randrange(10**7, 10**8)))

    def open(self, draft: TicketDraft) -> Opened | Joined:
        return self.promises.open_ticket(draft, within())

    def file(self, number: str) -> TicketFile:
        with self.database.reading(within()) as connection:
            found = self.store.file_of(connection, number)
        assert found is not None
        return found

    def count(self) -> int:
        with self.database.reading(within()) as connection:
            return len(self.store.listed(connection, Sought()))

    def move(self, number: str, *states: TicketState) -> None:
        for state in states:
            assert isinstance(self.promises.move(sent(number, state), within()), Moved)


def within(seconds: float = 20.0) -> Deadline:
    return Deadline.after(seconds, CLOCK)


def sent(number: str, to: TicketState, came_from: TicketState | None = None) -> AskedMove:
    return AskedMove(number, to, "Sari", "looked into it", NOW + timedelta(hours=1), came_from)


def at_once(desk: Desk, drafts: list[TicketDraft]) -> list[Opened | Joined]:
    together = threading.Barrier(len(drafts))

    def ask(draft: TicketDraft) -> Opened | Joined:
        together.wait()
        return desk.open(draft)

    with ThreadPoolExecutor(len(drafts)) as threads:
        return list(threads.map(ask, drafts))
