"""Status callbacks and webhooks on a bad day: lost, repeated, overtaken, and copied at random."""

from collections import Counter

import pytest

from exchange.exchange import CallRecord, Exchange
from exchange.post import UnkindPost
from exchange.settings import Copies, NumberSettings
from tests.exchange.conftest import ACCOUNT, CALLER, NUMBER, TOKEN
from tests.exchange.rest_client import Rest
from tests.exchange.scripted_hotline import ScriptedHotline

EVENTS = ("initiated", "ringing", "answered", "completed")


def called(hotline: ScriptedHotline, post: UnkindPost) -> CallRecord:
    hotline.answers["/answer"] = "<Pause/>"
    number = NumberSettings(f"{hotline.base}/answer", f"{hotline.base}/status", status_events=EVENTS)
    with Exchange(
        account_sid=ACCOUNT, auth_token=TOKEN, numbers={NUMBER: number}, speed=float("inf"), deliver=post
    ) as exchange:
        return exchange.call(from_=CALLER, to=NUMBER)


def sequences(hotline: ScriptedHotline) -> list[str]:
    return [one.fields["SequenceNumber"] for one in hotline.at("/status")]


def test_a_lost_callback_never_comes_and_the_tape_knows_of_it(hotline: ScriptedHotline) -> None:
    record = called(hotline, UnkindPost(lost=1.0))
    assert hotline.at("/status") == []
    assert [(one["event"], one["lost"]) for one in record.of("status")] == [(event, True) for event in EVENTS]


def test_a_repeated_callback_is_the_same_twice(hotline: ScriptedHotline) -> None:
    called(hotline, UnkindPost(repeated=1.0))
    assert sequences(hotline) == ["0", "0", "1", "1", "2", "2", "3", "3"]
    told = hotline.at("/status")
    assert [one.fields for one in told[::2]] == [one.fields for one in told[1::2]]


def test_late_callbacks_overtake_each_other_and_each_tells_of_its_own_moment(
    hotline: ScriptedHotline,
) -> None:
    record = called(hotline, UnkindPost(late=1.0, latest=0.6, seed=247))
    assert sorted(sequences(hotline)) == ["0", "1", "2", "3"]
    assert sequences(hotline) != ["0", "1", "2", "3"]
    told = {one.fields["SequenceNumber"]: one.fields["CallStatus"] for one in hotline.at("/status")}
    assert told == {"0": "ringing", "1": "ringing", "2": "in-progress", "3": "completed"}
    assert record.events[-1].kind == "ended", "the call is over when all of it is told"


def test_callbacks_of_texts_are_treated_no_better(hotline: ScriptedHotline) -> None:
    with Exchange(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        numbers={NUMBER: NumberSettings(f"{hotline.base}/answer")},
        speed=float("inf"),
        deliver=UnkindPost(repeated=1.0, late=1.0, latest=0.02),
    ) as exchange:
        rest = Rest(exchange)
        placed = rest.text(CALLER, StatusCallback=f"{hotline.base}/status").json()
        rest.until(placed["uri"], lambda _: len(hotline.at("/status")) == 4)
    told = Counter(one.fields["MessageStatus"] for one in hotline.at("/status"))
    assert told == {"sent": 2, "delivered": 2}


def test_the_same_seed_loses_the_same() -> None:
    first, second, other = (UnkindPost(0.3, 0.3, 0.3, seed=seed) for seed in (5, 5, 6))
    fates, again, otherwise = ([one("CA1", "ringing") for _ in range(300)] for one in (first, second, other))
    assert fates == again != otherwise
    assert 50 <= sum(not fate for fate in fates) <= 130
    with pytest.raises(ValueError, match="between 0 and 1"):
        UnkindPost(lost=2)


def test_webhooks_are_copied_as_chance_has_it() -> None:
    copies = Copies(repeat_every_request=True, overlap=3, chance=0.2, seed=9)
    drawn = [made for made, _ in zip(copies.dice(), range(1_000), strict=False)]
    again = [made for made, _ in zip(copies.dice(), range(1_000), strict=False)]
    assert drawn == again
    kinds = Counter((one.repeat_every_request, one.overlap) for one in drawn)
    assert set(kinds) == {(False, 1), (True, 1), (False, 3), (True, 3)}
    assert 500 <= kinds[False, 1] <= 750


def test_a_copied_webhook_among_others_is_on_the_tape(hotline: ScriptedHotline) -> None:
    hotline.answers["/answer"] = '<Gather numDigits="1" action="/answer"/>'
    with Exchange(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        numbers={NUMBER: NumberSettings(f"{hotline.base}/answer")},
        speed=float("inf"),
        repeat_every_request=True,
        overlap=2,
        copy_chance=0.5,
        seed=2,
    ) as exchange:
        record = exchange.call(from_=CALLER, to=NUMBER, script=[{"presses": "1"}] * 19)
    copies = [one.get("copies", 1) for one in record.of("document")]
    assert set(copies) == {1, 2, 3}
    assert len(hotline.at("/answer")) == sum(copies)
