"""What is said is another way to press keys: believed, asked about, or a miss that names the keys."""

import pytest
from msgspec.structs import replace

from ivr.flow.errands import OpenTicket, TakeBackTicket
from ivr.flow.events import Chosen, DoubtSettled, Misheard, Missed, TakenBackByCaller, Understood
from ivr.flow.inputs import HungUp
from ivr.flow.instructions import Bridge
from ivr.flow.nodes import meant
from ivr.flow.replies import TicketSpooled, Unavailable
from ivr.menus.model import MenuBook
from tests.ivr.flow.spoken_calls import AT, TICKET, at, usually
from tests.shipped import BOOK


def test_what_is_said_and_believed_counts_as_its_key() -> None:
    call = at("main").says("payments")
    assert call.node == "payments"
    assert Chosen("main", "payments") in call.events
    assert Understood("main", "payments", 0.95, "payments", "scripted", believed=True) in call.events
    assert call.state.trail[-1].node == "main"


def test_the_name_of_a_key_counts_as_the_key() -> None:
    assert at("main").says("two").node == "account"


def test_what_was_perhaps_said_is_asked_about_and_yes_does_it() -> None:
    call = at("main").says("payments", sure=0.6)
    assert call.said == ("common.did_you_say",)
    assert "payments" in call.words
    assert call.node == "main"
    assert call.says("yes").node == "payments"
    assert DoubtSettled("main", "payments", meant=True) in call.events


def test_one_word_for_which_somebody_spoke_for_long_is_asked_about_and_a_doubt_is_not_settled_by_one() -> (
    None
):
    assert at("main").says("payments", seconds=1.5).node == "payments"
    call = at("main").says("payments", seconds=4.0)
    assert (call.node, call.said) == ("main", ("common.did_you_say",))
    assert call.says("yes", seconds=4.0).node == "main"
    assert call.says("yes", seconds=0.6).node == "payments"


@pytest.mark.parametrize("answer", ["1", "2"])
def test_a_doubt_is_answered_by_keys_too(answer: str) -> None:
    call = at("main").says("refund please", "a refund", sure=0.7).presses(answer)
    assert call.node == ("refunds" if answer == "1" else "main")


def test_no_is_a_miss_that_names_the_keys() -> None:
    call = at("main").says("payments", sure=0.6).says("no")
    assert call.said == ("main.not_understood.1", "main")
    assert Missed("main", "not_understood", 1) in call.events
    assert call.state.place.doubt is None


def test_nonsense_names_the_keys_then_a_person_then_gives_up() -> None:
    call = at("main").says("purple monkey")
    assert call.said == ("main.not_understood.1", "main")
    assert Misheard("main", "purple monkey", 0.95, "scripted") in call.events
    call.says("seventeen elephants")
    assert call.said == ("main.not_understood.2", "main")
    assert "a person" in call.words
    assert call.says("dishwasher").node == BOOK.give_up


class TestADoubtThatStays:
    """What is asked about is not understood, three times: the question goes on by keys."""

    def test_three_answers_that_are_not_understood_lead_to_the_keys(self) -> None:
        call = at("main").says("payments", sure=0.6)
        call.says("purple monkey").says("seventeen elephants").says("dishwasher")
        assert call.said == ("common.by_keys", "main")
        assert "press 0" in call.words
        assert "say" not in call.words.lower().split()
        assert (call.node, call.collect.hears) == ("main", None)
        assert call.presses("1").node == "payments"
        assert call.collect.hears is not None

    def test_a_person_is_one_key_away(self) -> None:
        call = at("main").says("payments", sure=0.6)
        call.says("purple monkey").says("seventeen elephants").says("dishwasher").presses("0")
        assert isinstance(call.wait, Bridge)

    def test_by_keys_patience_begins_anew_and_ends(self) -> None:
        call = at("main")
        for _ in range(3):
            call.says("payments", sure=0.6).says("no")
        assert call.said == ("common.by_keys", "main")
        assert [call.presses("7").node for _ in range(3)] == ["main", "main", BOOK.give_up]

    def test_silence_in_it_is_silence(self) -> None:
        call = at("main").says("payments", sure=0.6)
        assert [call.stays_silent().node for _ in range(3)] == ["main", "main", BOOK.give_up]

    def test_whether_money_was_to_be_stopped_is_asked_by_keys_and_the_promise_stands(self) -> None:
        call = at("payments").says("stop my money")
        call.says("purple monkey").says("seventeen elephants").says("dishwasher")
        assert call.said == ("common.by_keys", "common.meant")
        assert call.collect.hears is None
        assert call.stays_silent().said == ("stop-my-money.reach",)


def test_in_a_doubt_the_doors_are_open() -> None:
    assert at("main").says("payments", sure=0.6).says("stop my money").errands != []
    assert at("main").says("payments", sure=0.6).presses("9").errands != []
    doubted = at("main").says("payments", sure=0.6)
    assert doubted.presses("#").said == ("common.did_you_say",)
    assert doubted.presses("3").node == "refunds"


def test_silence_in_a_doubt_asks_it_again() -> None:
    call = at("main").says("payments", sure=0.6).stays_silent()
    assert call.said == ("main.silence.1", "common.did_you_say")
    assert call.says("yes").node == "payments"


def test_a_transfer_is_asked_about_however_sure_it_is() -> None:
    call = at("main").says("a person", sure=1.0)
    assert call.said == ("common.did_you_say",)
    assert isinstance(call.says("yes").wait, Bridge)


def test_a_yes_to_a_question_about_a_transfer_is_enough() -> None:
    assert isinstance(at("payment-person").says("yes").wait, Bridge)


def test_a_promise_is_not_made_by_a_menu_word_alone() -> None:
    call = at("feedback-message", "review", "RE" + "a" * 32).says("send it")
    assert call.said == ("common.did_you_say",)
    assert call.errands == []
    assert [type(one) for one in call.says("yes").errands] == [OpenTicket]


def test_the_number_to_call_is_agreed_on_by_a_yes() -> None:
    call = at("payment-ticket", "known").says("yes")
    assert [type(one) for one in call.errands] == [OpenTicket]


def test_every_door_can_be_said() -> None:
    assert at("payments").says("say it again").said[0] == "payments"
    assert at("main").says("payments").says("go back").node == "main"


def test_a_secret_is_not_taken_from_a_voice() -> None:
    call = at("verify", "pin", "1002003018").says("eight four seven three zero five")
    assert call.errands == []
    assert call.said == ("verify.pin",)
    assert "847305" not in repr(call.state)


class TestStopMyMoney:
    def test_it_is_filed_at_once_and_marked(self) -> None:
        call = at("payments").says("stop my money")
        (filed,) = call.errands
        assert isinstance(filed, OpenTicket)
        assert (filed.topic, filed.priority) == ("stop-my-money", "urgent")
        assert (meant.FACT, meant.SAID) in filed.answers
        assert call.said[-2:] == ("stop-my-money.opened", "common.meant")

    def test_it_is_taken_back_in_the_next_sentence(self) -> None:
        call = at("main").says("payments")
        before = call.state
        call.says("stop my money").says("no")
        assert call.errands[-1] == TakeBackTicket("stop-my-money")
        assert call.said == ("common.taken_back", "payments")
        assert call.state.filed == ()
        assert (call.state.place, call.state.trail, call.state.facts) == (
            before.place,
            before.trail,
            before.facts,
        )
        assert TakenBackByCaller("stop-my-money", done=True) in call.events
        assert call.presses("9").said[-2:] == ("stop-my-money.opened", "stop-my-money.reach")

    def test_it_is_confirmed_and_goes_on(self) -> None:
        call = at("payments").says("stop my money").says("yes")
        assert call.said == ("stop-my-money.reach",)
        assert call.state.fact(meant.FACT) == meant.CONFIRMED
        assert call.presses("1").node == "stop-account"
        assert call.state.unconfirmed is None

    def test_silence_leaves_it_standing_and_is_no_miss(self) -> None:
        call = at("payments").says("stop my money").stays_silent()
        assert call.said == ("stop-my-money.reach",)
        assert call.state.fact(meant.FACT) == meant.SAID
        assert not any(isinstance(one, Missed) for one in call.events)

    def test_pressed_it_is_not_asked_about(self) -> None:
        call = at("payments").presses("9")
        assert call.said[-1] == "stop-my-money.reach"
        assert call.state.fact(meant.FACT) is None

    def test_confirmed_in_a_doubt_it_is_not_asked_about_again(self) -> None:
        call = at("payments").says("stop my money", sure=0.6)
        assert call.errands == []
        assert call.says("yes").said[-1] == "stop-my-money.reach"

    def test_what_stands_in_the_spool_is_taken_back_too(self) -> None:
        call = at("payments")
        call.bring = lambda one: TicketSpooled(AT) if isinstance(one, OpenTicket) else usually(one)
        call.says("stop my money")
        assert call.said[-2:] == ("stop-my-money.kept", "common.meant")
        assert call.says("no").said == ("common.taken_back", "payments")

    def test_what_cannot_be_taken_back_stands(self) -> None:
        call = at("payments")
        call.bring = lambda one: Unavailable() if isinstance(one, TakeBackTicket) else usually(one)
        call.says("stop my money").says("no")
        assert call.said == ("common.not_taken_back", "payments")
        assert [filed.ticket for filed in call.state.filed] == [TICKET]
        assert call.state.fact(meant.FACT) == meant.UNWANTED

    def test_whoever_hangs_up_in_the_doubt_about_it_leaves_it_behind(self) -> None:
        call = at("payments").says("stop my money", sure=0.6).hears(HungUp(AT))
        (filed,) = call.errands
        assert isinstance(filed, OpenTicket)
        assert (filed.topic, filed.priority, filed.partial) == ("stop-my-money", "urgent", True)
        assert (meant.FACT, meant.PERHAPS) in filed.answers


def test_a_caller_is_told_once_that_it_can_be_said() -> None:
    call = at("main")
    call.state = replace(call.state, invited=False)
    assert call.presses("#").said == ("main", "common.say_it")
    assert call.presses("1").said == ("payments",)


def test_whoever_is_not_heard_is_told_nothing_of_it() -> None:
    call = at("payment-amount", ears="").stays_silent()
    assert "say" not in call.words.lower().split()


def stricter(**told: object) -> MenuBook:
    """The shipped book with this at its main menu."""
    main = BOOK.nodes["main"].model_copy(update=told)
    return BOOK.model_copy(update={"nodes": {**BOOK.nodes, "main": main}})


def test_a_node_says_from_where_on_it_believes_and_asks() -> None:
    assert at("main", book=stricter(accept=0.97)).says("payments", sure=0.95).said == ("common.did_you_say",)
    assert at("main", book=stricter(accept=0.5)).says("payments", sure=0.6).node == "payments"
    assert (
        at("main", book=stricter(confirm=0.75)).says("payments", sure=0.6).said[0] == "main.not_understood.1"
    )


@pytest.mark.parametrize("barge_in", [True, False])
def test_a_node_says_whether_it_may_be_interrupted(barge_in: bool) -> None:  # noqa: FBT001  # a parameter
    call = at("main", book=stricter(barge_in=barge_in)).says("purple monkey")
    assert call.collect.hears is not None
    assert call.collect.hears.barge_in is barge_in
