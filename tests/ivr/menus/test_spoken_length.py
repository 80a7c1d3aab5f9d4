"""How long words take to say: an estimate that errs on the long side, but not by much."""

import pytest

from ivr.menus.model import MenuBook
from ivr.menus.spoken_length import BREAK_SECONDS, seconds
from speech.pace import DIGIT_SECONDS


def long(text: str, book: MenuBook, language: str = "en") -> float:
    return seconds(text, book, book.wordings[language])


@pytest.mark.parametrize(
    ("language", "text", "at_least", "at_most"),
    [
        ("en", "For a failed payment, press one.", 1.8, 3.0),
        ("zh", "支付失败，请按一。", 1.5, 3.0),
        ("id", "Untuk pembayaran yang gagal, tekan satu.", 2.0, 3.5),
    ],
)
def test_a_sentence_takes_as_long_as_people_take(
    language: str, text: str, at_least: float, at_most: float, shipped_book: MenuBook
) -> None:
    assert at_least < long(text, shipped_book, language) < at_most


def test_a_ticket_number_takes_nine_digits_and_two_pauses(shipped_book: MenuBook) -> None:
    assert long("{ticket:digits}", shipped_book) == pytest.approx(9 * DIGIT_SECONDS + 2 * BREAK_SECONDS)


def test_a_break_and_figures_take_their_time(shipped_book: MenuBook) -> None:
    assert long("{break}", shipped_book) == BREAK_SECONDS
    assert long("112", shipped_book) == pytest.approx(3 * DIGIT_SECONDS)


def test_a_value_takes_as_long_as_it_is(shipped_book: MenuBook) -> None:
    said = shipped_book.wordings["en"].values["opening_hours"]
    assert long("{opening_hours}", shipped_book) == pytest.approx(long(said, shipped_book))


def test_a_number_that_is_typed_is_as_long_as_its_node_takes(shipped_book: MenuBook) -> None:
    assert long("{entry:digits}", shipped_book) > long("{last_four:digits}", shipped_book) > 1.0


def test_the_longest_topic_counts(shipped_book: MenuBook) -> None:
    topics = shipped_book.wordings["en"].topics.values()
    assert long("{topic}", shipped_book) == pytest.approx(max(long(topic, shipped_book) for topic in topics))


def test_words_that_cannot_be_taken_apart_still_have_a_length(shipped_book: MenuBook) -> None:
    assert long("Welcome {", shipped_book) > 0.4
