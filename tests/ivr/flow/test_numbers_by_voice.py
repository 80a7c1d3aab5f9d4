"""Numbers by voice: over pauses, with keys among them, read out, one group mended; never taken unread."""

import pytest

from foundation.check_digits import CheckDigit, with_check_digit
from ivr.flow.errands import OpenTicket
from ivr.flow.events import Missed, Understood
from ivr.flow.inputs import HungUp
from ivr.flow.state import Spelled
from speech.requests import Kind
from tests.ivr.flow.spoken_calls import AT, NUMBER, SpokenCall, at
from tests.shipped import BOOK

WORDS = BOOK.wordings["en"].digits
ACCOUNT = "1002003018"  # passes its check digit
TICKET = with_check_digit(CheckDigit.DAMM, "12345678")


def spoken(digits: str) -> str:
    return " ".join(WORDS[int(digit)] for digit in digits)


def awaited(call: SpokenCall) -> tuple[Kind, int, int, str | None]:
    hears = call.collect.hears
    assert hears is not None
    return hears.kind, hears.shortest, hears.longest, hears.check


def test_a_number_is_read_out_before_it_counts() -> None:
    call = at("ticket-state").says(spoken(TICKET))
    assert call.said == ("common.read_back",)
    assert "one two three" in call.words
    assert call.state.place.stage == ""
    assert call.says("yes").said == ("ticket-state.proof",)
    assert call.state.place.entry == TICKET


def test_a_number_that_a_node_reads_out_itself_is_read_out_once() -> None:
    call = at("payment-amount").says("five oh oh oh oh")
    assert call.said == ("amount.confirm",)
    assert "50,000" in call.words
    assert call.says("yes").state.fact("amount") == "50000"


def test_a_number_read_out_wrong_is_asked_for_again_and_that_is_no_miss() -> None:
    call = at("ticket-state").says(spoken(TICKET)).says("no")
    assert call.said == ("ticket-state",)
    assert call.state.place.spelled is None
    assert not any(isinstance(one, Missed) for one in call.events)


def test_it_goes_on_over_pauses() -> None:
    call = at("ticket-state").says(spoken("123"))
    assert call.said == ("common.go_on",)
    assert awaited(call) == (Kind.NUMBER, 6, 6, None)
    call.says(spoken("456"))
    assert awaited(call) == (Kind.NUMBER, 3, 3, None)
    assert call.says(spoken(TICKET[6:])).said == ("common.read_back",)
    assert call.says("yes").state.place.entry == TICKET


def test_double_and_triple_are_digits() -> None:
    call = at("stop-account").says("one double oh two double oh three oh one eight")
    assert call.state.place.spelled == Spelled(ACCOUNT, read_back=True)


def test_keys_go_on_where_the_voice_ended() -> None:
    call = at("stop-account").says(spoken("1002003")).presses("018")
    assert call.state.place.spelled == Spelled(ACCOUNT, read_back=True)


def test_the_voice_goes_on_where_the_keys_ended() -> None:
    call = at("stop-account").presses("1002")
    assert call.said == ("common.go_on",)
    assert call.says(spoken("003018")).state.place.spelled == Spelled(ACCOUNT, read_back=True)


def test_few_keys_of_a_caller_who_is_not_heard_are_a_miss() -> None:
    assert at("stop-account", ears="").presses("1002").said == ("stop-account.no_match.1", "stop-account")


def test_typed_whole_after_a_beginning_it_is_the_number() -> None:
    call = at("stop-account").says(spoken("100")).presses(ACCOUNT)
    assert call.state.place.spelled == Spelled(ACCOUNT, read_back=True)


def test_hash_ends_a_number_and_silence_too() -> None:
    for ended in (at("refund-transaction").presses("1234"), at("refund-transaction").says(spoken("1234"))):
        ended.says(spoken("56"))
        assert ended.said == ("refund-transaction.confirm",)
    short = at("stop-account").says(spoken("100")).presses("#")
    assert short.said == ("common.go_on",)
    assert not any(isinstance(one, Missed) for one in short.events)


def test_star_begins_the_number_again() -> None:
    call = at("stop-account").says(spoken("100")).presses("*")
    assert call.said == ("stop-account",)
    assert call.state.place.spelled is None


def test_a_door_is_open_in_the_middle_of_a_number() -> None:
    assert at("ticket-state").says(spoken("123")).presses("9").errands != []
    assert at("ticket-state").says(spoken("123")).says("stop my money").errands != []


def test_the_last_digit_of_a_number_is_no_door() -> None:
    call = at("ticket-state").says(spoken("12345679")).presses("0")
    assert call.errands == []


class TestGroups:
    def test_one_group_is_said_again_and_it_alone(self) -> None:
        call = at("ticket-state").says(spoken("123")).presses("456").presses(TICKET[6:])
        call.says("the second group is wrong")
        assert call.said == ("common.group",)
        assert "four five six" in call.words
        assert awaited(call) == (Kind.NUMBER, 3, 3, None)
        assert call.says(spoken("456")).state.place.spelled == Spelled(TICKET, read_back=True)

    def test_a_group_can_be_typed(self) -> None:
        call = at("refund-transaction").says(spoken("123999789012")).says("the second group")
        assert call.presses("456").said == ("refund-transaction.confirm",)
        assert call.says("yes").state.fact("transaction") == "123456789012"

    def test_a_telephone_number_is_mended_as_it_is_dialled(self) -> None:
        call = at("payment-ticket", "entry").says(spoken("081299967801"))
        assert call.said == ("ticket.entry_confirm",)
        assert call.says("the second group is wrong").said == ("common.group",)
        assert "nine nine" in call.words
        assert call.says(spoken("234")).said == ("ticket.entry_confirm",)
        assert call.state.place.entry == "+6281234967801"[:6] + call.state.place.entry[6:]

    def test_what_makes_no_number_of_it_is_a_miss_and_the_number_is_asked_for_whole(self) -> None:
        call = at("stop-account").says(spoken(ACCOUNT)).says("the second group is wrong").says(spoken("999"))
        assert call.said == ("stop-account.no_match.1", "stop-account")


def test_too_many_digits_are_no_number() -> None:
    call = at("stop-account").says(spoken("12345678901234"))
    assert call.said == ("stop-account.not_understood.1", "stop-account")


def test_the_journal_hides_a_number_that_was_said() -> None:
    call = at("ticket-state").says(spoken(TICKET))
    (event,) = [one for one in call.events if isinstance(one, Understood)]
    assert event.said == f"•••••••{TICKET[-2:]}"
    odd = at("main").says("my pin is eight four seven three zero five")
    assert "eight" not in repr(odd.events)
    assert "seven" not in repr(odd.events)
    pairs = at("main").says("my card is forty two sixty one ninety nine")
    assert not any(word in repr(pairs.events) for word in ("forty", "sixty", "ninety"))


def test_that_it_is_not_known_can_be_said() -> None:
    assert at("stop-account").says("I don't have it").node != "stop-account"


@pytest.mark.parametrize("language", ["en", "zh", "id"])
def test_the_words_that_a_prompt_names_for_a_number_nobody_knows_are_heard(language: str) -> None:
    said = {
        "en": ("I don't know", "I don't have it", "I don't have it"),
        "zh": ("不 知道", "没有 号码", "没有 账号"),
        "id": ("tidak tahu", "tidak ada", "tidak ada"),
    }[language]
    for node, words in zip(("payment-amount", "refund-transaction", "stop-account"), said, strict=True):
        assert at(node, language=language).says(words).node != node


def test_the_first_digit_of_a_number_is_no_wish_to_go_without_it() -> None:
    for node in ("payment-amount", "refund-transaction", "stop-account"):
        call = at(node).says("one")
        assert (call.node, call.state.place.spelled) == (node, Spelled("1"))
        hears = at(node).collect.hears
        assert hears is not None
        assert "one" not in hears.phrases
    assert at("stop-account").presses("1").node != "stop-account"


def test_a_part_of_a_number_is_named_as_the_prompt_names_it() -> None:
    for language, words in (
        ("en", "the second part is wrong"),
        ("zh", "第二 组"),
        ("id", "bagian kedua salah"),
    ):
        call = at("refund-transaction", "confirm", "123456789012", language=language).says(words)
        assert call.said == ("common.group",)


def test_a_telephone_number_goes_on_over_pauses() -> None:
    call = at("payment-ticket", "entry").says(spoken("0812"))
    assert call.says(spoken("345")).said == ("common.go_on",)
    assert call.says(spoken("67801")).said == ("ticket.entry_confirm",)
    assert call.state.place.entry == NUMBER
    assert not any(isinstance(one, Missed) for one in call.events)


def test_what_stays_no_telephone_number_is_a_miss() -> None:
    for ended in ("#", ""):
        call = at("payment-ticket", "entry").says(spoken("0812345"))
        _ = call.presses("#") if ended else call.stays_silent()
        assert call.said == ("ticket.bad_number", "ticket.entry")


@pytest.mark.parametrize("keys", ["1", "yes"])
def test_a_number_read_out_is_confirmed_by_either(keys: str) -> None:
    call = at("payment-ticket", "entry").says(spoken("0812345678" + "01"))
    answered = call.presses("1") if keys == "1" else call.says("yes")
    (filed,) = answered.errands
    assert isinstance(filed, OpenTicket)
    assert filed.number_to_call == NUMBER


def test_whoever_leaves_in_the_middle_of_a_number_leaves_the_promise() -> None:
    call = at("payment-amount").says(spoken("50")).hears(HungUp(AT))
    (filed,) = call.errands
    assert isinstance(filed, OpenTicket)
    assert filed.partial


def test_said_again_it_goes_on_where_it_was() -> None:
    call = at("ticket-state").says(spoken("123")).says("say it again")
    assert call.said == ("common.go_on",)
    assert call.says(spoken(TICKET[3:])).says("say it again").said == ("common.read_back",)


def test_every_word_that_was_said_stands_in_the_journal() -> None:
    call = at("ticket-state").says(spoken(TICKET)).says("the second group is wrong").says(spoken("456"))
    call.says("yes")
    told = [(one.choice, one.believed) for one in call.events if isinstance(one, Understood)]
    assert told == [("number", True), ("group-2", True), ("number", True), ("yes", True)]
