"""What a call adds afterwards: recordings, another number to call, answers to the survey."""

from dataclasses import replace
from datetime import timedelta

from callbacks.records import NumberToCall, SpokenMessage, SurveyAnswer
from callbacks.schema import survey_answers
from callbacks.tickets import Priority, TicketState
from identity.levels import Level
from tests.callbacks.promise_desk import Desk, within
from tests.makers import NOW, a_draft

S = TicketState


def a_message(**changes: object) -> SpokenMessage:
    message = SpokenMessage(
        call="CA1",
        sid="RE1",
        seconds=12,
        ticket=None,
        topic="question",
        language="id",
        channel="phone",
        level=Level.RECOGNISED,
        calling_number="+6281234567890",
        key="CA1/5/1",
        at=NOW,
        due=NOW + timedelta(days=1),
    )
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
