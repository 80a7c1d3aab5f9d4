"""Two ways to write the same words are the same; other words are not."""

import pytest

from ivr.matching.text import gist, normal, unheard


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Payments!", "payment"),
        ("Top-up", "top up"),
        ("I don't know", "i dont know"),
        ("  yes,   please. ", "Yes please"),
        ("退 款", "退款"),
        ("我要退款。", "我 要 退款"),
        ("１２３", "123"),
        ("안 됩니다", "안됩니다"),
    ],
)
def test_two_ways_to_write_the_same_words_have_one_gist(one: str, other: str) -> None:
    assert gist(one) == gist(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("payment", "repayment"), ("loss", "los"), ("yes", "ye"), ("退款", "付款"), ("no", "know")],
)
def test_other_words_have_another(one: str, other: str) -> None:
    assert gist(one) != gist(other)


def test_an_unknown_word_is_told_and_taken_out() -> None:
    assert unheard("my [unk] please")
    assert unheard("<unk>")
    assert not unheard("unk")
    assert normal("my [unk] please") == "my please"


def test_a_text_without_an_end_is_cut() -> None:
    assert len(normal("a" * 100_000)) == 500
