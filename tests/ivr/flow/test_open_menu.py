"""At an open menu what one menu further down is about can be said at once: as if both keys were pressed."""

from ivr.flow.errands import Errand, FindMeaning, OpenTicket
from ivr.flow.events import Chosen, NodeEntered
from ivr.flow.replies import Likened, Result, Unavailable
from ivr.matching.intents import Intents
from ivr.menus.nodes import Menu
from speech.requests import Kind
from tests.ivr.flow.spoken_calls import SpokenCall, at, usually
from tests.shipped import BOOK


def test_the_main_menu_of_the_shipped_book_hears_a_callers_own_words() -> None:
    hears = at("main").collect.hears
    assert hears is not None
    assert hears.kind is Kind.OPEN
    assert {"payments", "a payment failed", "I cannot get in", "one"} <= set(hears.phrases)


def test_another_menu_hears_its_choices_alone() -> None:
    hears = at("payments").collect.hears
    assert hears is not None
    assert hears.kind is Kind.CHOICE


def test_two_menus_are_passed_as_if_both_keys_had_been_pressed() -> None:
    call, pressed = at("main").says("a payment failed"), at("main").presses("1").presses("1")
    assert call.node == "payment-checks"
    assert call.said == pressed.said
    assert call.state.place == pressed.state.place
    assert call.state.fact("topic") == pressed.state.fact("topic") == "failed-payment"
    assert call.state.trail == pressed.state.trail
    chosen = [one for one in call.events if isinstance(one, Chosen | NodeEntered)]
    assert chosen[-4:] == [
        Chosen("main", "payments"),
        NodeEntered("payments"),
        Chosen("payments", "failed"),
        NodeEntered("payment-checks"),
    ]


def test_the_way_back_leads_through_both() -> None:
    call = at("main").says("a payment failed").presses("*")
    assert call.node == "payments"
    assert call.state.fact("topic") == "refund"
    assert call.presses("*").node == "main"


def test_the_way_back_keeps_what_the_first_of_two_keys_has_told() -> None:
    main = BOOK.nodes["main"]
    assert isinstance(main, Menu)
    choice = main.choices["payments"]
    tells = choice.model_copy(update={"set": {"about": "payments"}})
    told = main.model_copy(update={"choices": {**main.choices, "payments": tells}})
    book = BOOK.model_copy(update={"nodes": {**BOOK.nodes, "main": told}})
    pressed = at("main", book=book).presses("1").presses("1").presses("*")
    assert pressed.state.fact("about") == "payments"
    said = at("main", book=book).says("a payment failed").presses("*")
    assert (said.node, said.state.fact("about")) == ("payments", "payments")


def test_what_was_perhaps_said_is_asked_about() -> None:
    call = at("main").says("a payment failed", sure=0.6)
    assert call.said == ("common.did_you_say",)
    assert call.presses("1").node == "payment-checks"


def test_a_phrase_of_the_menu_itself_is_meant_first() -> None:
    assert "my ticket" in BOOK.wordings["en"].prompts["payments"].phrases["ticket"]
    assert at("main").says("my ticket").node == "refunds"


def test_its_keys_are_pressed_one_at_a_time_all_the_same() -> None:
    assert at("main").presses("1").node == "payments"


def by_likeness(errand: Errand) -> Result:
    """As the shell brings it."""
    if not isinstance(errand, FindMeaning):
        return usually(errand)
    return Likened(Intents.of(dict(errand.phrases)).decide(errand.words), errand.sure, errand.by)


def own_words(words: str, sure: float = 0.95) -> SpokenCall:
    call = at("main")
    call.bring = by_likeness
    return call.says(words, sure=sure)


def test_own_words_are_compared_with_the_phrases_of_the_book() -> None:
    assert own_words("how is my money protected").node == "answered"
    asked = own_words("where is the money I topped up")
    assert asked.said == ("common.did_you_say",)
    assert asked.says("yes").state.fact("topic") == "missing-top-up"


def test_what_was_not_heard_well_is_asked_about_however_like_it_is() -> None:
    assert own_words("how is my money protected", sure=0.6).said == ("common.did_you_say",)
    assert own_words("how is my money protected", sure=0.3).said[0] == "main.not_understood.1"


def test_likeness_alone_opens_no_door() -> None:
    call = own_words("somebody stole my phone yesterday")
    assert call.said == ("common.did_you_say",)
    assert not any(isinstance(one, OpenTicket) for one in call.errands)
    assert any(isinstance(one, OpenTicket) for one in call.says("yes").errands)


def test_nonsense_is_like_nothing() -> None:
    assert own_words("purple monkey dishwasher").said == ("main.not_understood.1", "main")


def test_where_nothing_can_be_compared_the_keys_are_named() -> None:
    call = at("main")
    call.bring = lambda errand: Unavailable() if isinstance(errand, FindMeaning) else usually(errand)
    assert call.says("how is my money protected").said == ("main.not_understood.1", "main")
