"""States of calls from other versions of this program: every form there was, and one that is to come."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from typing import Any

import msgspec
import pytest

from foundation.clock import SystemClock
from ivr.calls.codec import Kept, Stream, decode, encode
from ivr.calls.memory_store import MemoryCallStore, MemoryJournal
from ivr.calls.working import BEGUN_AGAIN
from ivr.flow.state import CallState, Filed, Place, Tried, Visit
from tests.ivr.calls.kept_states import samples
from tests.ivr.calls.small_house import House, small_book

*EARLIER, SAMPLE = [json.loads(place.read_text("utf-8")) for place in samples()]
CALL = "CA" + "4" * 32
ADDED = "was a field added? give it a default, and keep one sample more (tests/ivr/calls/kept_states.py)"


@pytest.mark.parametrize("kept", SAMPLE)
def test_what_is_kept_now_says_the_same_to_this_version(kept: dict[str, Any]) -> None:
    again = json.loads(encode(decode(json.dumps(kept).encode())))
    # A field that was renamed or taken away, or says something else now, is missing here.
    assert again == kept, ADDED


@pytest.mark.parametrize("kept", [kept for sample in EARLIER for kept in sample])
def test_what_an_earlier_version_has_kept_is_read_and_none_of_it_is_lost(kept: dict[str, Any]) -> None:
    assert_within(kept, json.loads(encode(decode(json.dumps(kept).encode()))))


def assert_within(known: object, now: object) -> None:
    """Every field of before says now what it said; others may have come."""
    match known, now:
        case dict(), dict():
            assert known.keys() <= now.keys()
            for name, value in known.items():
                assert_within(value, now[name])
        case list(), list():
            assert len(known) == len(now)
            for one, other in zip(known, now, strict=True):
                assert_within(one, other)
        case _:
            assert known == now


def test_each_sample_has_a_field_more_than_the_one_before() -> None:
    forms = [fields_of(sample[0]) for sample in (*EARLIER, SAMPLE)]
    assert len(forms) >= 5
    assert all(earlier < later for earlier, later in pairwise(forms))


def fields_of(kept: object) -> frozenset[str]:
    """The names of all fields in it, those within others behind a dot."""
    match kept:
        case dict():
            inner = {f"{name}.{one}" for name, value in kept.items() for one in fields_of(value)}
            return frozenset(kept) | inner
        case list():
            return frozenset(name for one in kept for name in fields_of(one))
        case _:
            return frozenset()


def test_the_sample_knows_every_field_there_is() -> None:
    everything = SAMPLE[0]
    assert everything.keys() == {"state", "recordings", "stream", "lost"}, ADDED
    written = {
        CallState: everything["state"],
        Place: everything["state"]["place"],
        Tried: everything["state"]["place"]["tried"],
        Visit: everything["state"]["trail"][0],
        Filed: everything["state"]["filed"][0],
    }
    assert tuple(everything["stream"]) == Stream.__match_args__, ADDED
    for kind, fields in written.items():
        assert tuple(fields) == kind.__struct_fields__, ADDED


def test_every_field_that_came_later_can_be_missing() -> None:
    needed = {"call", "book", "number", "dialled", "answered_at", "language", "place"}
    required = {field.name for field in msgspec.structs.fields(CallState) if field.required}
    # A new field without a default would end the calls in progress at the next deploy.
    assert required == needed
    assert {field.name for field in msgspec.structs.fields(Place) if field.required} == {"node"}


class NextPlace(Place, frozen=True):
    """A node that keeps more."""

    shelf: int = 0


class NextState(CallState, frozen=True):
    """A call that knows more."""

    mood: tuple[str, ...] = ()


class NextKept(msgspec.Struct, frozen=True):
    """What the next version keeps."""

    state: NextState
    recordings: tuple[str, ...] = ()
    stream: Stream | None = None
    lost: int = 0
    weather: str = ""


@pytest.mark.parametrize("kept", SAMPLE)
def test_the_next_version_and_this_one_read_each_other(kept: dict[str, Any]) -> None:
    ours = decode(json.dumps(kept).encode())
    theirs = msgspec.json.decode(encode(ours), type=NextKept)
    assert (theirs.state.call, theirs.state.facts, theirs.recordings) == (
        ours.state.call,
        ours.state.facts,
        ours.recordings,
    )
    place = msgspec.convert({**msgspec.to_builtins(theirs.state.place), "shelf": 3}, NextPlace)
    more = msgspec.structs.replace(theirs.state, mood=("calm",), place=place)
    written = msgspec.json.encode(NextKept(more, theirs.recordings, theirs.stream, theirs.lost, "rain"))
    assert b"calm" in written
    assert b"shelf" in written
    assert decode(written) == ours


@pytest.mark.parametrize(
    "changed",
    [
        {"place": {"room": "first"}},  # a field renamed
        {"level": 99},  # a level that this version does not know
        {"facts": {"topic": "refund"}},  # another shape
        {"book": "a book with a kind of node that this version cannot read"},
    ],
)
def test_a_state_that_cannot_be_read_begins_the_call_again_in_words(changed: dict[str, Any]) -> None:
    clock = SystemClock()
    store, journal = MemoryCallStore(clock), MemoryJournal(clock)
    house = House(book=small_book(), store=store, journal=journal)
    house.answer(CALL)
    house.press(CALL, 1, "1")
    entry = store._calls[CALL]  # as another version left it
    assert entry.newest is not None
    written = json.loads(entry.newest.kept)
    written["state"] |= changed
    entry.newest = replace(entry.newest, kept=json.dumps(written).encode())
    answer = house.press(CALL, 2, "1")
    assert b"goes on with 3" in answer
    assert journal.rows[CALL, 2].outcome == BEGUN_AGAIN


def test_a_sample_is_kept_and_not_empty() -> None:
    assert len(SAMPLE) >= 8
    assert all(Kept.__dataclass_fields__.keys() == kept.keys() for kept in SAMPLE)
