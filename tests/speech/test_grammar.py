"""What may be said, and nothing else."""

import pytest

from foundation.check_digits import CheckDigit, valid
from speech import grammar
from speech.digits import Numerals, digits_in, numerals
from speech.grammar import Graph, Words

PLAIN = Numerals({word: digit for word, digit in numerals("en").digits.items() if word != "oh"}, {})


def ways(graph: Graph) -> set[Words]:
    """Everything that a graph allows."""
    found: set[Words] = set()
    open_ways: list[tuple[int, Words]] = [(0, ())]
    while open_ways:
        state, words = open_ways.pop()
        if state == 1:
            found.add(words)
        open_ways += [
            (arc.end, (*words, arc.word) if arc.word else words) for arc in graph.arcs if arc.start == state
        ]
    return found


def test_a_phrase_is_its_words_without_marks() -> None:
    assert grammar.spoken_words("I’ve lost my phone!") == ("i've", "lost", "my", "phone")
    assert grammar.spoken_words("e-wallet (2)") == ("e", "wallet", "2")
    assert grammar.spoken_words("我要退款。") == ("我要退款",)
    assert grammar.spoken_words(" ?! ") == ()


def test_a_phrase_with_an_unknown_word_is_left_out() -> None:
    known = {"my", "refund"}.__contains__
    assert grammar.known_phrases(["My refund", "my zyzzyx", "", "refund"], known) == {
        ("my", "refund"): "My refund",
        ("refund",): "refund",
    }


def test_chinese_is_cut_into_the_fewest_known_words() -> None:
    known = {"我", "要", "我要", "退款", "退", "款"}.__contains__
    assert grammar.known_phrases(["我要退款", "我要钱"], known) == {("我要", "退款"): "我要退款"}


def test_phrases_are_allowed_whole_and_nothing_else() -> None:
    phrases: list[Words] = [("a", "person"), ("again",), ("a", "refund")]
    assert ways(grammar.of_phrases(phrases)) == set(phrases)


@pytest.mark.parametrize(("shortest", "longest"), [(1, 1), (2, 2), (1, 3), (2, 3)])
def test_a_number_has_the_right_length(shortest: int, longest: int) -> None:
    found = ways(grammar.of_number(PLAIN, shortest, longest))
    assert len(found) == sum(10**length for length in range(shortest, longest + 1))
    assert {len(words) for words in found} == set(range(shortest, longest + 1))


@pytest.mark.parametrize("check", CheckDigit)
def test_only_numbers_that_pass_their_check_are_allowed_and_all_of_them(check: CheckDigit) -> None:
    found = {digits_in(" ".join(words), "en") for words in ways(grammar.of_number(PLAIN, 2, 4, check))}
    numbers = (f"{number:0{length}}" for length in (2, 3, 4) for number in range(10**length))
    assert found == {number for number in numbers if valid(check, number)}


@pytest.mark.parametrize("check", CheckDigit)
def test_the_graph_of_a_checked_number_stays_small(check: CheckDigit) -> None:
    assert len(grammar.of_number(PLAIN, 10, 10, check).arcs) <= 10 * 10 * 10


def test_doubles_and_triples_count() -> None:
    found = ways(grammar.of_number(numerals("en"), 4, 4, "damm"))
    assert {len(digits_in(" ".join(words), "en")) for words in found} == {4}
    assert all(valid("damm", digits_in(" ".join(words), "en")) for words in found)
    assert any(words[0] == "double" for words in found)
    assert any(words[1] == "triple" for words in found)


def test_what_one_of_several_graphs_allows_is_allowed() -> None:
    both = grammar.together(grammar.of_phrases([("a", "person"), ("again",)]), grammar.of_number(PLAIN, 1, 2))
    assert ways(both) == {("a", "person"), ("again",)} | ways(grammar.of_number(PLAIN, 1, 2))
    assert grammar.together().arcs == ()


def test_one_way_can_be_shut_and_the_others_stay_open() -> None:
    phrases: list[Words] = [("a", "person"), ("a", "refund"), ("a",)]
    assert ways(grammar.without(grammar.of_phrases(phrases), ("a", "person"))) == {("a", "refund"), ("a",)}
    assert ways(grammar.without(grammar.of_phrases(phrases), ("a",))) == set(phrases[:2])
    number = grammar.of_number(PLAIN, 1, 3)
    shut = grammar.without(grammar.without(number, ("one", "two")), ("one",))
    assert ways(shut) == ways(number) - {("one", "two"), ("one",)}


def test_the_words_of_a_way_that_is_shut_can_still_be_weighed() -> None:
    shut = grammar.without(grammar.of_phrases([("a", "person"), ("again",)]), ("again",))
    assert {arc.word for arc in shut.arcs} == {"a", "person", "again"}


@pytest.mark.parametrize(("shortest", "longest"), [(0, 4), (5, 4), (1, 99)])
def test_lengths_that_make_no_sense_are_refused(shortest: int, longest: int) -> None:
    with pytest.raises(ValueError, match="digits"):
        grammar.of_number(PLAIN, shortest, longest)
