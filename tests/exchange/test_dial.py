"""Dial: who answers, for how long, and what the action learns."""

import pytest

from tests.exchange.conftest import CALLER, NUMBER, PERSON, Place
from tests.exchange.scripted_hotline import ScriptedHotline

DIAL = f'<Dial action="/dialled" timeout="20">{PERSON}</Dial>'
STRANGER = f'<Dial action="/dialled" timeout="20">{PERSON[:-1]}9</Dial>'
AFTER = {"/dialled": "<Say>Back again</Say>"}


def test_a_person_answers_and_talks(place: Place, hotline: ScriptedHotline) -> None:
    record = place({"/answer": DIAL, **AFTER})
    fields = hotline.fields("/dialled")
    assert fields["DialCallSid"].startswith("CA")
    assert (fields["DialCallStatus"], fields["DialCallDuration"], fields["DialBridged"]) == (
        "completed", "20", "true"
    )  # fmt: skip
    assert record.heard == ("Back again",)
    assert (
        record.kinds().index("ringing") < record.kinds().index("bridged") < record.kinds().index("dial-ended")
    )


@pytest.mark.parametrize(
    ("person", "status"), [("busy", "busy"), ("no-answer", "no-answer"), ("fails", "failed")]
)
def test_a_person_who_does_not_answer_has_an_outcome(
    place: Place, hotline: ScriptedHotline, person: str, status: str
) -> None:
    record = place({"/answer": DIAL, **AFTER}, {"person": person})
    fields = hotline.fields("/dialled")
    assert (fields["DialCallStatus"], fields["DialBridged"]) == (status, "false")
    assert "DialCallDuration" not in fields
    assert record.heard == ("Back again",)


def test_nobody_answers_a_number_that_nobody_has(place: Place, hotline: ScriptedHotline) -> None:
    record = place({"/answer": STRANGER, **AFTER})
    assert hotline.fields("/dialled")["DialCallStatus"] == "no-answer"
    assert record.seconds >= 20


def test_a_person_slower_than_the_time_out_has_not_answered(place: Place, hotline: ScriptedHotline) -> None:
    place({"/answer": DIAL, **AFTER}, {"person": "answers", "rings": 25})
    assert hotline.fields("/dialled")["DialCallStatus"] == "no-answer"


def test_a_talk_ends_at_its_limit(place: Place, hotline: ScriptedHotline) -> None:
    limited = f'<Dial action="/dialled" timeLimit="60">{PERSON}</Dial>'
    place({"/answer": limited, **AFTER}, {"person": "answers", "talks": 500})
    assert hotline.fields("/dialled")["DialCallDuration"] == "60"


def test_without_an_action_the_document_goes_on(place: Place) -> None:
    record = place(f"<Dial>{PERSON}</Dial><Say>Still here</Say>", {"person": "busy"})
    assert record.heard == ("Still here",)


def test_of_many_numbers_the_first_to_answer_is_joined(place: Place) -> None:
    record = place(f"<Dial><Number>{PERSON[:-1]}8</Number><Number>{PERSON}</Number></Dial>")
    assert record.of("ringing")[0]["number"] == PERSON


@pytest.mark.parametrize(("leaves", "status"), [("ringing", "canceled"), ("talking", "completed")])
def test_a_caller_may_leave_while_it_rings_or_while_they_talk(
    place: Place, hotline: ScriptedHotline, leaves: str, status: str
) -> None:
    record = place(
        {"/answer": DIAL, "/dialled": "<Say>unheard</Say>"}, {"person": "answers", "caller_leaves": leaves}
    )
    fields = hotline.fields("/dialled")
    assert (fields["DialCallStatus"], fields["CallStatus"]) == (status, "completed")
    assert record.heard == ()
    assert (record.ended_by, record.status) == ("caller", "completed")
    assert len(hotline.at("/status")) == 1


def test_a_caller_who_leaves_at_the_next_question_first_talks(place: Place, hotline: ScriptedHotline) -> None:
    record = place(
        {"/answer": DIAL, "/dialled": "<Gather/>"}, {"person": "answers", "talks": 9}, {"hangs_up": True}
    )
    assert hotline.fields("/dialled")["DialCallDuration"] == "9"
    assert record.ended_by == "caller"


def test_a_number_of_the_account_or_the_caller_may_be_shown(place: Place) -> None:
    for shown in (NUMBER, CALLER):
        assert place(f'<Dial callerId="{shown}">{PERSON}</Dial>').ended_by == "document"
    record = place(f'<Dial callerId="+14155551212">{PERSON}</Dial>')
    assert record.of("fault")[0]["code"] == 13214
    assert record.ended_by == "fault"
