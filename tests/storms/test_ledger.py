"""The ledger of a storm finds each way in which a promise can be broken."""

from dataclasses import replace

from storms.ledger import Told, judged
from tests.end_to_end.running import Filed

CALL, OTHER = "CA" + "1" * 32, "CA" + "2" * 32
TOLD = Told(
    CALL,
    frozenset({"123456784"}),
    kept=False,
    at_carrier=False,
    silent=(),
    slowest=0.1,
    documents=4,
    by="caller",
)
ROW = Filed(CALL, "123456784", "refund", partial=False)


def test_a_number_that_was_heard_and_stands_is_a_promise_that_is_held() -> None:
    verdict = judged([TOLD], [ROW], {CALL})
    assert verdict.holds
    assert (verdict.heard, verdict.kept) == (1, 0)


def test_a_number_without_a_row_was_false() -> None:
    verdict = judged([TOLD], [], set())
    assert not verdict.holds
    assert verdict.false == (f"{CALL} heard 123456784",)


def test_a_number_of_another_callers_row_is_a_promise_lost() -> None:
    verdict = judged([TOLD], [replace(ROW, call=OTHER)], {OTHER})
    assert not verdict.holds
    assert verdict.lost == (f"{CALL} heard 123456784 of another call",)


def test_something_kept_without_a_number_must_stand() -> None:
    kept = replace(TOLD, numbers=frozenset(), kept=True)
    assert judged([kept], [ROW], {CALL}).holds
    assert judged([kept], [], set()).lost == (f"{CALL} has nothing kept",)


def test_two_rows_of_one_call_and_topic_are_one_too_many() -> None:
    rows = [ROW, replace(ROW, number="987654325"), replace(ROW, number="555555550", topic="account")]
    verdict = judged([TOLD], rows, {CALL})
    assert not verdict.holds
    assert verdict.twice == (f"{CALL} has 2 of refund",)


def test_a_row_that_nobody_heard_of_breaks_no_promise() -> None:
    # Whoever hangs up while the hotline thinks leaves one.
    assert judged([replace(TOLD, numbers=frozenset())], [ROW], {CALL}).holds
