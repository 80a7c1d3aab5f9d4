import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from callbacks.outcomes import AnotherIsOpen, Joined, Moved, NoSuchTicket, NotLegal, Opened, StateChanged
from callbacks.promises import NoNumberFree, Promises
from callbacks.records import AskedMove, NumberToCall, Sought, SpokenMessage, SurveyAnswer, TicketFile
from callbacks.schema import survey_answers
from callbacks.store import TicketStore
from callbacks.tickets import Priority, TicketDraft, TicketState, is_ticket_number
from foundation.clock import Deadline, SystemClock
from foundation.database import Database, KeyReused
from identity.levels import Level
from tests.ticket_makers import NOW, a_draft, a_proven_draft

CLOCK = SystemClock()
S = TicketState


class Desk:
    """Promises, and a look at what stands in SQL."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.store = TicketStore()
        drawing = random.Random(7)  # chance of a test, the same each time
        self.promises = Promises(self.store, database, lambda: str(drawing.randrange(10**7, 10**8)))

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


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    database = Database(database_url, CLOCK, limit=20)
    yield Desk(database)
    database.close()


def test_a_ticket_stands_in_sql_when_its_number_is_told(desk: Desk) -> None:
    draft = a_draft(recordings=("RE1",))
    opened = desk.open(draft)
    assert isinstance(opened, Opened)
    assert is_ticket_number(opened.number)
    assert (opened.due, opened.state) == (draft.due, S.PROMISED)
    kept = desk.file(opened.number)
    assert kept.ticket.answers == draft.answers
    assert kept.ticket.calling_number == draft.calling_number
    assert [recording.sid for recording in kept.recordings] == ["RE1"]


def test_a_ticket_is_born_promised_with_its_earlier_moves(desk: Desk) -> None:
    moves = desk.file(desk.open(a_draft()).number).moves
    assert [move.to for move in moves] == [S.RECEIVED, S.CLASSIFIED, S.DIAGNOSED, S.PROMISED]
    assert [move.was for move in moves] == [None, S.RECEIVED, S.CLASSIFIED, S.DIAGNOSED]
    assert {(move.actor, move.at) for move in moves} == {("call CA1", NOW)}


def test_an_urgent_ticket_was_not_diagnosed(desk: Desk) -> None:
    moves = desk.file(desk.open(a_draft(priority=Priority.URGENT)).number).moves
    assert [move.to for move in moves] == [S.RECEIVED, S.CLASSIFIED, S.PROMISED]


def test_the_same_key_brings_the_same_ticket(desk: Desk) -> None:
    draft = a_draft()
    later = replace(draft, at=NOW + timedelta(seconds=2), due=draft.due + timedelta(seconds=2))
    assert desk.open(draft) == desk.open(draft) == desk.open(later)
    assert desk.count() == 1


@pytest.mark.parametrize("change", [{"topic": "refund"}, {"answers": ()}, {"number_to_call": None}])
def test_the_same_key_with_another_content_is_a_fault(desk: Desk, change: dict[str, object]) -> None:
    desk.open(a_draft())
    with pytest.raises(KeyReused):
        desk.open(a_draft(**change))


def test_a_call_has_one_ticket_a_topic(desk: Desk) -> None:
    first = desk.open(a_draft())
    again = desk.open(a_draft(key="CA1/9/1", answers=(("time", "9"),)))
    assert isinstance(again, Joined)
    assert again.number == first.number
    kept = desk.file(first.number)
    assert kept.ticket.answers == a_draft().answers
    assert [addition.answers for addition in kept.additions] == [(("time", "9"),)]
    other = desk.open(a_draft(key="CA1/12/1", topic="refund"))
    assert isinstance(other, Opened)
    assert other.number != first.number


def test_a_second_call_of_a_proven_customer_joins_the_open_ticket(desk: Desk) -> None:
    first = desk.open(a_proven_draft(recordings=("RE1",)))
    second = desk.open(
        a_proven_draft(call="CA2", key="CA2/3/1", recordings=("RE2",), answers=(("time", "9"),))
    )
    assert isinstance(second, Joined)
    assert (second.number, second.due) == (first.number, first.due)
    kept = desk.file(first.number)
    assert [(addition.call, addition.answers) for addition in kept.additions] == [("CA2", (("time", "9"),))]
    assert [recording.sid for recording in kept.recordings] == ["RE1", "RE2"]


def test_a_third_call_that_joined_has_one_ticket_too(desk: Desk) -> None:
    first = desk.open(a_proven_draft())
    desk.open(a_proven_draft(call="CA2", key="CA2/3/1"))
    assert desk.open(a_proven_draft(call="CA2", key="CA2/8/1")).number == first.number


def test_joining_makes_a_ticket_more_pressing_but_no_promise_later(desk: Desk) -> None:
    first = desk.open(a_proven_draft(priority=Priority.LOW, partial=True))
    sooner = NOW + timedelta(minutes=30)
    second = desk.open(a_proven_draft(call="CA2", key="CA2/3/1", priority=Priority.URGENT, due=sooner))
    assert second.due == sooner
    third = desk.open(a_proven_draft(call="CA3", key="CA3/3/1", priority=Priority.LOW))
    assert third.due == sooner
    ticket = desk.file(first.number).ticket
    assert (ticket.priority, ticket.partial) == (Priority.URGENT, False)


def test_another_topic_or_another_customer_is_another_ticket(desk: Desk) -> None:
    numbers = {
        desk.open(a_proven_draft()).number,
        desk.open(a_proven_draft(call="CA2", key="CA2/3/1", topic="refund")).number,
        desk.open(a_proven_draft(call="CA3", key="CA3/3/1", customer="1002003027")).number,
    }
    assert len(numbers) == 3


@pytest.mark.parametrize("ended", [(S.IN_REVIEW, S.SOLVED), (S.CANCELLED,)])
def test_a_customer_whose_ticket_is_settled_gets_a_new_one(
    desk: Desk, ended: tuple[TicketState, ...]
) -> None:
    first = desk.open(a_proven_draft())
    desk.move(first.number, *ended)
    assert isinstance(desk.open(a_proven_draft(call="CA2", key="CA2/3/1")), Opened)


def test_a_caller_who_proved_nothing_gets_a_new_ticket_linked_silently(desk: Desk) -> None:
    first = desk.open(a_draft())
    claimed = a_draft(call="CA2", key="CA2/3/1", level=Level.IDENTIFIED, customer="1002003019")
    second = desk.open(claimed)
    assert isinstance(second, Opened)
    assert second.number != first.number
    assert desk.file(second.number).related == (first.number,)
    assert desk.file(first.number).additions == ()


def test_a_caller_who_proved_nothing_never_joins_what_a_proven_one_has(desk: Desk) -> None:
    proven = desk.open(a_proven_draft())
    claimed = a_draft(call="CA2", key="CA2/3/1", level=Level.IDENTIFIED, customer="1002003019")
    assert desk.open(claimed).number != proven.number


def test_callers_who_show_no_number_are_linked_to_nobody(desk: Desk) -> None:
    desk.open(a_draft(calling_number=None))
    second = desk.open(a_draft(call="CA2", key="CA2/3/1", calling_number=None))
    assert desk.file(second.number).related == ()


def test_a_taken_number_is_drawn_again(desk: Desk) -> None:
    draws = iter(["11111111", "11111111", "22222222"])
    promises = Promises(desk.store, desk.database, lambda: next(draws))
    numbers = [
        promises.open_ticket(draft, within()).number
        for draft in (a_draft(), a_draft(call="CA2", key="CA2/3/1"))
    ]
    assert [number[:8] for number in numbers] == ["11111111", "22222222"]


def test_a_drawing_that_always_gives_the_same_number_is_told(desk: Desk) -> None:
    promises = Promises(desk.store, desk.database, lambda: "11111111")
    promises.open_ticket(a_draft(), within())
    with pytest.raises(NoNumberFree):
        promises.open_ticket(a_draft(call="CA2", key="CA2/3/1"), within())


def at_once(desk: Desk, drafts: list[TicketDraft]) -> list[Opened | Joined]:
    together = threading.Barrier(len(drafts))

    def ask(draft: TicketDraft) -> Opened | Joined:
        together.wait()
        return desk.open(draft)

    with ThreadPoolExecutor(len(drafts)) as threads:
        return list(threads.map(ask, drafts))


def test_twenty_calls_of_one_proven_customer_at_once_have_one_ticket(desk: Desk) -> None:
    drafts = [a_proven_draft(call=f"CA{call}", key=f"CA{call}/3/1") for call in range(20)]
    told = at_once(desk, drafts)
    assert len({one.number for one in told}) == 1
    assert sum(isinstance(one, Opened) for one in told) == 1
    assert len(desk.file(told[0].number).additions) == 19


def test_twenty_repeats_of_one_deed_at_once_hear_the_same(desk: Desk) -> None:
    told = at_once(desk, [a_proven_draft()] * 20)
    assert len(set(told)) == 1
    assert desk.file(told[0].number).additions == ()


def test_two_turns_of_one_call_at_once_have_one_ticket(desk: Desk) -> None:
    told = at_once(desk, [a_draft(key=f"CA1/{turn}/1") for turn in range(8)])
    assert len({one.number for one in told}) == 1
    assert desk.count() == 1


def a_message(**changes: object) -> SpokenMessage:
    message = SpokenMessage("CA1", "RE1", 12, None, None, "id", "phone", "+6281234567890", "CA1/5/1", NOW)
    return replace(message, **changes)  # type: ignore[arg-type]  # fields of a message


def test_a_recording_joins_the_ticket_it_is_sent_to(desk: Desk) -> None:
    number = desk.open(a_draft()).number
    desk.open(a_draft(key="CA1/4/1", topic="refund"))
    assert desk.promises.keep_recording(a_message(ticket=number), within()) == number
    assert [(kept.sid, kept.seconds) for kept in desk.file(number).recordings] == [("RE1", 12)]


def test_a_recording_joins_the_ticket_of_its_call(desk: Desk) -> None:
    number = desk.open(a_draft()).number
    assert desk.promises.keep_recording(a_message(), within()) == number


def test_a_recording_of_no_ticket_becomes_one_of_low_priority(desk: Desk) -> None:
    number = desk.promises.keep_recording(a_message(topic="feedback", ticket="123456789"), within())
    ticket = desk.file(number).ticket
    assert (ticket.priority, ticket.topic, ticket.partial) == (Priority.LOW, "feedback", True)


def test_a_recording_told_twice_is_kept_once(desk: Desk) -> None:
    first = desk.promises.keep_recording(a_message(seconds=None), within())
    assert desk.promises.keep_recording(a_message(seconds=12, key="CA1/6/1"), within()) == first
    assert desk.count() == 1
    assert [kept.seconds for kept in desk.file(first).recordings] == [12]


def test_the_number_to_call_is_changed_and_the_old_one_stays_on_file(desk: Desk) -> None:
    number = desk.open(a_draft()).number
    wanted = NumberToCall(number, "+6281234560000", "CA1", "CA1/6/1", NOW)
    assert desk.promises.set_number(wanted, within())
    assert desk.promises.set_number(wanted, within())
    kept = desk.file(number)
    assert kept.ticket.number_to_call == "+6281234560000"
    assert [addition.answers for addition in kept.additions] == [
        (("number to call before", "+6281234567891"),)
    ]


def test_no_number_is_set_for_a_ticket_that_is_not_there(desk: Desk) -> None:
    assert not desk.promises.set_number(NumberToCall("123456789", "+62812", "CA1", "CA1/6/1", NOW), within())


def test_of_two_answers_to_one_question_the_newest_counts(desk: Desk) -> None:
    first = SurveyAnswer("CA1", "solved", 2, "CA1/7/1", NOW)
    newer = replace(first, answer=5, key="CA1/8/1", at=NOW + timedelta(seconds=9))
    for given in (first, newer, first):
        desk.promises.save_survey(given, within())
    with desk.database.reading(within()) as connection:
        assert [row.answer for row in connection.execute(survey_answers.select())] == [5]


# Moves of staff.


def test_a_ticket_goes_its_way_and_every_move_is_on_file(desk: Desk) -> None:
    number = desk.open(a_draft()).number
    way = (S.IN_INVESTIGATION, S.SOLVED, S.FOLLOWED_UP, S.CLOSED, S.REOPENED, S.IN_REVIEW, S.SOLVED)
    desk.move(number, *way)
    moves = desk.file(number).moves[4:]
    assert tuple(move.to for move in moves) == way
    assert {(move.actor, move.note) for move in moves} == {("Sari", "looked into it")}


def test_a_move_that_is_not_legal_names_those_that_are(desk: Desk) -> None:
    number = desk.open(a_draft()).number
    refused = desk.promises.move(sent(number, S.CLOSED), within())
    assert refused == NotLegal(S.PROMISED, (S.CANCELLED, S.IN_INVESTIGATION, S.IN_REVIEW))


def test_whoever_moves_second_is_told_where_it_is_now(desk: Desk) -> None:
    number = desk.open(a_draft()).number
    desk.move(number, S.IN_REVIEW)
    second = desk.promises.move(sent(number, S.IN_INVESTIGATION, came_from=S.PROMISED), within())
    assert second == StateChanged(S.IN_REVIEW)


def test_a_ticket_that_is_not_there_is_not_moved(desk: Desk) -> None:
    assert desk.promises.move(sent("123456789", S.CLOSED), within()) == NoSuchTicket()


def test_of_many_who_move_a_ticket_at_once_one_does(desk: Desk) -> None:
    number = desk.open(a_draft()).number
    together = threading.Barrier(8)

    def ask(to: TicketState) -> object:
        together.wait()
        return desk.promises.move(sent(number, to, came_from=S.PROMISED), within())

    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(ask, [S.IN_REVIEW, S.IN_INVESTIGATION] * 4))
    assert sum(isinstance(one, Moved) for one in told) == 1
    assert len(desk.file(number).moves) == 5


def test_a_settled_ticket_is_not_opened_again_beside_another_open_one(desk: Desk) -> None:
    first = desk.open(a_proven_draft()).number
    desk.move(first, S.IN_REVIEW, S.SOLVED)
    second = desk.open(a_proven_draft(call="CA2", key="CA2/3/1")).number
    assert desk.promises.move(sent(first, S.REOPENED), within()) == AnotherIsOpen("failed-payment")
    desk.move(second, S.CANCELLED)
    desk.move(first, S.REOPENED)


def test_an_open_ticket_has_no_end_and_a_closed_one_has(desk: Desk) -> None:
    number = desk.open(a_draft()).number

    def end() -> object:
        from callbacks.schema import tickets

        with desk.database.reading(within()) as connection:
            return connection.execute(tickets.select()).one().delete_after

    assert end() is None
    desk.move(number, S.CANCELLED)
    assert end() == NOW + timedelta(hours=1, days=730)


# Lists.


def test_tickets_are_listed_by_when_they_are_due_and_by_what_is_sought(desk: Desk) -> None:
    late = desk.open(a_draft(due=NOW + timedelta(hours=9))).number
    soon = desk.open(
        a_draft(call="CA2", key="CA2/3/1", due=NOW, topic="refund", priority=Priority.URGENT)
    ).number
    desk.move(late, S.IN_REVIEW)

    def listed(sought: Sought) -> list[str]:
        with desk.database.reading(within()) as connection:
            return [ticket.number for ticket in desk.store.listed(connection, sought)]

    assert listed(Sought()) == [soon, late]
    assert listed(Sought(state=S.IN_REVIEW)) == [late]
    assert listed(Sought(topic="refund")) == [soon]
    assert listed(Sought(priority=Priority.URGENT)) == [soon]
    assert listed(Sought(overdue_at=NOW + timedelta(hours=1))) == [soon]
    desk.move(soon, S.CANCELLED)
    assert listed(Sought(overdue_at=NOW + timedelta(hours=10))) == [late]
