"""The written state of a call: the same when read again, by older and newer versions, and never a secret."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from foundation.redaction import Secret
from identity.levels import Level
from ivr.calls.codec import RECORDINGS_AT_MOST, Kept, Unreadable, decode, encode, plain_events, told
from ivr.flow.events import Chosen, FlowEvent, Left, Missed, NodeEntered
from ivr.flow.instructions import Bridge, Collect, HangUp, Instruction, PlayRecording, Record, Say
from ivr.flow.state import CallState, Filed, Place, Visit
from ivr.menus.wording import Voice

words = st.text(max_size=30).filter(lambda text: not any("\ud800" <= one <= "\udfff" for one in text))
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis wants naive limits
numbers = st.integers(0, 1000)
states = st.builds(
    CallState,
    call=words,
    book=words,
    number=st.none() | words,
    dialled=words,
    answered_at=moments,
    language=words,
    place=st.builds(Place, words, words, numbers, words, numbers, numbers, numbers, st.booleans()),
    turn=numbers,
    level=st.sampled_from(Level),
    customer=st.none() | words,
    facts=st.lists(st.tuples(words, words), max_size=4).map(tuple),
    trail=st.lists(st.builds(Visit, words, numbers), max_size=4).map(tuple),
    detour=st.none() | words,
    filed=st.lists(st.builds(Filed, words, words, moments), max_size=3).map(tuple),
    ended=st.booleans(),
)
AT = datetime(2026, 11, 24, tzinfo=UTC)
STATE = CallState("CA1", "v1", None, "", AT, "en", Place("main"))


@given(states, st.lists(words, max_size=3).map(tuple))
def test_a_state_is_the_same_when_it_is_read_again(state: CallState, recordings: tuple[str, ...]) -> None:
    kept = Kept(state, recordings)
    assert decode(encode(kept)) == kept
    assert encode(decode(encode(kept))) == encode(kept)


def test_a_newer_version_reads_what_an_older_one_wrote() -> None:
    written = json.loads(encode(Kept(STATE)))
    for name in ("level", "facts", "filed", "ended"):
        del written["state"][name]
    del written["recordings"]
    assert decode(json.dumps(written).encode()) == Kept(STATE)


def test_an_older_version_reads_what_a_newer_one_wrote() -> None:
    written = json.loads(encode(Kept(STATE)))
    written["state"]["mood"] = {"of": "the caller"}
    written["state"]["place"]["shelf"] = 3
    written["weather"] = ["rain"]
    assert decode(json.dumps(written).encode()) == Kept(STATE)


@pytest.mark.parametrize("broken", [b"", b"{}", b"\xff\xfe", b'{"state":null}', b'{"state":{"call":1}}'])
def test_what_is_no_state_is_unreadable_and_no_other_fault(broken: bytes) -> None:
    with pytest.raises(Unreadable):
        decode(broken)


@pytest.mark.parametrize(
    "smuggled",
    [
        structs.replace(STATE, customer=Secret("847305")),
        structs.replace(STATE, facts=(("pin", Secret("847305")),)),
        structs.replace(STATE, place=Place("proof", entry=Secret("847305"))),  # type: ignore[arg-type]  # as above
    ],
)
def test_a_secret_is_never_written_wherever_it_hides(smuggled: CallState) -> None:
    with pytest.raises(TypeError):
        encode(Kept(smuggled))


def test_no_field_of_a_state_is_made_for_a_secret() -> None:
    schema = json.dumps(msgspec.json.schema(Kept))
    assert "Secret" not in schema


def test_the_ids_of_spoken_messages_are_bounded_and_not_repeated() -> None:
    kept = Kept(STATE)
    for number in range(RECORDINGS_AT_MOST + 5):
        kept = replace(kept, recordings=kept.having_heard(f"RE{number}"))
    assert len(kept.recordings) == RECORDINGS_AT_MOST
    assert kept.having_heard("RE20")[-1] == "RE20"
    assert kept.having_heard("RE20").count("RE20") == 1


def test_events_are_written_with_their_kind() -> None:
    events: tuple[FlowEvent, ...] = (
        NodeEntered("main"),
        Chosen("main", "refunds"),
        Missed("main", "silence", 2),
        Left("main", abandoned=True),
    )
    plain = plain_events(events)
    assert json.loads(json.dumps(plain)) == plain
    assert [one["event"] for one in plain] == ["NodeEntered", "Chosen", "Missed", "Left"]
    assert plain[2] == {"event": "Missed", "node": "main", "kind": "silence", "count": 2}


SAID = Say(
    "main", "en", Voice(name="Polly.Amy-Neural", say_locale="en-GB", gather_locale="en-GB"), ("Hello",)
)


@pytest.mark.parametrize(
    ("last", "waits"),
    [
        (Collect(1, "", 5, "en"), "keys"),
        (Collect(6, "#", 5, "en", secret=True), "secret"),
        (Record(120, 5), "voice"),
        (Bridge(25, 3_600), "person"),
        (HangUp(), "end"),
    ],
)
def test_a_turn_tells_what_is_said_in_order_and_what_is_awaited(last: Instruction, waits: str) -> None:
    event = told((SAID, PlayRecording("RE1"), SAID, last))
    assert event == {"event": "Told", "prompts": ["main", "<recording>", "main"], "waits": waits}


def test_a_turn_without_a_word_is_the_end() -> None:
    assert told(()) == {"event": "Told", "prompts": [], "waits": "end"}


def test_a_turn_tells_which_kind_of_secret_was_typed_and_only_then() -> None:
    assert told((), "pin")["proof"] == "pin"
    assert "proof" not in told((), "")
