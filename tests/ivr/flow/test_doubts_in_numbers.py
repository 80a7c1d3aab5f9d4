"""A word in a number is perhaps something else, and is asked about: the digits there were are kept."""

import pytest

from ivr.flow.state import Spelled
from speech.requests import Kind
from tests.ivr.flow.spoken_calls import at
from tests.ivr.flow.test_numbers_by_voice import TICKET, awaited, spoken


def test_no_goes_on_where_the_number_was() -> None:
    call = at("ticket-state").says(spoken("123")).says("a person")
    assert call.said == ("common.did_you_say",)
    assert call.says("no").said == ("ticket-state.not_understood.1", "common.go_on")
    assert "one two three" in call.words
    assert awaited(call) == (Kind.NUMBER, 6, 6, None)
    assert call.says(spoken(TICKET[3:])).state.place.spelled == Spelled(TICKET, read_back=True)


def test_yes_does_it_and_leaves_the_number() -> None:
    call = at("ticket-state").says(spoken("123")).says("a person").presses("1")
    assert call.node != "ticket-state"
    assert call.state.place.spelled is None


def test_digits_typed_at_it_go_on_with_the_number() -> None:
    call = at("ticket-state").says(spoken("123")).says("a person").presses("4")
    assert call.said == ("common.go_on",)
    assert call.state.place.spelled == Spelled("1234")


@pytest.mark.parametrize("key", ["0", "9"])
def test_the_keys_of_the_doors_lead_out_of_it(key: str) -> None:
    call = at("ticket-state").says(spoken("123")).says("a person").presses(key)
    assert call.node != "ticket-state"


def test_star_leads_back_and_hash_asks_it_again() -> None:
    call = at("ticket-state").says(spoken("123")).says("a person").presses("#")
    assert call.said == ("common.did_you_say",)
    call.presses("*")
    assert call.state.place.spelled is None


def test_silence_asks_it_again_and_keeps_the_digits() -> None:
    call = at("ticket-state").says(spoken("123")).says("a person").stays_silent().says("no")
    assert call.state.place.spelled == Spelled("123")


def test_a_number_read_out_is_asked_about_again() -> None:
    call = at("ticket-state").says(spoken(TICKET)).says("a person").says("no")
    assert call.said == ("ticket-state.not_understood.1", "common.read_back")
    assert call.says("yes").said == ("ticket-state.proof",)


def test_one_group_that_was_asked_for_is_still_awaited() -> None:
    call = at("ticket-state").says(spoken(TICKET)).says("the second group is wrong")
    call.says("a person").presses("2")
    assert call.said == ("ticket-state.not_understood.1", "common.group")
    assert awaited(call) == (Kind.NUMBER, 3, 3, None)


def test_what_is_unsure_is_asked_about_as_at_its_beginning() -> None:
    call = at("ticket-state").says(spoken("123")).says("a person", sure=0.6)
    assert call.said == ("common.did_you_say",)
    assert call.says("no").state.place.spelled == Spelled("123")


def test_a_wish_to_stop_money_that_was_none_leads_back_to_the_digits() -> None:
    call = at("ticket-state").says(spoken("123")).says("stop my money").says("no")
    assert call.said == ("common.taken_back", "common.go_on")
    assert call.says(spoken(TICKET[3:])).state.place.spelled == Spelled(TICKET, read_back=True)


def test_after_three_that_are_denied_it_goes_on_by_keys() -> None:
    call = at("ticket-state").says(spoken("123"))
    for _ in range(3):
        call.says("a person").says("no")
    assert call.said == ("common.by_keys", "common.go_on")
    assert call.collect.hears is None
    assert call.presses(TICKET[3:]).state.place.spelled == Spelled(TICKET, read_back=True)
