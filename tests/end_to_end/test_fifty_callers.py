"""Fifty callers at once on the real processes: what they hear is what stands in SQL."""

from collections import Counter

from exchange.exchange import CallPlan, CallRecord
from tests.end_to_end import callers
from tests.end_to_end.running import Hotline, differing, numbers_heard

TOPIC_NAMED = 4  # steps of the script after which the topic was named, whatever was cut off
WAITS = ("<Gather", "<Record", "<Dial", "<Redirect", "<Hangup")


def assert_no_dead_air(records: list[CallRecord]) -> None:
    """Every document says something to wait for, and none came later than the carrier waits (a fault)."""
    for record in records:
        assert record.of("fault") == []
        for document in record.of("document"):
            assert document["status"] == 200
            assert any(wait in document["body"] for wait in WAITS), document["body"]
        for told in record.of("replied"):
            assert told["status"] in {200, 204}


def test_every_number_that_is_heard_is_one_row_and_none_is_heard_twice(hotline: Hotline) -> None:
    plans = callers.fifty(hotline.settings.hotline_number)
    with hotline.exchange(repeat_every_request=True) as exchange:
        records = exchange.call_many(plans, at_once=50)
        assert differing(exchange.tape) == []
    assert_no_dead_air(records)
    heard = {record.sid: Counter(numbers_heard(record)) for record in records}
    # Each caller came with one thing, and hears its number twice.
    assert [list(numbers.values()) for numbers in heard.values()] == [[2]] * len(plans)
    told = {number: call for call, numbers in heard.items() for number in numbers}
    assert len(told) == len(plans)
    assert {filed.number: filed.call for filed in hotline.tickets(heard)} == told


def test_rivals_at_the_same_moment_hear_the_same_and_open_one_ticket(hotline: Hotline) -> None:
    to = hotline.settings.hotline_number
    plans = [CallPlan(callers.number(100 + count), to, callers.urgent("1")) for count in range(8)]
    with hotline.exchange(overlap=3, repeat_every_request=True) as exchange:
        records = exchange.call_many(plans)
        assert differing(exchange.tape) == []
    assert_no_dead_air(records)
    for record in records:
        (number,) = set(numbers_heard(record))
        assert [filed.number for filed in hotline.tickets([record.sid])] == [number]


def test_a_caller_who_hangs_up_in_any_state_leaves_nothing_open(hotline: Hotline) -> None:
    to, script = hotline.settings.hotline_number, callers.failed_payment("1")
    plans = [
        CallPlan(callers.number(200 + 10 * turns + place), to, [*script[:turns], {"hangs_up": when}])
        for turns in range(len(script))
        for place, when in enumerate((True, "during", "reply"))
    ]
    with hotline.exchange() as exchange:
        records = exchange.call_many(plans, at_once=20)
    assert_no_dead_air(records)
    calls = [record.sid for record in records]
    assert sorted(hotline.ends_heard(calls)) == sorted(calls)
    filed = hotline.tickets(calls)
    assert {one.topic for one in filed} == {"failed-payment"}
    assert max(Counter(one.call for one in filed).values()) == 1
    # Whoever chose the topic and left it unsolved leaves a ticket; before that there is nothing to keep.
    named = {
        record.sid for record, plan in zip(records, plans, strict=True) if len(plan.script) > TOPIC_NAMED
    }
    assert named <= {one.call for one in filed}
    heard = {number for record in records for number in numbers_heard(record)}
    assert heard <= {one.number for one in filed if not one.partial}
