"""A number that is said again: what was heard of it counts, what was refused does not, and it has an end."""

from __future__ import annotations

import pytest

from foundation.check_digits import CheckDigit, with_check_digit
from ivr.flow.errands import OpenTicket
from ivr.flow.events import Missed, Understood
from ivr.flow.inputs import HungUp, Utterance
from ivr.flow.instructions import Hearing
from ivr.flow.state import Spelled, Tried
from ivr.flow.tried import HEARINGS, OFFERED
from speech.requests import Alternative
from tests.ivr.flow.spoken_calls import AT, SpokenCall, at
from tests.ivr.flow.test_numbers_by_voice import TICKET, spoken
from tests.shipped import BOOK

ACCOUNT, SECOND, THIRD, FOURTH = (
    with_check_digit(CheckDigit.LUHN, start) for start in ("100200301", "100200311", "100200321", "700200301")
)
PLACES = (bytes(range(100)),)
CONFIRM = BOOK.speech.confirm


def asked(call: SpokenCall) -> Hearing:
    hears = call.collect.hears
    assert hears is not None
    return hears


def tried(call: SpokenCall) -> Tried | None:
    return call.state.place.tried


def refusing(call: SpokenCall, *numbers: str) -> SpokenCall:
    for number in numbers:
        call.says(spoken(number))
        assert call.state.place.spelled == Spelled(number, read_back=True)
        call.says("no")
    return call


def test_a_number_that_is_not_believed_is_read_back_when_it_is_heard_again() -> None:
    call = at("stop-account").says(spoken(ACCOUNT), sure=0.3)
    assert call.said == ("stop-account.not_understood.1", "stop-account")
    assert call.says(spoken(ACCOUNT), sure=0.3).said == ("common.read_back",)
    assert [one.believed for one in call.events if isinstance(one, Understood)] == [False]
    assert call.says("yes").node != "stop-account"


def test_how_sure_it_must_be_is_said_to_whoever_hears_it() -> None:
    call = at("stop-account")
    assert (asked(call).confirm, asked(call).before) == (CONFIRM, ())
    assert asked(call.says(spoken(ACCOUNT), sure=0.3)).confirm == OFFERED < CONFIRM


def test_what_makes_no_number_is_no_hearing_of_it() -> None:
    call = at("stop-account").says("mumble mumble", sure=0.3).says(spoken(ACCOUNT), sure=OFFERED / 2)
    assert tried(call) is None
    assert asked(call).confirm == CONFIRM


def test_a_part_of_a_number_that_is_not_believed_is_not_gone_on_with() -> None:
    call = at("stop-account").says(spoken(ACCOUNT), sure=0.3).says(spoken("1002"), sure=0.3)
    assert call.said == ("stop-account.not_understood.2", "stop-account")
    assert call.state.place.spelled is None


def test_the_places_of_all_hearings_go_to_the_next_one() -> None:
    call = at("stop-account")
    call.hears(Utterance(AT, (Alternative(spoken(ACCOUNT), 0.3),), "pocketsphinx", PLACES))
    assert asked(call).before == PLACES
    call.says("hmm", sure=0.2)  # told nothing about the number
    assert asked(call).before == PLACES


class TestRefused:
    def test_it_is_not_read_back_again(self) -> None:
        call = refusing(at("stop-account"), ACCOUNT)
        assert asked(call).refused == (ACCOUNT,)
        assert call.says(spoken(ACCOUNT)).said == ("stop-account.not_understood.1", "stop-account")

    def test_the_next_best_is_taken_instead(self) -> None:
        call = refusing(at("stop-account"), ACCOUNT)
        call.says(spoken(ACCOUNT), spoken(SECOND))
        assert call.state.place.spelled == Spelled(SECOND, read_back=True)

    def test_by_a_key_as_by_voice(self) -> None:
        assert asked(at("stop-account").says(spoken(ACCOUNT)).presses("2")).refused == (ACCOUNT,)

    @pytest.mark.parametrize(
        ("node", "stage", "number"),
        [
            ("payment-amount", "", "50000"),
            ("refund-transaction", "", "123456789012"),
            ("payment-ticket", "entry", "081234567801"),
            ("ticket-state", "", TICKET),
        ],
    )
    def test_wherever_numbers_are_said(self, node: str, stage: str, number: str) -> None:
        call = at(node, stage).says(spoken(number)).says("no")
        assert asked(call).refused == (number,)

    def test_a_group_that_is_said_again_stands_for_itself(self) -> None:
        call = at("ticket-state").hears(Utterance(AT, (Alternative(spoken(TICKET), 0.9),), "x", PLACES))
        call.says("the second group is wrong")
        assert (asked(call).refused, asked(call).before, asked(call).confirm) == ((), (), CONFIRM)
        assert call.says(spoken(TICKET[3:6])).state.place.spelled == Spelled(TICKET, read_back=True)

    def test_a_number_in_parts_does_not_come_to_it_again(self) -> None:
        call = refusing(at("ticket-state"), TICKET).says(spoken(TICKET[:4]))
        assert asked(call).refused == (TICKET[4:],)
        assert call.says(spoken(TICKET[4:])).state.place.spelled != Spelled(TICKET, read_back=True)

    def test_typed_it_is_the_number_all_the_same(self) -> None:
        call = refusing(at("ticket-state"), TICKET).presses(TICKET)
        assert call.said == ("ticket-state.proof",)

    def test_typed_behind_a_part_that_was_said_too(self) -> None:
        call = refusing(at("ticket-state"), TICKET).says(spoken(TICKET[:4])).presses(TICKET[4:])
        assert call.state.place.spelled == Spelled(TICKET, read_back=True)


class TestTheEnd:
    def test_after_the_last_hearing_what_it_may_have_been_besides_is_read_back_at_once(self) -> None:
        call = refusing(at("stop-account"), ACCOUNT, SECOND).says(spoken(THIRD), spoken(FOURTH))
        assert call.says("no").said == ("common.read_back",)
        assert call.state.place.spelled == Spelled(FOURTH, read_back=True)
        assert call.says("yes").node != "stop-account"

    def test_nobody_says_no_for_ever(self) -> None:
        call = refusing(at("stop-account"), ACCOUNT, SECOND).says(spoken(THIRD), spoken(FOURTH))
        call.says("no").says("no")
        assert call.said == ("common.by_keys", "stop-account")
        assert (call.collect.hears, tried(call), call.state.ears) == (None, None, "")
        assert call.presses(ACCOUNT).node != "stop-account"

    def test_a_person_is_one_key_away_at_every_one_of_these_questions(self) -> None:
        for refusals in range(HEARINGS + 1):
            call = refusing(at("stop-account"), *(ACCOUNT, SECOND, THIRD)[:refusals])
            assert call.presses("0").node == "person-call"
            if refusals < HEARINGS:
                read_back = refusing(at("stop-account"), *(ACCOUNT, SECOND)[:refusals]).says(spoken(FOURTH))
                assert read_back.presses("0").node == "person-call"


class TestForgotten:
    def test_with_the_question(self) -> None:
        call = at("ticket-state").says(spoken(TICKET), sure=0.3).says(spoken(TICKET))
        assert tried(call) is not None
        assert tried(call.says("yes")) is None
        assert call.state.place.stage == "proof"
        left = at("stop-account").says(spoken(ACCOUNT), sure=0.3).says("I don't have it").says("yes")
        assert (left.node != "stop-account", tried(left)) == (True, None)

    def test_once_the_number_is_typed(self) -> None:
        call = refusing(at("ticket-state"), TICKET).presses("1234")
        assert tried(call) is None

    def test_not_by_silence_nor_by_a_word_that_is_asked_about(self) -> None:
        call = refusing(at("ticket-state"), TICKET).stays_silent()
        assert asked(call).refused == (TICKET,)
        call.says("a person").says("no")
        assert asked(call).refused == (TICKET,)

    def test_when_the_caller_leaves(self) -> None:
        call = (
            refusing(
                at("payment-amount"),
            )
            .says(spoken("50000"))
            .says("no")
            .hears(HungUp(AT))
        )
        (filed,) = call.errands
        assert isinstance(filed, OpenTicket)
        assert "50000" not in repr(filed)

    def test_nothing_of_it_is_told_to_the_journal(self) -> None:
        call = refusing(at("stop-account"), ACCOUNT)
        call.hears(Utterance(AT, (Alternative(spoken(SECOND), 0.3),), "pocketsphinx", PLACES)).says("no")
        told = repr(call.events)
        assert not any(number in told for number in (ACCOUNT, SECOND, spoken(ACCOUNT), repr(PLACES[0])))
        assert not any(isinstance(one, Missed) for one in call.events)
