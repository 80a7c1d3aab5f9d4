"""Gather, as its page tells it: which keys count, when the time-out begins, and what the action gets."""

import pytest

from exchange.exchange import CallRecord
from tests.exchange.conftest import Place
from tests.exchange.scripted_hotline import ScriptedHotline

END = {"/digits": "<Hangup/>"}


def seconds_between(record: CallRecord, first: str, second: str) -> float:
    moments = {event.kind: event.at for event in reversed(record.events)}
    return (moments[second] - moments[first]).total_seconds()


def test_the_number_of_digits_asks_for_the_action_at_once(place: Place, hotline: ScriptedHotline) -> None:
    menu = '<Gather action="/digits" numDigits="1" finishOnKey=""><Say>Press one</Say></Gather>'
    record = place({"/answer": menu, **END}, {"presses": "1"})
    fields = hotline.fields("/digits")
    assert (fields["Digits"], fields["FinishedOnKey"], fields["CallStatus"]) == ("1", "", "in-progress")
    assert record.of("heard")[0] == {
        "text": "Press one", "language": "en-US", "voice": "man", "complete": True
    }  # fmt: skip
    assert seconds_between(record, "heard", "pressed") == 0


@pytest.mark.parametrize("key", ["*", "#", "0"])
def test_with_no_finishing_key_every_key_is_a_digit(place: Place, hotline: ScriptedHotline, key: str) -> None:
    place({"/answer": '<Gather action="/digits" numDigits="1" finishOnKey=""/>', **END}, {"presses": key})
    assert hotline.fields("/digits")["Digits"] == key


def test_the_finishing_key_ends_the_digits_and_is_none_of_them(
    place: Place, hotline: ScriptedHotline
) -> None:
    place({"/answer": '<Gather action="/digits"/>', **END}, {"presses": "471163#"})
    fields = hotline.fields("/digits")
    assert (fields["Digits"], fields["FinishedOnKey"]) == ("471163", "#")


def test_another_finishing_key_leaves_the_hash_a_digit(place: Place, hotline: ScriptedHotline) -> None:
    place({"/answer": '<Gather action="/digits" finishOnKey="*"/>', **END}, {"presses": "1#2*"})
    assert hotline.fields("/digits")["Digits"] == "1#2"


def test_digits_without_a_finishing_key_go_after_the_time_out(place: Place, hotline: ScriptedHotline) -> None:
    record = place({"/answer": '<Gather action="/digits" timeout="3"/>', **END}, {"presses": "42"})
    assert hotline.fields("/digits")["Digits"] == "42"
    assert seconds_between(record, "listening", "pressed") == pytest.approx(3.2)


def test_the_time_out_counts_after_the_prompts_and_anew_after_each_key(place: Place) -> None:
    gather = '<Gather timeout="4"><Pause length="10"/></Gather>'
    silent = place(gather, {"stays_silent": True})
    assert seconds_between(silent, "listening", "silence") == pytest.approx(14)
    slow = place({"/answer": '<Gather action="/digits" timeout="4"/>', **END}, {"presses": "1WWW2WWW3"})
    assert slow.of("pressed")[0]["digits"] == "123"


def test_a_caller_slower_than_the_time_out_loses_the_later_keys(
    place: Place, hotline: ScriptedHotline
) -> None:
    next_one = '<Gather action="/late" timeout="1"/>'
    record = place(
        {"/answer": '<Gather action="/digits" timeout="2"/>', "/digits": "<Pause length='9'/>" + next_one},
        {"presses": "1WWWWW2"},
        {"stays_silent": True},
    )
    assert hotline.fields("/digits")["Digits"] == "1"
    assert [(one["keys"], one["lost"]) for one in record.of("pressed")] == [("1", False), ("2", True)]
    assert not hotline.at("/late")


def test_silence_falls_through_to_the_next_verb(place: Place, hotline: ScriptedHotline) -> None:
    record = place({"/answer": '<Gather action="/digits"/><Say>Nothing</Say>'}, {"stays_silent": True})
    assert record.heard == ("Nothing",)
    assert not hotline.at("/digits")
    assert (record.ended_by, record.status) == ("document", "completed")


def test_a_lone_finishing_key_falls_through_like_silence(place: Place, hotline: ScriptedHotline) -> None:
    record = place({"/answer": '<Gather action="/digits"/><Say>Nothing</Say>'}, {"presses": "#"})
    assert record.heard == ("Nothing",)
    assert not hotline.at("/digits")


@pytest.mark.parametrize("step", [{"stays_silent": True}, {"presses": "#"}])
def test_an_empty_result_is_posted_where_it_is_asked_for(
    place: Place, hotline: ScriptedHotline, step: dict[str, object]
) -> None:
    place({"/answer": '<Gather action="/digits" actionOnEmptyResult="true"/>', **END}, step)
    assert hotline.fields("/digits")["Digits"] == ""


def test_a_key_cuts_off_the_prompts_and_what_follows_them(place: Place, hotline: ScriptedHotline) -> None:
    gather = '<Gather action="/digits" numDigits="1"><Say>First</Say><Say>Second</Say></Gather>'
    record = place({"/answer": gather, **END}, {"presses": "2", "when": "during"})
    assert hotline.fields("/digits")["Digits"] == "2"
    assert record.heard == ("First",)
    assert record.of("heard")[0]["cut_by"] == "key"


def test_keys_pressed_where_nobody_listens_are_lost(place: Place, hotline: ScriptedHotline) -> None:
    record = place(
        {
            "/answer": '<Gather action="/next" numDigits="1"/>',
            "/next": '<Say>A long text to speak over</Say><Gather action="/digits" timeout="1"/>',
            **END,
        },
        {"presses": "123"},
        {"stays_silent": True},
    )
    assert hotline.fields("/next")["Digits"] == "1"
    assert "".join(one["keys"] for one in record.of("pressed") if one["lost"]) == "23"
    assert not hotline.at("/digits")


def test_two_hundred_keys_in_one_breath_do_no_harm(place: Place, hotline: ScriptedHotline) -> None:
    menu = '<Gather action="/answer" numDigits="1" finishOnKey="" timeout="1"/>'
    record = place({"/answer": menu}, {"presses": "12345" * 40})
    assert record.ended_by == "caller"
    assert [one.fields["Digits"] for one in hotline.at("/answer")[1:]] == list("12345" * 40)


def test_without_an_action_the_documents_own_address_is_asked_again(
    place: Place, hotline: ScriptedHotline
) -> None:
    def answer(asked: object) -> str:
        return "<Hangup/>" if "Digits" in getattr(asked, "fields", {}) else '<Gather numDigits="1"/>'

    place({"/answer": answer}, {"presses": "7"})
    assert [one.fields.get("Digits") for one in hotline.at("/answer")] == [None, "7"]


def test_a_gather_that_hears_speech_alone_takes_no_keys(place: Place, hotline: ScriptedHotline) -> None:
    place('<Gather action="/digits" input="speech" timeout="2"/>', {"presses": "1"})
    assert not hotline.at("/digits")


def test_an_action_by_get_carries_its_fields_in_the_address(place: Place, hotline: ScriptedHotline) -> None:
    place(
        {"/answer": '<Gather action="/digits?turn=2" method="GET" numDigits="1"/>', **END}, {"presses": "5"}
    )
    asked = hotline.at("/digits")[0]
    assert (asked.method, asked.fields) == ("GET", {})
    assert (asked.query["turn"], asked.query["Digits"]) == ("2", "5")
