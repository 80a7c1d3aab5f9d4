"""Messages left while nobody of ours answered: each becomes a ticket once, and nothing else does."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from callbacks.store import TicketStore
from foundation.clock import Deadline, StoppedClock
from foundation.database import Database
from foundation.redaction import Secret
from ivr.calls.journal import Journal
from ivr.calls.play import Asked, Runner
from ivr.calls.sealing import Seal
from ivr.calls.store import RedisCallStore
from ivr.calls.sweep import FURTHEST, QUIET, Fate, Left, NotSwept, Sweep, Swept
from ivr.flow.replies import Result, Unavailable
from processes.chores.broom import Broom
from telephony.kept_recordings import LeftRecording
from telephony.placed_calls import Parties, Stage
from telephony.rest import Refused, Trouble, Unreached
from tests.ivr.calls.real_house import RealHouse, runner_on
from tests.ivr.calls.small_house import AT, CALLER, PATIENT, beginning_at, small_book

OURS, OTHER = "+622150001000", "+622150009999"
STRANGER = "CA" + "5" * 32  # a call that never reached us
CALL = "CA" + "7" * 32
MOMENT = timedelta(seconds=1)
OVER, STILL_ON = Parties(CALLER, OURS, Stage.COMPLETED), Parties(CALLER, OURS, Stage.IN_PROGRESS)


def message(sid: str, call: str = STRANGER, at: datetime = AT, seconds: int = 9) -> LeftRecording:
    return LeftRecording(sid, call, at, seconds)


@dataclass
class Morning:
    """A hotline on real stores that comes back, and what the carrier tells it."""

    database: Database
    clock: StoppedClock
    house: RealHouse
    kept: tuple[LeftRecording, ...] | Trouble = ()
    parties: Parties | Trouble = OVER
    asked: list[str] = field(default_factory=list)

    def deadline(self) -> Deadline:
        return Deadline.after(PATIENT, self.clock)

    def swept(self, *, dry: bool = False, deadline: Deadline | None = None) -> list[Swept]:
        until = deadline or self.deadline()
        return list(self.sweep().sweep(AT - timedelta(days=1), until, dry=dry))

    def fates(self, *, dry: bool = False) -> list[Fate]:
        return [one.fate for one in self.swept(dry=dry)]

    def sweep(self) -> Sweep:
        def since(at: datetime, _deadline: Deadline) -> tuple[LeftRecording, ...] | Trouble:
            return (
                tuple(one for one in self.kept if one.at >= at) if isinstance(self.kept, tuple) else self.kept
            )

        def parties(call: str) -> Parties | Trouble:
            self.asked.append(call)
            return self.parties

        return Sweep(self.house.turns, Left(since, parties, self.ticket_of), frozenset({OURS}))

    def ticket_of(self, sid: str, deadline: Deadline) -> str | None:
        with self.database.reading(deadline) as connection:
            return TicketStore().ticket_of_recording(connection, sid)

    def tickets(self) -> list[tuple[str, str | None, bool, list[str]]]:
        """Call, calling number, whether it was left behind, and its messages; of every ticket."""
        from callbacks.records import Sought

        store = TicketStore()
        with self.database.reading(self.deadline()) as connection:
            files = [store.file_of(connection, one.number) for one in store.listed(connection, Sought())]
        return [
            (
                one.ticket.call,
                one.ticket.calling_number,
                one.ticket.partial,
                [it.sid for it in one.recordings],
            )
            for one in files
            if one is not None
        ]


@dataclass(frozen=True)
class Refusing:
    """Runs every errand but those about one message."""

    runner: Runner
    sid: str

    def run(self, asked: Asked, deadline: Deadline) -> Result:
        return Unavailable() if asked.key.endswith(self.sid) else self.runner.run(asked, deadline)


@pytest.fixture
def morning(database_url: str, fresh_redis_url: str) -> Iterator[Morning]:
    clock = StoppedClock(AT)
    database = Database(database_url, clock, limit=PATIENT)
    journal = Journal(database, Seal(Secret("k" * 32)))
    journal.close()  # from now on each row is written before its turn is answered
    store = RedisCallStore(fresh_redis_url, clock, limit=PATIENT)
    book = beginning_at(small_book(), "named")
    house = RealHouse(runner_on(database), book, clock, store, journal, budget=PATIENT)
    yield Morning(database, clock, house)
    store.close()
    database.close()


def test_a_message_of_a_call_that_never_reached_us_becomes_one_ticket(morning: Morning) -> None:
    morning.kept = (message("RE1"),)
    morning.clock.advance(QUIET)
    (swept,) = morning.swept()
    assert swept.fate is Fate.BECAME
    assert swept.ticket is not None
    assert morning.tickets() == [(STRANGER, CALLER, True, ["RE1"])]


def test_to_sweep_twice_or_at_once_does_no_more(morning: Morning) -> None:
    morning.kept = (message("RE1"), message("RE2", CALL))
    morning.clock.advance(QUIET)
    with ThreadPoolExecutor(4) as workers:
        list(workers.map(lambda _: morning.fates(), range(4)))
    assert morning.fates() == [Fate.BELONGS, Fate.BELONGS]
    assert sorted(messages for *_, messages in morning.tickets()) == [["RE1"], ["RE2"]]


def test_two_messages_of_one_call_are_one_ticket(morning: Morning) -> None:
    morning.kept = (message("RE2", at=AT + MOMENT), message("RE1"))
    morning.clock.advance(QUIET + MOMENT)
    assert morning.fates() == [Fate.BECAME, Fate.BECAME]
    assert morning.tickets() == [(STRANGER, CALLER, True, ["RE1", "RE2"])]


def test_a_call_that_began_with_us_ends_first_and_its_message_joins_what_it_leaves(morning: Morning) -> None:
    morning.house.answer(CALL)
    morning.house.press(CALL, 1, "1")
    morning.kept = (message("RE1", CALL),)
    morning.clock.advance(QUIET)
    assert morning.fates() == [Fate.BECAME]
    assert morning.tickets() == [(CALL, CALLER, True, ["RE1"])]
    # The end is told at last: it was heard.
    morning.house.hear(CALL)
    assert len(morning.tickets()) == 1


def test_what_a_call_has_heard_is_left_to_it(morning: Morning) -> None:
    morning.house.book = beginning_at(small_book(), "spoken")
    morning.house.answer(CALL)
    morning.house.speak(CALL, 1, "RE1")
    morning.house.press(CALL, 2, "3")  # thrown away
    morning.house.hear(CALL)
    morning.kept = (message("RE1", CALL),)
    morning.clock.advance(QUIET)
    assert morning.fates() == [Fate.HEARD]
    assert (morning.tickets(), morning.asked) == ([], [])


def test_a_message_that_belongs_to_a_ticket_is_left_there(morning: Morning) -> None:
    morning.house.book = beginning_at(small_book(), "spoken")
    morning.house.answer(CALL)
    morning.house.speak(CALL, 1, "RE1", hung_up=True)
    morning.house.hear(CALL)
    before = morning.tickets()
    morning.kept = (message("RE1", CALL),)
    morning.clock.advance(QUIET)
    assert morning.fates() == [Fate.BELONGS]
    assert morning.tickets() == before


def test_a_young_message_and_one_whose_call_goes_on_wait(morning: Morning) -> None:
    morning.kept = (message("RE1"),)
    morning.clock.advance(QUIET - MOMENT)
    assert morning.fates() == [Fate.WAITS]
    morning.parties = STILL_ON
    morning.clock.advance(MOMENT)
    assert morning.fates() == [Fate.WAITS]
    morning.parties = OVER
    assert morning.fates() == [Fate.BECAME]


@pytest.mark.parametrize("elsewhere", [replace(OVER, dialled=OTHER), Refused(404, 20404, "not found")])
def test_what_was_left_at_another_number_of_the_account_is_not_ours(
    morning: Morning, elsewhere: Parties | Trouble
) -> None:
    morning.kept, morning.parties = (message("RE1"), message("RE2", seconds=0)), elsewhere
    morning.clock.advance(QUIET)
    assert morning.fates() == [Fate.EMPTY, Fate.ELSEWHERE]
    assert morning.tickets() == []


def test_a_number_of_the_book_is_ours_too(morning: Morning) -> None:
    morning.house.book = small_book().model_copy(update={"numbers": {OTHER: "zh"}})
    morning.kept, morning.parties = (message("RE1"),), replace(OVER, dialled=OTHER, caller="anonymous")
    morning.clock.advance(QUIET)
    assert morning.fates() == [Fate.BECAME]
    assert morning.tickets() == [(STRANGER, None, True, ["RE1"])]


def test_a_dry_run_tells_and_keeps_nothing(morning: Morning) -> None:
    morning.kept = (message("RE1"),)
    morning.clock.advance(QUIET)
    assert morning.fates(dry=True) == [Fate.WOULD_BECOME]
    assert morning.tickets() == []


def test_a_carrier_that_cannot_be_asked_leaves_it_for_the_next_time(morning: Morning) -> None:
    morning.kept = Unreached("no route")
    with pytest.raises(NotSwept, match="list"):
        morning.fates()
    morning.kept, morning.parties = (message("RE1"),), Unreached("no route")
    morning.clock.advance(QUIET)
    with pytest.raises(NotSwept, match="the call"):
        morning.fates()
    morning.parties = OVER
    assert morning.fates() == [Fate.BECAME]


def test_a_message_that_cannot_be_kept_does_not_keep_the_others_from_it(morning: Morning) -> None:
    morning.house.runner = Refusing(morning.house.runner, "RE1")
    morning.kept = (message("RE2", CALL, AT + MOMENT), message("RE1"))
    morning.clock.advance(QUIET + MOMENT)
    assert morning.fates() == [Fate.NOT_KEPT, Fate.BECAME]


def test_what_is_too_old_is_not_looked_at(morning: Morning) -> None:
    morning.kept = (message("RE1"),)
    morning.clock.advance(FURTHEST + MOMENT)
    assert list(morning.sweep().sweep(AT, morning.deadline())) == []


def test_the_chore_looks_at_each_message_once_and_goes_on_where_its_time_was_over(morning: Morning) -> None:
    broom = Broom(morning.sweep())
    morning.kept = (message("RE1"), message("RE2", CALL))
    morning.clock.advance(QUIET)
    assert broom.sweep(Deadline.after(0.5, morning.clock)) == 0
    assert broom.sweep(morning.deadline()) == 2
    assert broom.sweep(morning.deadline()) == 0
    assert sorted(morning.asked) == sorted([STRANGER, CALL])
