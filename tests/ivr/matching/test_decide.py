"""What was heard is believed, asked about or dropped."""

from ivr.matching.decide import decide
from ivr.matching.verdicts import Accepted, Doubted, Rejected, Sayable, Thresholds, Verdict
from speech.requests import Alternative

SAYABLES = (
    Sayable("payments", "1", "payments"),
    Sayable("a payment", "1", "payments"),
    Sayable("my account", "2", "account"),
    Sayable("get my money back", "3", "refunds"),
    Sayable("no", "2", "no"),
    Sayable("退款", "3", "refunds"),
    Sayable("환불", "3", "refunds"),
)


def heard(*said: tuple[str, float], thresholds: Thresholds | None = None) -> Verdict:
    return decide([Alternative(words, sure) for words, sure in said], SAYABLES, thresholds)


def test_a_whole_phrase_that_is_sure_is_believed_under_the_words_of_the_book() -> None:
    assert heard(("Payment", 0.9)) == Accepted("1", "payments", "payments", 0.9)
    assert heard(("退 款", 0.9)) == Accepted("3", "refunds", "退款", 0.9)


def test_a_less_sure_one_is_asked_about_and_an_unsure_one_dropped() -> None:
    assert heard(("my account", 0.6)) == Doubted("2", "account", "my account", 0.6)
    assert heard(("my account", 0.4)) == Rejected("my account", 0.4)


def test_every_question_has_its_own_thresholds() -> None:
    strict = Thresholds(accept=0.95, confirm=0.9)
    assert isinstance(heard(("my account", 0.92), thresholds=strict), Doubted)
    assert isinstance(heard(("my account", 0.85), thresholds=strict), Rejected)


def test_another_meaning_close_behind_makes_a_doubt() -> None:
    assert isinstance(heard(("payments", 0.9), ("my account", 0.85)), Doubted)
    assert isinstance(heard(("payments", 0.9), ("my account", 0.7)), Accepted)


def test_the_same_meaning_in_other_words_is_no_rival() -> None:
    assert isinstance(heard(("payments", 0.9), ("a payment", 0.89)), Accepted)


def test_other_words_for_the_same_are_as_sure_as_all_of_them_together() -> None:
    assert heard(("payments", 0.45), ("a payment", 0.45)) == Accepted("1", "payments", "payments", 0.9)
    assert heard(("payments", 0.3), ("a payment", 0.3)) == Doubted("1", "payments", "payments", 0.6)
    assert heard(("payments", 0.2), ("a payment", 0.2)) == Rejected("payments", 0.4)
    assert heard(("payments", 0.9), ("a payment", 0.9)) == Accepted("1", "payments", "payments", 1.0)


def test_what_several_words_mean_is_surer_than_a_single_likelier_one_but_asked_about() -> None:
    assert heard(("my account", 0.4), ("payments", 0.3), ("a payment", 0.3)) == Doubted(
        "1", "payments", "payments", 0.6
    )
    close = heard(("payments", 0.5), ("my account", 0.7), ("a payment", 0.25))
    assert close == Doubted("1", "payments", "payments", 0.75)


def test_a_less_likely_alternative_is_never_believed_at_once() -> None:
    assert heard(("paints", 0.95), ("payments", 0.9)) == Doubted("1", "payments", "payments", 0.9)


def test_what_the_recogniser_does_not_know_is_nothing() -> None:
    assert isinstance(heard(("[unk]", 1.0)), Rejected)
    assert isinstance(heard(("[unk]", 1.0), ("my account", 0.99)), Rejected)
    assert isinstance(heard(("my [unk] account", 1.0)), Rejected)
    assert isinstance(heard(("[unk] no [unk]", 1.0)), Rejected)
    assert heard() == Rejected("", 0.0)


def test_words_of_a_grammar_put_together_anew_are_nothing() -> None:
    assert isinstance(heard(("payments my account", 1.0)), Rejected)
    assert isinstance(heard(("my money", 1.0)), Rejected)


def test_a_phrase_inside_a_sentence_is_asked_about() -> None:
    assert heard(("I want to get my money back please", 1.0)) == Doubted(
        "3", "refunds", "get my money back", 1.0
    )
    assert heard(("我要退款", 1.0)) == Doubted("3", "refunds", "退款", 1.0)


def test_a_phrase_among_words_that_nobody_knows_is_asked_about_and_never_believed() -> None:
    assert heard(("[unk] my account [unk]", 0.7)) == Doubted("2", "account", "my account", 0.7)
    assert heard(("[unk] my account", 1.0)) == Doubted("2", "account", "my account", 1.0)
    assert isinstance(heard(("[unk] my account", 0.4)), Rejected)
    assert isinstance(heard(("[unk] my account [unk] get my money back", 1.0)), Rejected)


def too_short(words: str) -> bool:
    """Somebody spoke for longer than any phrase here takes."""
    return len(words) > 30


def test_what_somebody_spoke_too_long_for_is_asked_about() -> None:
    said = (Alternative("payments", 0.97),)
    assert isinstance(decide(said, SAYABLES), Accepted)
    assert decide(said, SAYABLES, fits=too_short) == Doubted("1", "payments", "payments", 0.97)


def test_phrases_one_behind_the_other_are_one_only_if_one_may_take_so_long() -> None:
    said = (Alternative("get my money back get my money back", 0.9),)
    assert decide(said, SAYABLES) == Doubted("3", "refunds", "get my money back", 0.9)
    assert isinstance(decide(said, SAYABLES, fits=too_short), Rejected)
    # With words that nobody offered the recogniser had a choice: it is what somebody really said.
    whole = (Alternative("I want to get my money back please", 0.9),)
    assert isinstance(decide(whole, SAYABLES, fits=too_short), Doubted)


def test_a_short_answer_inside_a_sentence_is_nothing() -> None:
    assert isinstance(heard(("no idea what you mean", 1.0)), Rejected)
    assert isinstance(heard(("know", 1.0)), Rejected)
