"""A caller may leave at any moment; the end is told once, and nothing is said to nobody."""

import threading

from tests.exchange.conftest import Place
from tests.exchange.scripted_hotline import Asked, ScriptedHotline


def test_in_the_middle_of_a_sentence(place: Place, hotline: ScriptedHotline) -> None:
    record = place(
        "<Say>A sentence that nobody hears the end of</Say><Say>More</Say>", {"hangs_up": "during"}
    )
    assert [(one["complete"], one["cut_by"]) for one in record.of("heard")] == [(False, "hang-up")]
    assert (record.ended_by, record.status) == ("caller", "completed")
    assert len(hotline.at("/status")) == 1


def test_in_the_middle_of_the_second_document(place: Place) -> None:
    record = place(
        {
            "/answer": '<Gather action="/next" numDigits="1"><Say>Menu</Say></Gather>',
            "/next": "<Say>Answer</Say>",
        },
        {"presses": "1"},
        {"hangs_up": "during"},
    )
    assert [one["complete"] for one in record.of("heard")] == [True, False]


def test_while_the_call_waits_for_keys(place: Place, hotline: ScriptedHotline) -> None:
    record = place('<Gather action="/digits"/><Say>unheard</Say>', {"hangs_up": True})
    assert record.heard == ()
    assert not hotline.at("/digits")
    assert record.ended_by == "caller"


def test_whoever_has_nothing_more_to_do_hangs_up(place: Place) -> None:
    assert place("<Gather/><Redirect>/answer</Redirect>").ended_by == "caller"


def test_before_the_first_answer_has_come(place: Place, hotline: ScriptedHotline) -> None:
    told = threading.Event()

    def answer(_asked: Asked) -> str:
        assert told.wait(5)
        return "<Say>unheard</Say>"

    def status(_asked: Asked) -> str:
        told.set()
        return ""

    record = place({"/answer": answer, "/status": status}, {"hangs_up": "reply"})
    assert record.heard == ()
    assert (record.ended_by, record.status) == ("caller", "no-answer")
    assert hotline.fields("/status")["CallStatus"] == "no-answer"
    assert [one["what"] for one in record.of("document")] == ["voice"]


def test_before_a_later_answer_has_come_the_end_is_told_meanwhile(
    place: Place, hotline: ScriptedHotline
) -> None:
    told = threading.Event()

    def turn(_asked: Asked) -> str:
        assert told.wait(5), "the status callback must not wait for the answer"
        return "<Say>unheard</Say>"

    def status(_asked: Asked) -> str:
        told.set()
        return ""

    record = place(
        {"/answer": '<Gather action="/turn" numDigits="1"/>', "/turn": turn, "/status": status},
        {"presses": "1"},
        {"hangs_up": "reply"},
    )
    assert record.heard == ()
    assert (record.ended_by, record.status) == ("caller", "completed")
    assert hotline.fields("/turn")["CallStatus"] == "in-progress"


def test_the_moment_an_answer_has_come_and_none_of_it_is_heard(
    place: Place, hotline: ScriptedHotline
) -> None:
    record = place(
        {
            "/answer": '<Gather action="/turn" numDigits="1"><Say>Menu</Say></Gather>',
            "/turn": "<Say>unheard</Say>",
        },
        {"presses": "1"},
        {"hangs_up": "unheard"},
    )
    assert record.heard == ("Menu",)
    assert len(hotline.at("/turn")) == 1
    assert (record.ended_by, record.status) == ("caller", "completed")
    assert len(hotline.at("/status")) == 1
