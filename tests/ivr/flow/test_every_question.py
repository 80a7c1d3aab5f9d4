"""From every question of the shipped book: a person, the stop of money, again, back, a way out of misses."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from identity.levels import Level
from ivr.flow.engine import begin, step
from ivr.flow.events import Missed, NodeEntered
from ivr.flow.inputs import Answered, CallerInput, Digits, Silence
from ivr.flow.instructions import Say
from ivr.flow.patience import Miss
from ivr.flow.state import HOSTED
from ivr.flow.turn import Turn
from ivr.menus.model import MenuBook
from ivr.menus.nodes import Agreement, Asking, LanguageQuestion, RecordMessage, Survey, TicketDesk
from tests.shipped import BOOK

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
UNUSED_KEY = "7"
INPUTS_AT_MOST = 10  # three misses, and the quiet times of a diagnosis


def asks_first(name: str) -> bool:
    """Whether the node asks before it does anything: a desk that files first has no question of its own."""
    node = BOOK.nodes[name]
    files_first = isinstance(node, TicketDesk) and node.number != "before"
    return isinstance(node, Asking) and not files_first


QUESTIONS = [name for name in BOOK.nodes if asks_first(name)]


def at_the_question(name: str) -> tuple[MenuBook, Turn]:
    """A verified caller who has just been asked; the book begins there."""
    book = BOOK.model_copy(update={"start": name})
    answered = Answered(AT, "CA" + "1" * 32, None, "+622150001000")
    known = begin(book, answered).learn(topic="refund")
    # Only the carrier could hear this caller: so there is the question whether it may.
    known = replace(known, hearers=((known.language, HOSTED),))
    turn = step(book, replace(known, level=Level.VERIFIED, customer="1002003018"), answered)
    return book, turn


def entered(turn: Turn) -> list[str]:
    return [event.node for event in turn.events if isinstance(event, NodeEntered)]


def prompts(turn: Turn) -> list[str]:
    return [said.prompt for said in turn.instructions if isinstance(said, Say)]


# The node that makes sure who is calling lets a verified caller pass without a question.
OPEN = [name for name in QUESTIONS if name != BOOK.verification]


@pytest.mark.parametrize("name", OPEN)
def test_a_person_is_one_key_away(name: str) -> None:
    book, asked = at_the_question(name)
    turn = step(book, asked.state, Digits(AT, book.everywhere.person.key))
    assert entered(turn)[0] == book.everywhere.person.to


@pytest.mark.parametrize("name", OPEN)
def test_money_can_be_stopped_by_one_key(name: str) -> None:
    book, asked = at_the_question(name)
    turn = step(book, asked.state, Digits(AT, book.everywhere.stop_my_money.key))
    assert entered(turn) == [book.everywhere.stop_my_money.to]
    assert turn.errand is not None


@pytest.mark.parametrize("name", OPEN)
def test_it_can_be_heard_again_and_that_is_no_miss(name: str) -> None:
    book, asked = at_the_question(name)
    turn = step(book, asked.state, Digits(AT, book.everywhere.again))
    assert turn.state == asked.state
    assert prompts(turn) == prompts(asked)[-len(prompts(turn)) :]
    assert turn.instructions[-1] == asked.instructions[-1]


@pytest.mark.parametrize("name", OPEN)
def test_where_nothing_lies_behind_the_way_back_says_so(name: str) -> None:
    book, asked = at_the_question(name)
    turn = step(book, asked.state, Digits(AT, book.everywhere.back))
    assert prompts(turn)[0] == "common.no_way_back"
    assert turn.state.place == asked.state.place


def given_up(name: str, miss: Miss) -> str:
    """Where the book says that a caller goes who does not answer."""
    node = BOOK.nodes[name]
    assert isinstance(node, Asking)
    own = node.silence_give_up if miss is Miss.SILENCE else node.no_match_give_up
    if own is None and isinstance(node, LanguageQuestion | Agreement | Survey):
        return node.next
    return own or BOOK.give_up


def misses(name: str, heard: CallerInput, miss: Miss) -> tuple[list[int], list[str]]:
    """How the misses were counted, and the nodes entered at the last of them."""
    book, turn = at_the_question(name)
    counted: list[int] = []
    for _ in range(INPUTS_AT_MOST):
        turn = step(book, turn.state, heard)
        counted += [e.count for e in turn.events if isinstance(e, Missed) and e.kind == miss.value]
        if entered(turn):
            break
    return counted, entered(turn)


@pytest.mark.parametrize("name", OPEN)
def test_silence_is_borne_as_long_as_the_book_says_and_then_led_on(name: str) -> None:
    counted, led_to = misses(name, Silence(AT), Miss.SILENCE)
    node = BOOK.nodes[name]
    assert isinstance(node, Asking)
    assert counted == list(range(1, node.silence_patience + 2))
    assert led_to[0] == given_up(name, Miss.SILENCE)


@pytest.mark.parametrize("name", [one for one in OPEN if not isinstance(BOOK.nodes[one], RecordMessage)])
def test_a_wrong_key_is_borne_as_long_as_the_book_says_and_then_led_on(name: str) -> None:
    counted, led_to = misses(name, Digits(AT, UNUSED_KEY), Miss.NO_MATCH)
    node = BOOK.nodes[name]
    assert isinstance(node, Asking)
    assert counted == list(range(1, node.no_match_patience + 2))
    assert led_to[0] == given_up(name, Miss.NO_MATCH)


@pytest.mark.parametrize(
    ("dialled", "language"), [*BOOK.numbers.items(), ("+622150009999", BOOK.default_language)]
)
def test_the_dialled_number_sets_the_language_of_the_welcome(dialled: str, language: str) -> None:
    answered = Answered(AT, "CA" + "1" * 32, None, dialled)
    turn = step(BOOK, begin(BOOK, answered), answered)
    welcome = turn.instructions[0]
    assert isinstance(welcome, Say)
    assert (welcome.prompt, welcome.language) == ("welcome", language)
