"""What may be said, and nothing else."""

from speech import grammar
from speech.grammar import Graph, Words


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


def test_one_way_can_be_shut_and_the_others_stay_open() -> None:
    phrases: list[Words] = [("a", "person"), ("a", "refund"), ("a",)]
    assert ways(grammar.without(grammar.of_phrases(phrases), ("a", "person"))) == {("a", "refund"), ("a",)}
    assert ways(grammar.without(grammar.of_phrases(phrases), ("a",))) == set(phrases[:2])
    shut = grammar.without(grammar.without(grammar.of_phrases(phrases), ("a",)), ("a", "refund"))
    assert ways(shut) == {("a", "person")}


def test_the_words_of_a_way_that_is_shut_can_still_be_weighed() -> None:
    shut = grammar.without(grammar.of_phrases([("a", "person"), ("again",)]), ("again",))
    assert {arc.word for arc in shut.arcs} == {"a", "person", "again"}
