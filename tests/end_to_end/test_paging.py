"""From key 9 to the telephone of whoever is on call: an urgent ticket rings until somebody presses 1."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest

from callbacks.paging.next_page import FIRST_PAUSE
from callbacks.paging.on_call import OnCall, OnCallPerson
from callbacks.paging.pager import Outside, Pager, Plan
from callbacks.paging.store import GIVEN_UP_AFTER
from callbacks.schema import tickets
from exchange.exchange import CallRecord, Exchange
from exchange.mishaps import Mishap, MishapKind
from exchange.settings import Person
from foundation.clock import Deadline, StoppedClock, SystemClock
from foundation.fault_points import DISARMED, FaultPoints
from foundation.settings import Settings
from ivr.channels.addresses import Addresses
from ivr.handlers.page_words import WORDS, text_of
from processes.carrier import carrier_account
from processes.chores.paging import new_attempt
from telephony.rest import CarrierRest
from telephony.twilio_line import TwilioLine
from tests.end_to_end.callers import number, urgent
from tests.end_to_end.running import Hotline

SARI = OnCallPerson(name="Sari", number="+622150001021", language="id")
CHEN = OnCallPerson(name="Chen", number="+622150001022", language="zh")
READER = OnCallPerson(name="Dewi", number="+622150001023", language="en", by="text")
ANSWERS = {one.number: Person("answers", rings=1.0) for one in (SARI, CHEN)}
TAKES_IT, SAYS_NOTHING = [{"presses": "1"}], [{"stays_silent": True}] * 4
LATE = timedelta(minutes=5, seconds=1)


@dataclass(frozen=True)
class Watch:
    """The worker's chore on a clock that runs ahead, and the exchange it rings through."""

    pager: Pager
    clock: StoppedClock
    exchange: Exchange
    hotline: Hotline

    def look(self, after: timedelta = timedelta(0)) -> int:
        self.clock.advance(after)
        return self.pager.do(Deadline.after(20, SystemClock()))

    def pages(self) -> list[CallRecord]:
        """The calls to people on call, each heard to its end."""
        made = [self.exchange.record(sid) for sid in self.exchange.tape.calls()]
        return [one for one in made if one.events[0].details["direction"] == "outbound-api"]

    def rung(self) -> list[str]:
        """Whose telephones rang, when all of them have ended."""
        return [str(one.events[0].details["to_number"]) for one in self.pages()]

    def outcomes(self, ticket: str) -> list[tuple[object, ...]]:
        """Who was paged about it, and what came of each page."""
        rows = self.hotline.rows("SELECT ticket, name, outcome FROM pages ORDER BY place")
        return [(name, outcome) for number, name, outcome in rows if number == ticket]

    def promise(self) -> str:
        """Somebody presses 9 and hangs up: the number of their ticket."""
        to = self.hotline.settings.hotline_number
        call = self.exchange.call(from_=number(740), to=to, script=urgent("1"))
        (filed,) = self.hotline.tickets([call.sid])
        return filed.number


@contextmanager
def watching(hotline: Hotline, *people: OnCallPerson, **told: object) -> Iterator[Watch]:
    # What other tests of this line have left is taken by somebody else, and nobody was rung for it.
    with hotline.database.writing(Deadline.after(20, SystemClock())) as connection:
        connection.exec_driver_sql("UPDATE tickets SET state = 'in-review' WHERE priority = 'urgent'")
        connection.exec_driver_sql("DELETE FROM pages")
    settings, clock = hotline.settings, StoppedClock(SystemClock().now())
    people_of: Mapping[str, Person] = {settings.person_fallback_number: Person("no-answer"), **ANSWERS}
    with (
        hotline.exchange(**{"people": people_of, **told}) as exchange,
        outside_of(settings) as outside,
    ):
        pager = Pager(hotline.database, lambda: plan_for(*people), outside, clock)
        yield Watch(pager, clock, exchange, hotline)


def plan_for(*people: OnCallPerson) -> Plan:
    return Plan(OnCall(people=people), "Asia/Jakarta", SARI)


@contextmanager
def outside_of(settings: Settings, fault_points: FaultPoints = DISARMED) -> Iterator[Outside]:
    """The line through the exchange of this hotline, and its own addresses."""
    account = carrier_account(settings)
    assert account is not None
    addresses = Addresses(settings.public_url, settings.secret_key, SystemClock())
    with closing(CarrierRest(account, SystemClock(), tries=1)) as rest:
        yield Outside(
            TwilioLine(rest),
            settings.hotline_number,
            addresses.page,
            addresses.page_status,
            lambda language, since: text_of(language, since, "Asia/Jakarta"),
            new_attempt,
            fault_points,
        )


def spoken(ticket: str) -> list[str]:
    return [" ".join(ticket[place : place + 3]) for place in range(0, 9, 3)]


def test_key_9_rings_who_is_on_call_after_five_minutes_and_their_key_ends_it(hotline: Hotline) -> None:
    with watching(hotline, SARI, CHEN, rung={SARI.number: TAKES_IT}, repeat_every_request=True) as watch:
        ticket = watch.promise()
        assert watch.look() == 0
        assert watch.look(LATE) == 1
        assert watch.rung() == [SARI.number]
        (page,) = watch.pages()
        heard = " ".join(page.heard)
        assert WORDS["id"].calling in heard
        assert all(heard.count(group) >= 2 for group in spoken(ticket))
        assert watch.outcomes(ticket) == [("Sari", "acknowledged")]
        assert watch.look(timedelta(hours=1)) == 0
        assert watch.exchange.tape.differing() == []
        assert page.of("fault") == []
    moves = hotline.rows("SELECT ticket, actor, note FROM ticket_moves ORDER BY id")
    assert moves[-1] == (ticket, "Sari", "acknowledged by telephone")


def test_whoever_does_not_answer_is_followed_by_the_next(hotline: Hotline) -> None:
    people = ANSWERS | {SARI.number: Person("no-answer")}
    with watching(hotline, SARI, CHEN, people=people, rung={CHEN.number: TAKES_IT}) as watch:
        ticket = watch.promise()
        watch.look(LATE)
        assert watch.rung() == [SARI.number]
        assert watch.look() == 1
        assert watch.rung() == [SARI.number, CHEN.number]
        assert watch.outcomes(ticket) == [("Sari", "no answer"), ("Chen", "acknowledged")]
        assert watch.look(timedelta(hours=1)) == 0


def test_a_machine_that_answers_hears_no_number_and_the_next_is_rung(hotline: Hotline) -> None:
    rung = {SARI.number: SAYS_NOTHING, CHEN.number: TAKES_IT}
    with watching(hotline, SARI, CHEN, rung=rung) as watch:
        ticket = watch.promise()
        watch.look(LATE)
        (machine,) = watch.pages()
        heard = " ".join(machine.heard)
        assert heard.count(WORDS["id"].press) == 3
        assert WORDS["id"].unpressed in heard
        assert not any(group in heard for group in spoken(ticket))
        watch.look()
        assert watch.rung() == [SARI.number, CHEN.number]
        assert watch.outcomes(ticket) == [("Sari", "not pressed"), ("Chen", "acknowledged")]


def test_one_call_tells_of_two_tickets(hotline: Hotline) -> None:
    with watching(hotline, SARI, CHEN, rung={SARI.number: TAKES_IT * 2}) as watch:
        made = [watch.promise(), watch.promise()]
        # The web process goes by the real clock: for it too both have waited.
        with hotline.database.writing(Deadline.after(20, SystemClock())) as connection:
            connection.execute(tickets.update().values(at=watch.clock.now() - LATE))
        watch.look(LATE)
        assert watch.rung() == [SARI.number]
        assert [watch.outcomes(ticket) for ticket in made] == [[("Sari", "acknowledged")]] * 2


def test_a_text_tells_nothing_of_the_customer_and_the_next_person_is_rung(hotline: Hotline) -> None:
    with watching(hotline, READER, CHEN, rung={CHEN.number: TAKES_IT}) as watch:
        ticket = watch.promise()
        watch.look(LATE)
        (text,) = watch.exchange.board.messages.all()
        assert (text.text.to, text.text.from_) == (READER.number, hotline.settings.hotline_number)
        assert text.text.body.startswith("Hotline: an urgent request has been waiting since")
        assert ticket not in text.text.body.replace(" ", "")
        watch.look(timedelta(minutes=2))
        assert watch.rung() == [CHEN.number]
        assert watch.outcomes(ticket) == [("Dewi", "sent"), ("Chen", "acknowledged")]


@pytest.mark.parametrize("mishap", ["lost", "fails-after"])
def test_a_call_whose_reply_is_lost_rings_once_and_its_key_counts(
    hotline: Hotline, mishap: MishapKind
) -> None:
    with watching(hotline, SARI, CHEN, rung={SARI.number: TAKES_IT}) as watch:
        ticket = watch.promise()
        watch.exchange.mishaps.plan("calls.create", Mishap(mishap))
        assert watch.look(LATE) == 1
        assert watch.rung() == [SARI.number]
        assert watch.outcomes(ticket) == [("Sari", "acknowledged")]
        assert watch.look(timedelta(hours=1)) == 0
        assert watch.rung() == [SARI.number]


def test_a_call_that_was_perhaps_placed_and_was_not_is_given_up_for_the_next(hotline: Hotline) -> None:
    with watching(hotline, SARI, CHEN, rung={CHEN.number: TAKES_IT}) as watch:
        ticket = watch.promise()
        watch.exchange.mishaps.plan("calls.create", Mishap("fails-before"))
        assert watch.look(LATE) == 1
        assert watch.rung() == []
        assert watch.look(timedelta(minutes=1)) == 0
        assert watch.look(GIVEN_UP_AFTER) == 1
        assert watch.rung() == [CHEN.number]
        assert watch.outcomes(ticket) == [("Sari", "no news"), ("Chen", "acknowledged")]


def test_a_carrier_with_too_much_to_do_is_asked_again_soon(hotline: Hotline) -> None:
    with watching(hotline, SARI, rung={SARI.number: TAKES_IT}) as watch:
        ticket = watch.promise()
        watch.exchange.mishaps.plan("calls.create", Mishap("too-many"))
        watch.look(LATE)
        assert watch.rung() == []
        assert watch.look() == 0
        watch.look(FIRST_PAUSE)
        assert watch.rung() == [SARI.number]
        assert watch.outcomes(ticket) == [("Sari", "not sent"), ("Sari", "acknowledged")]
