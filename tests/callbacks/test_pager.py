"""Pages about urgent tickets, on SQLite and PostgreSQL: written first, rung once, until somebody takes it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from callbacks.paging.next_page import FIRST_PAUSE, Outcome, Waiting
from callbacks.paging.on_call import OnCallPerson
from callbacks.paging.pages import Asking, Taken
from callbacks.paging.store import GIVEN_UP_AFTER
from callbacks.tickets import TicketState
from foundation.clock import StoppedClock
from telephony.line import LoopbackLine, NotPlaced, NotSent, Placed, RefusedForGood, Unknown
from telephony.placed_calls import CallPlan
from tests.callbacks.paging_desk import (
    CHEN,
    CHEN_NUMBER,
    FALLBACK,
    FIRST,
    OURS,
    SARI,
    SARI_NUMBER,
    PagingDesk,
)
from tests.callbacks.promise_desk import within
from tests.makers import NOW, a_draft

S = TicketState
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
READER = OnCallPerson(name="Dewi", number="+622150001023", language="en", by="text")


def test_an_urgent_ticket_that_nobody_takes_rings_the_first_person_after_five_minutes(
    paging: PagingDesk,
) -> None:
    ticket = paging.urgent()
    assert paging.look(FIRST - SECOND) == 0
    assert paging.look(SECOND) == 1
    page = paging.last(ticket)
    (call,) = paging.line.calls
    assert (call.to, call.from_) == (SARI_NUMBER, OURS)
    assert call.voice_url == f"https://h/{page.attempt}?id"
    assert call.status_url == f"https://h/{page.attempt}/status"
    assert (page.call, page.paged.outcome, page.paged.at) == (f"CA{1:032x}", None, NOW + FIRST)


def test_a_ticket_that_is_not_urgent_or_was_taken_rings_nobody(paging: PagingDesk) -> None:
    paging.tickets.open(a_draft())
    taken = paging.urgent("CA2")
    paging.tickets.move(taken, S.IN_INVESTIGATION)
    cancelled = paging.urgent("CA3")
    paging.tickets.move(cancelled, S.CANCELLED)
    assert paging.look(timedelta(days=1)) == 0
    assert paging.line.calls == []


@pytest.mark.parametrize("end", [Outcome.NOT_PRESSED, Outcome.BUSY, Outcome.NO_ANSWER, Outcome.FAILED])
def test_whoever_does_not_take_it_makes_room_for_the_next_and_then_is_rung_again(
    paging: PagingDesk, end: Outcome
) -> None:
    ticket = paging.urgent()
    paging.look(FIRST)
    assert paging.look(20 * SECOND) == 0  # it rings
    paging.hangs_up(paging.last(ticket), end)
    assert paging.look() == 1
    paging.hangs_up(paging.last(ticket), end)
    assert paging.look() == 0  # Sari was rung twenty seconds ago
    assert paging.look(100 * SECOND) == 1
    assert paging.rung() == [SARI_NUMBER, CHEN_NUMBER, SARI_NUMBER]


def test_a_text_tells_and_the_next_person_is_rung_when_it_had_its_time(paging: PagingDesk) -> None:
    paging.people = (READER, CHEN)
    ticket = paging.urgent()
    paging.look(FIRST)
    (text,) = paging.line.texts
    assert (text.to, text.words) == (READER.number, f"en {NOW:%H:%M}")
    assert ticket not in text.words
    assert paging.outcomes(ticket) == [("Dewi", Outcome.SENT)]
    assert paging.look(2 * MINUTE - SECOND) == 0
    assert paging.look(SECOND) == 1
    assert paging.rung() == [CHEN_NUMBER]


def test_where_nobody_is_named_the_person_of_the_settings_is_rung(paging: PagingDesk) -> None:
    paging.people = ()
    paging.urgent()
    paging.look(FIRST)
    assert paging.rung() == [FALLBACK.number]


def test_two_workers_at_once_ring_once(paging: PagingDesk) -> None:
    ticket = paging.urgent()
    paging.clock.advance(FIRST)
    together = threading.Barrier(4)

    def work(_: int) -> int:
        pager = paging.pager()
        together.wait()
        return pager.do(within())

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(work, range(4))) == [0, 0, 0, 1]
    assert paging.rung() == [SARI_NUMBER]
    assert len(paging.of(ticket)) == 1


class DyingLine(LoopbackLine):
    """Whoever uses it dies before it returns, with the call on its way or not."""

    def place_call(self, plan: CallPlan) -> Placed | NotPlaced:
        super().place_call(plan)
        raise KeyboardInterrupt


def test_a_worker_that_dies_while_it_rings_leaves_one_call_that_is_adopted_by_its_own_webhook(
    paging: PagingDesk,
) -> None:
    ticket, line = paging.urgent(), DyingLine()
    paging.clock.advance(FIRST)
    with pytest.raises(KeyboardInterrupt):
        paging.pager(line).do(within())
    assert len(line.calls) == 1
    assert paging.look() == 0  # the row stands: nobody rings her a second time
    page = paging.last(ticket)
    assert page.call is None
    assert isinstance(paging.answers(page, "CA" + "7" * 32), Asking)
    assert paging.last(ticket).call == "CA" + "7" * 32
    assert paging.presses(page, "CA" + "7" * 32) == Taken(ticket, "id", None)


def test_a_call_of_which_nobody_hears_any_more_is_given_up_and_the_next_is_rung(paging: PagingDesk) -> None:
    paging.troubles.append(Unknown("no answer in 8 s"))
    ticket = paging.urgent()
    paging.look(FIRST)
    assert paging.outcomes(ticket) == [("Sari", None)]
    assert paging.look(GIVEN_UP_AFTER) == 0
    assert paging.look(SECOND) == 1
    assert paging.outcomes(ticket) == [("Sari", Outcome.NO_NEWS), ("Chen", None)]


def test_what_the_carrier_did_not_take_is_tried_again_soon_and_less_and_less_often(
    paging: PagingDesk,
) -> None:
    paging.troubles += [NotSent("429"), NotSent("429")]
    ticket = paging.urgent()
    paging.look(FIRST)
    assert paging.look(FIRST_PAUSE - SECOND) == 0
    assert paging.look(SECOND) == 1
    assert paging.look(FIRST_PAUSE) == 0
    assert paging.look(FIRST_PAUSE) == 1
    assert paging.outcomes(ticket) == [("Sari", Outcome.NOT_SENT)] * 2 + [("Sari", None)]


def test_a_number_that_is_refused_is_left_for_the_next(paging: PagingDesk) -> None:
    paging.troubles.append(RefusedForGood(21211, "not valid"))
    ticket = paging.urgent()
    paging.look(FIRST)
    paging.look(FIRST_PAUSE)
    assert paging.outcomes(ticket) == [("Sari", Outcome.REFUSED), ("Chen", None)]


class FreezingClock(StoppedClock):
    """A machine that stands still for ten seconds between two looks at its monotonic clock."""

    looks = 0

    def monotonic(self) -> float:
        self.looks += 1
        if self.looks == 2:
            self.advance(10 * SECOND)
        return super().monotonic()


def test_a_worker_that_froze_between_the_row_and_the_request_rings_nobody_late(paging: PagingDesk) -> None:
    ticket = paging.urgent()
    paging.clock = FreezingClock(NOW + FIRST)
    assert paging.look() == 1
    assert paging.line.calls == []
    assert paging.outcomes(ticket) == [("Sari", Outcome.NOT_SENT)]


def test_however_many_tickets_wait_nobody_is_rung_more_often(paging: PagingDesk) -> None:
    paging.people = (SARI,)
    for number in range(8):
        paging.urgent(f"CA{number}")
    paging.look(FIRST)
    for _ in range(60):
        for page in [
            page for ticket in _all(paging) for page in paging.of(ticket) if page.paged.outcome is None
        ]:
            paging.hangs_up(page, Outcome.NO_ANSWER)
        paging.look(10 * SECOND)
    assert 4 <= len(paging.line.calls) <= 6  # ten minutes, every other minute


def _all(paging: PagingDesk) -> list[str]:
    with paging.database.reading(within()) as connection:
        return [waiting.ticket for waiting in paging.store.waiting(connection)]


def test_a_clock_that_is_set_back_loses_no_page(paging: PagingDesk) -> None:
    ticket = paging.urgent()
    paging.look(FIRST)
    paging.clock = StoppedClock(NOW - timedelta(hours=1))
    assert paging.look() == 1
    assert paging.look(SECOND) == 0
    assert paging.outcomes(ticket) == [("Sari", Outcome.NO_NEWS), ("Chen", None)]


def test_with_nothing_waiting_nobody_waits_for_the_lock_of_a_look(paging: PagingDesk) -> None:
    with paging.database.writing(within()):
        assert paging.pager().do(within(3)) == 0


def test_the_carrier_may_tell_of_a_page_before_its_reply_does(paging: PagingDesk) -> None:
    ticket = paging.urgent()

    class QuickLine(LoopbackLine):
        def place_call(self, plan: CallPlan) -> Placed | NotPlaced:
            placed = super().place_call(plan)
            assert isinstance(placed, Placed)
            assert isinstance(paging.answers(paging.last(ticket), placed.call), Asking)
            paging.presses(paging.last(ticket), placed.call)
            return placed

    paging.clock.advance(FIRST)
    assert paging.pager(QuickLine()).do(within()) == 1
    assert paging.outcomes(ticket) == [("Sari", Outcome.ACKNOWLEDGED)]
    assert CHEN.name not in dict(paging.outcomes(ticket))


def test_a_ticket_that_is_taken_while_others_are_paged_about_rings_nobody(paging: PagingDesk) -> None:
    first, second = sorted((paging.urgent("CA1"), paging.urgent("CA2")))

    class TakingLine(LoopbackLine):
        """While it rings about the first ticket, somebody takes the second."""

        def place_call(self, plan: CallPlan) -> Placed | NotPlaced:
            self.calls.append(plan)
            paging.tickets.move(second, S.IN_INVESTIGATION)
            return NotSent("429")

    paging.clock.advance(FIRST)
    assert paging.pager(TakingLine()).do(within()) == 1
    assert len(paging.of(first)) == 1
    assert paging.of(second) == ()


def test_an_urgent_ticket_that_is_reopened_waits_anew_and_is_paged_about(paging: PagingDesk) -> None:
    ticket = paging.urgent()
    paging.look(FIRST)
    paging.presses(paging.last(ticket))
    paging.tickets.move(ticket, S.IN_INVESTIGATION, S.SOLVED)
    assert paging.look(timedelta(hours=1) - FIRST) == 0
    paging.tickets.move(ticket, S.REOPENED)  # by the desk's clock this is an hour after the promise
    assert paging.waits() == [Waiting(ticket, NOW + timedelta(hours=1))]
    assert paging.look(FIRST - SECOND) == 0
    assert paging.look(SECOND) == 1
    assert paging.rung() == [SARI_NUMBER, SARI_NUMBER]
    assert isinstance(paging.presses(paging.last(ticket)), Taken)
    assert paging.waits() == []
    assert paging.look(timedelta(days=1)) == 0


def test_a_reopened_ticket_that_somebody_works_on_rings_nobody(paging: PagingDesk) -> None:
    ticket = paging.urgent()
    paging.tickets.move(ticket, S.IN_REVIEW, S.SOLVED, S.REOPENED, S.IN_REVIEW)
    assert paging.look(timedelta(days=1)) == 0


def test_pages_from_before_the_reopening_make_no_page_come_sooner_or_later(paging: PagingDesk) -> None:
    ticket = paging.urgent()
    paging.look(FIRST)
    paging.hangs_up(paging.last(ticket), Outcome.NO_ANSWER)
    paging.tickets.move(ticket, S.IN_REVIEW, S.SOLVED)
    paging.clock.advance(timedelta(hours=1) - FIRST)
    paging.tickets.move(ticket, S.REOPENED)
    assert paging.look(FIRST - SECOND) == 0
    assert paging.look(SECOND) == 1
    assert paging.rung() == [SARI_NUMBER, SARI_NUMBER]
