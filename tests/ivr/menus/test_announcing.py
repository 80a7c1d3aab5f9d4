"""What operators may put before the menu: refused with a cure, or doubted, before any caller hears it."""

import pytest

from ivr.menus.announcing import CHARACTERS_AT_MOST, doubts, refusals, tidy
from ivr.menus.model import MenuBook

GOOD = {
    "en": "The app is slow today; your money is safe.",
    "zh": "今天应用有点慢，您的钱是安全的。",
    "id": "Hari ini aplikasi lambat; uang Anda aman.",
}


def refused(book: MenuBook, **changed: str) -> str:
    return "\n".join(refusals(book, {**GOOD, **changed}))


def doubted(book: MenuBook, **changed: str) -> str:
    return "\n".join(doubts(book, {**GOOD, **changed}))


def test_a_sentence_in_every_language_is_taken_without_a_doubt(shipped_book: MenuBook) -> None:
    assert refused(shipped_book) == ""
    assert doubted(shipped_book) == ""


@pytest.mark.parametrize("language", GOOD)
def test_each_language_of_the_book_is_needed(shipped_book: MenuBook, language: str) -> None:
    given = {one: words for one, words in GOOD.items() if one != language}
    assert list(refusals(shipped_book, given)) == [f"the book speaks en, zh, id: --{language} is missing"]


def test_another_language_is_refused_and_not_dropped(shipped_book: MenuBook) -> None:
    assert refused(shipped_book, fr="Bonjour.") == (
        "the book speaks en, zh, id: --fr is none of them, take it away"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "there are no words"),
        ("...!", "there are no words"),
        ("Hello {name}", "no slots"),
        ("}", "there are no words"),
        ("ring\x07", "no telephone can be sent"),
        ("half \udce4", "no telephone can be sent"),
        ("long " * 60, "seconds to say"),
        (f"a{'.' * CHARACTERS_AT_MOST}", "characters; say it in 500 at most"),
    ],
)
def test_words_that_cannot_be_spoken_are_refused(shipped_book: MenuBook, words: str, said: str) -> None:
    (line,) = refused(shipped_book, en=words).splitlines()
    assert line.startswith("--en: ")
    assert said in line


@pytest.mark.parametrize("words", ["Tom & Jerry <b>", "\"quoted\" and 'so'", "50% off", "-5 degrees", "a\\b"])
def test_marks_that_mean_something_to_machines_are_words_like_others(
    shipped_book: MenuBook, words: str
) -> None:
    assert refused(shipped_book, en=words) == ""


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"en": "今天很慢"}, "--en: the letters are CJK, those of the book's en are Latin"),
        ({"zh": "It is slow"}, "--zh: the letters are Latin"),
        ({"en": "Сегодня медленно"}, "--en: the letters are Cyrillic"),
        ({"id": GOOD["en"]}, "--en and --id say the same words"),
        ({"en": "Slow 😀 today"}, "--en: 😀 cannot be spoken"),
    ],
)
def test_what_may_be_a_mistake_is_told(shipped_book: MenuBook, changed: dict[str, str], said: str) -> None:
    assert refused(shipped_book, **changed) == ""
    assert said in doubted(shipped_book, **changed)


def test_a_book_that_nobody_would_hear_it_in_is_told(shipped_book: MenuBook) -> None:
    nodes = {name: node for name, node in shipped_book.nodes.items() if node.kind != "announcement"}
    (line,) = refusals(shipped_book.model_copy(update={"nodes": nodes}), GOOD)
    assert "no node of kind announcement" in line


def test_line_ends_and_double_blanks_become_one_blank() -> None:
    assert tidy("  The line \n is\tslow. ") == "The line is slow."
    assert tidy("kept \x1f for the refusal") == "kept \x1f for the refusal"
