"""The tape: in order, complete, one line an event, the same in memory and on disk."""

import json
from datetime import UTC, datetime
from pathlib import Path

from exchange.exchange import CallPlan, Exchange
from exchange.settings import NumberSettings
from exchange.tape import Tape
from tests.exchange.conftest import ACCOUNT, CALLER, NUMBER, TOKEN, Place
from tests.exchange.scripted_hotline import ScriptedHotline

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def test_a_call_is_on_the_tape_from_the_first_ring_to_the_last_word(place: Place) -> None:
    menu = '<Gather action="/next" numDigits="1"><Say>Menu</Say></Gather>'
    record = place({"/answer": menu, "/next": "<Say>Goodbye</Say>"}, {"presses": "1"})
    assert record.kinds() == [
        *("dialled", "requested", "document", "answered", "listening", "saying", "heard", "pressed"),
        *("requested", "document", "saying", "heard", "status", "requested", "replied", "ended"),
    ]
    assert [event.sequence for event in record.events] == list(range(1, 17))
    assert all(one.at <= two.at for one, two in zip(record.events, record.events[1:], strict=False))
    assert record.of("requested")[1]["fields"]["Digits"] == "1"
    assert "<Say>Menu</Say>" in record.of("document")[0]["body"]


def test_the_file_holds_what_memory_holds(tmp_path: Path, hotline: ScriptedHotline) -> None:
    hotline.answers["/answer"] = '<Say voice="Polly.Zhiyu" language="cmn-CN">您好</Say>'
    path = tmp_path / "tape.jsonl"
    with Exchange(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        numbers={NUMBER: NumberSettings(f"{hotline.base}/answer")},
        speed=float("inf"),
        tape_path=path,
    ) as exchange:
        record = exchange.call(from_=CALLER, to=NUMBER)
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert lines == json.loads(json.dumps([event.as_json() for event in record.events]))
    assert "您好" in path.read_text(encoding="utf-8")


def test_fifty_calls_at_once_keep_their_own_order(exchange: Exchange, hotline: ScriptedHotline) -> None:
    hotline.answers |= {
        "/answer": '<Gather action="/next" numDigits="1"><Say>Menu</Say></Gather>',
        "/next": lambda asked: f"<Say>You pressed {asked.fields['Digits']}</Say>",
    }
    plans = [CallPlan(f"+62812{n:07d}", NUMBER, [{"presses": str(n % 10)}]) for n in range(50)]
    records = exchange.call_many(plans, at_once=50)
    assert [record.heard for record in records] == [("Menu", f"You pressed {n % 10}") for n in range(50)]
    assert len({record.sid for record in records}) == 50
    assert all(exchange.tape.heard(record.sid) == list(record.heard) for record in records)


def test_faults_are_found_by_call_and_in_all() -> None:
    tape = Tape()
    tape.note("CA1", NOON, "fault", {"code": 12100})
    tape.note("CA2", NOON, "heard", {"text": "hello"})
    assert [event.call for event in tape.faults()] == ["CA1"]
    assert tape.faults("CA2") == []
    assert tape.heard("CA2") == ["hello"]
    assert tape.calls() == ["CA1", "CA2"]


def test_a_listener_hears_each_event_as_it_is_written() -> None:
    tape, heard = Tape(), []
    tape.listen(lambda event: heard.append((event.call, event.sequence, event.kind)))
    tape.note("CA1", NOON, "dialled", {})
    tape.note("CA1", NOON, "ended", {})
    assert heard == [("CA1", 1, "dialled"), ("CA1", 2, "ended")]
