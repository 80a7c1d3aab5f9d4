"""Every question of the shipped book that takes a key says what may be said there; no secret one does."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from identity.levels import Level
from ivr.flow.engine import begin, step
from ivr.flow.errands import FindMeaning, OpenTicket
from ivr.flow.events import NodeEntered
from ivr.flow.inputs import Answered, Digits, Reply, Silence, Utterance
from ivr.flow.instructions import Collect, Hearing, Say
from ivr.flow.replies import Likened, TicketOpened
from ivr.flow.state import CallState
from ivr.flow.turn import Turn
from ivr.matching.verdicts import Rejected
from ivr.menus.model import MenuBook
from ivr.menus.nodes import Agreement, Asking, RecordMessage, TicketDesk
from ivr.menus.shapes import PATIENCE_AT_MOST
from speech.digits import Numerals
from speech.requests import Alternative, Kind
from tests.shipped import BOOK

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
NUMBER = "+6281234567801"


def asks_a_key(name: str) -> bool:
    node = BOOK.nodes[name]
    files_first = isinstance(node, TicketDesk) and node.number != "before"
    # Whether somebody may hear a caller is answered by key alone.
    return isinstance(node, Asking) and not files_first and not isinstance(node, RecordMessage | Agreement)


QUESTIONS = [name for name in BOOK.nodes if asks_a_key(name)]


def begun(book: MenuBook, ears: str, number: str | None = None) -> CallState:
    answered = Answered(AT, "CA" + "1" * 32, number, "+622150001000")
    hearers = tuple((language, ears) for language in book.languages if ears)
    return replace(begin(book, answered).learn(topic="refund"), hearers=hearers, agreement="voice-1")


def asked(
    name: str, ears: str, *, level: Level = Level.ANONYMOUS, number: str | None = None, of: MenuBook = BOOK
) -> Turn:
    """A caller who has just been asked there; the book begins at the question."""
    node = of.nodes[name].model_copy(update={"needs": Level.ANONYMOUS})
    book = of.model_copy(update={"start": name, "nodes": {**of.nodes, name: node}})
    answered = Answered(AT, "CA" + "1" * 32, None, "+622150001000")
    state = replace(begun(book, ears, number), number=None, level=level)
    return step(book, state, answered)


def hears(turn: Turn) -> Hearing | None:
    collect = turn.instructions[-1]
    assert isinstance(collect, Collect)
    return collect.hears


def collect_at(node: str, stage: str, entry: str = "") -> Collect:
    """The question of a later stage, as it is asked again."""
    state = replace(begun(BOOK, "local", NUMBER), language="en").at(node).staged(stage, entry)
    last = step(BOOK, state, Digits(AT, "#")).instructions[-1]
    assert isinstance(last, Collect)
    return last


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_takes_the_voice_of_a_caller_who_is_heard(name: str) -> None:
    for ears in ("local", "hosted"):
        found = hears(asked(name, ears))
        assert found is not None
        assert found.phrases or found.kind is Kind.NUMBER


@pytest.mark.parametrize("name", QUESTIONS)
def test_nobody_is_listened_to_who_is_not_heard(name: str) -> None:
    assert hears(asked(name, "")) is None


def test_a_menu_takes_the_names_of_its_keys() -> None:
    found = hears(asked("payments", "local"))
    assert found is not None
    assert found.kind is Kind.CHOICE
    assert {"one", "two", "three", "four"} <= set(found.phrases)
    assert "five" not in found.phrases


@pytest.mark.parametrize("name", QUESTIONS)
def test_what_answers_a_question_stands_before_what_is_said_everywhere(name: str) -> None:
    found = hears(asked(name, "local"))
    assert found is not None
    spoken = BOOK.wordings[BOOK.languages[0]].spoken
    doors = {*spoken.person, *spoken.stop_my_money, *spoken.back, *spoken.again}
    assert set(found.phrases[found.own :]) <= doors
    assert not doors.intersection(found.phrases[: found.own])


def test_a_number_is_asked_for_with_the_words_for_digits_that_the_book_adds() -> None:
    wording = BOOK.wordings["en"]
    spoken = wording.spoken.model_copy(
        update={"numerals": {"Ace": "1", "zero": "0"}, "times": {"threefold": 3}}
    )
    wordings = {**BOOK.wordings, "en": wording.model_copy(update={"spoken": spoken})}
    found = hears(asked("payment-amount", "local", of=BOOK.model_copy(update={"wordings": wordings})))
    assert found is not None
    assert found.numerals == Numerals({"ace": "1"}, {"threefold": 3})


def test_a_number_is_asked_for_with_its_length_and_check_digit() -> None:
    account = hears(asked("stop-account", "local"))
    assert account is not None
    assert (account.kind, account.shortest, account.longest, account.check) == (Kind.NUMBER, 10, 10, "luhn")
    ticket = hears(asked("ticket-state", "local"))
    assert ticket is not None
    assert (ticket.kind, ticket.shortest, ticket.longest, ticket.check) == (Kind.NUMBER, 9, 9, "damm")


@pytest.mark.parametrize(("node", "stage"), [("verify", "pin"), ("ticket-state", "proof")])
def test_a_secret_is_never_listened_to(node: str, stage: str) -> None:
    collect = collect_at(node, stage, "0123456782")
    assert collect.secret
    assert collect.hears is None


@pytest.mark.parametrize(
    ("node", "stage", "entry", "kind"),
    [
        ("payment-amount", "confirm", "50000", Kind.CHOICE),
        ("payment-ticket", "known", "", Kind.CHOICE),
        ("payment-ticket", "entry", "", Kind.NUMBER),
        ("payment-ticket", "confirm", NUMBER, Kind.CHOICE),
        ("payment-checks", "trying", "", Kind.CHOICE),
        ("payment-checks", "asking", "", Kind.CHOICE),
        ("feedback-message", "review", "RE" + "1" * 32, Kind.CHOICE),
    ],
)
def test_later_stages_take_the_voice_too(node: str, stage: str, entry: str, kind: Kind) -> None:
    found = collect_at(node, stage, entry).hears
    assert found is not None
    assert found.kind is kind


def test_the_question_for_a_number_after_the_promise_takes_the_voice() -> None:
    filing = step(BOOK, replace(begun(BOOK, "local", NUMBER)).at("main"), Digits(AT, "9"))
    turn = step(BOOK, filing.state, Reply(AT, TicketOpened("123456784", AT)))
    assert hears(turn) is not None


def test_what_is_heard_is_asked_anew_after_a_silence() -> None:
    turn = asked("main", "local")
    assert hears(turn) == hears(step(BOOK, turn.state, Silence(AT)))


def said_odd(turn: Turn) -> Turn:
    """Words that nobody knows here, and that are like nothing."""
    odd = Alternative("purple monkey dishwasher", 0.97)
    turn = step(BOOK, turn.state, Utterance(AT, (odd,), "x"))
    if isinstance(turn.errand, FindMeaning):
        turn = step(BOOK, turn.state, Reply(AT, Likened(Rejected(odd.words, 0.1), odd.sure, "x")))
    return turn


@pytest.mark.parametrize("name", [name for name in QUESTIONS if name != BOOK.verification])
def test_words_that_mean_nothing_come_to_the_end_of_patience(name: str) -> None:
    turn = asked(name, "local")
    for _ in range(PATIENCE_AT_MOST):
        turn = said_odd(turn)
        assert turn.state.place.node == name
        assert hears(turn) is not None
        said = [one.prompt for one in turn.instructions if isinstance(one, Say)]
        assert said[0].split(".")[-2] == "not_understood"
    turn = step(BOOK, turn.state, Utterance(AT, (), "x"))
    assert turn.state.place.node != name


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("words", ["a person", "stop my money"])
def test_from_every_question_the_doors_open_to_a_voice(name: str, words: str) -> None:
    turn = asked(name, "local")
    turn = step(BOOK, turn.state, Utterance(AT, (Alternative(words, 0.97),), "x"))
    said = [one.prompt for one in turn.instructions if isinstance(one, Say)]
    if words == "a person":
        assert said == ["common.did_you_say"]
        turn = step(BOOK, turn.state, Utterance(AT, (Alternative("yes", 0.97),), "x"))
        assert BOOK.everywhere.person.to in [one.node for one in turn.events if isinstance(one, NodeEntered)]
    else:
        assert isinstance(turn.errand, OpenTicket)
        assert turn.errand.topic == "stop-my-money"
