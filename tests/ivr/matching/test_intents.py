"""What is said in words of one's own is found among the phrases of the book, or asked about, or nothing."""

import subprocess
import sys

from ivr.matching.intents import Intents
from ivr.matching.likeness import plain
from ivr.matching.verdicts import Accepted, Doubted, Rejected
from tests.house.plan import ROOT

PHRASES = {
    "failed": ("my payment failed", "I could not pay in a shop", "the payment did not go through"),
    "refund": (
        "I want my money back",
        "I want a refund for something I bought",
        "they never sent what I paid for",
    ),
    "stop": ("my phone was stolen", "somebody hacked my account", "there is a payment I did not make"),
    "top-up": (
        "my top up did not arrive",
        "I added money and it is missing",
        "the top up is not in my wallet",
    ),
}
INTENTS = Intents.of(PHRASES)


def test_a_phrase_of_the_book_said_exactly_is_the_only_one() -> None:
    (only,) = INTENTS.rank("My top-up did not arrive!")
    assert (only.intent, only.sure, only.exact) == ("top-up", 1.0, True)
    assert INTENTS.decide("i want a refund for something i bought") == Accepted(
        "", "refund", "I want a refund for something I bought", 1.0
    )


def test_other_words_for_it_are_found_with_the_phrase_they_are_like_and_why() -> None:
    best, second, *_ = INTENTS.rank("the payments in that shop failed")
    assert best.intent == "failed"
    assert best.sure > second.sure
    assert best.phrase in PHRASES["failed"]
    assert any(piece in "the payments in that shop failed" for piece in best.pieces)


def test_what_is_less_like_is_asked_about_and_what_is_like_nothing_is_nothing() -> None:
    assert isinstance(INTENTS.decide("a payment or a top up, I am not sure"), Doubted)
    for nonsense in ("quick brown foxes jump", "xyzzy", "", "..."):
        assert isinstance(INTENTS.decide(nonsense), Rejected)


def test_words_of_which_a_part_was_not_known_are_asked_about_however_alike_they_are() -> None:
    known = INTENTS.decide("the payments in that shop failed")
    assert isinstance(known, Accepted)
    assert INTENTS.decide("[unk] the payments in that shop failed [unk]") == Doubted(
        "", known.choice, known.said, known.sure
    )


def test_the_same_phrases_make_the_same_ranking_and_are_trained_once() -> None:
    assert Intents.of({name: list(said) for name, said in PHRASES.items()}) is INTENTS
    assert Intents(PHRASES).rank("my money is missing") == INTENTS.rank("my money is missing")


def test_chinese_and_indonesian_are_told_apart_by_their_own_phrases() -> None:
    chinese = Intents.of({"failed": ("支付 失败", "付不了钱"), "refund": ("我要退款", "把钱退回来")})
    assert chinese.rank("我刚才支付失败了")[0].intent == "failed"
    indonesian = Intents.of(
        {
            "failed": ("pembayaran gagal", "tidak bisa bayar"),
            "refund": ("minta uang kembali", "pengembalian dana"),
        }
    )
    assert indonesian.rank("pembayarannya gagal terus")[0].intent == "failed"


def test_one_intent_alone_is_found_by_its_exact_phrases_only() -> None:
    one = Intents.of({"failed": ("my payment failed",)})
    assert isinstance(one.decide("My payment failed"), Accepted)
    assert one.rank("a payment failed") == ()
    assert isinstance(one.decide("a payment failed"), Rejected)


def test_short_forms_and_numbers_are_written_alike() -> None:
    assert plain("I can't pay 150,000") == plain("I cannot pay 20,500")
    assert plain("It hasn't arrived") == "it has not arrived"


def test_who_ranks_nothing_never_loads_the_learning_library() -> None:
    code = "import sys, ivr.matching.intents; sys.exit('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, timeout=50).returncode == 0
