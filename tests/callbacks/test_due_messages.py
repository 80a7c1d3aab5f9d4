"""A ticket whose day has come goes with all that belongs to it, the messages at the carrier first."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from callbacks.due_messages import HAS_MESSAGES, DueMessages, NotDeleted
from callbacks.schema import TICKETS_KEPT, ticket_calls, ticket_moves, ticket_recordings, tickets
from foundation.clock import Deadline, StoppedClock
from foundation.database import Database
from foundation.purging import Purge
from telephony.rest import Trouble, Unreached
from tests.callbacks.promise_desk import Desk, S
from tests.makers import NOW, a_draft

SPOKEN = ("RE1", "RE2")
MOMENT = timedelta(seconds=1)


@dataclass
class Year:
    """One ticket with two messages that was closed two years ago, less a moment."""

    database: Database
    clock: StoppedClock
    says: Trouble | None = None
    removed: list[str] = field(default_factory=list)

    def remove(self, sid: str) -> Trouble | None:
        self.removed.append(sid)
        return self.says

    def deadline(self) -> Deadline:
        return Deadline.after(30.0, self.clock)

    def messages(self, *, account: bool = True) -> int:
        return DueMessages(self.database, self.remove if account else None).delete(self.deadline())

    def purge(self) -> int:
        return Purge(self.database, {"tickets": HAS_MESSAGES}).purge(self.deadline())

    def left(self) -> dict[str, int]:
        kept = (tickets, ticket_calls, ticket_moves, ticket_recordings)
        with self.database.reading(self.deadline()) as connection:
            return {
                table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in kept
            }


@pytest.fixture
def year(database_url: str) -> Iterator[Year]:
    clock = StoppedClock(NOW)
    database = Database(database_url, clock, limit=30.0)
    desk = Desk(database)
    number = desk.open(a_draft(recordings=SPOKEN)).number
    desk.move(number, S.IN_INVESTIGATION, S.SOLVED, S.FOLLOWED_UP, S.CLOSED)
    clock.advance(timedelta(hours=1) + TICKETS_KEPT - MOMENT)
    yield Year(database, clock)
    database.close()


def test_before_its_day_a_ticket_stays_with_all_that_belongs_to_it(year: Year) -> None:
    assert (year.messages(), year.removed) == (0, [])
    year.purge()
    left = year.left()
    assert (left["tickets"], left["ticket_recordings"]) == (1, 2)


def test_on_its_day_the_messages_go_at_the_carrier_and_then_everything_of_the_ticket(year: Year) -> None:
    year.clock.advance(MOMENT)
    year.purge()
    # Its messages are not deleted yet: without its rows nobody would know them.
    assert year.left()["tickets"] == 1
    assert year.messages() == 2
    assert sorted(year.removed) == list(SPOKEN)
    year.purge()
    assert set(year.left().values()) == {0}


def test_while_the_carrier_keeps_a_message_the_ticket_is_kept(year: Year) -> None:
    year.clock.advance(MOMENT)
    year.says = Unreached("no route")
    with pytest.raises(NotDeleted):
        year.messages()
    year.purge()
    assert year.left()["ticket_recordings"] == 2
    year.says = None
    assert year.messages() == 2


def test_without_an_account_the_ticket_goes_all_the_same(year: Year) -> None:
    year.clock.advance(MOMENT)
    assert year.messages(account=False) == 2
    year.purge()
    assert set(year.left().values()) == {0}
