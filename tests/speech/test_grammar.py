"""What may be said, and nothing else."""

from speech import grammar


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
