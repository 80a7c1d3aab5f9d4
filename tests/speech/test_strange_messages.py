"""Whatever comes as a message is read or refused, soon, and no stream is taken for another one."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from streamdouble.protocol import (
    StreamIdentity,
    build_connected,
    build_dtmf,
    build_mark,
    build_media,
    build_start,
    build_stop,
)

from speech.media_stream import LONGEST_MESSAGE, Frame, Progress, Refused, Sound, Started, Stopped, read

SOON = 0.25  # seconds of the processor, a thousand times what the longest message takes
Place = tuple[str | int, ...]


def stream_of(who: StreamIdentity, sound: bytes) -> list[dict[str, Any]]:
    """A whole stream of the carrier's, each message of another kind than the last one."""
    return [
        build_connected(),
        build_start(who, 1, custom_parameters={"token": "t"}),
        build_media(who, 2, 1, 0, sound * 160),
        build_dtmf(who, 3, "5"),
        build_media(who, 4, 2, 20, sound * 160),
        build_mark(who, 5, "here"),
        build_media(who, 6, 3, 40, sound * 160),
        build_stop(who, 7),
    ]


MINE, THEIRS = stream_of(StreamIdentity(), b"\xff"), stream_of(StreamIdentity(), b"\x80")
STREAM: str = MINE[1]["streamSid"]
REACHED = (Progress(), Progress(STREAM, 1), Progress(STREAM, 1, stopped=True))


def read_soon(progress: Progress, message: str) -> tuple[Progress, Frame] | None:
    """What it says; None where it is refused. Anything else that is raised is the test's."""
    begun = time.process_time()
    try:
        found: tuple[Progress, Frame] | None = read(progress, message)
    except Refused:
        found = None
    assert time.process_time() - begun < SOON, message[:200]
    return found


def well_read(progress: Progress, message: str) -> Progress | None:
    """How far the stream is after this message; None where it is closed over it."""
    found = read_soon(progress, message)
    if found is None:
        return None
    onward, frame = found
    match frame:
        case Started():
            assert progress.stream == ""
            assert frame.stream_sid == frame.start.stream_sid == onward.stream
        case Sound():
            told = json.loads(message)
            assert not progress.stopped
            assert told["media"]["track"] == "inbound"
            assert progress.stream == told["streamSid"] == onward.stream
            assert onward.sequence > progress.sequence
            assert frame.mulaw == base64.b64decode(told["media"]["payload"])
        case Stopped():
            assert onward.stopped
        case _:
            assert onward.stream == progress.stream
    return onward


def well_played(messages: Iterable[str]) -> None:
    """A stream, until it is over or closed."""
    progress: Progress | None = Progress()
    for message in messages:
        if progress is None:
            return
        progress = well_read(progress, message)


def places(message: Any, here: Place = ()) -> Iterator[Place]:  # noqa: ANN401  # JSON
    """Every place in a message at which something else may stand."""
    inside = message.items() if isinstance(message, dict) else enumerate(message)
    for name, value in inside:
        yield (*here, name)
        if isinstance(value, dict | list):
            yield from places(value, (*here, name))


def at(message: Any, place: Place) -> Any:  # noqa: ANN401  # JSON
    for name in place:
        message = message[name]
    return message


FIELDS = sorted({str(name) for one in MINE for place in places(one) for name in place})
WORDS = st.sampled_from([*FIELDS, *(str(one["event"]) for one in MINE)]) | st.text(
    st.characters(exclude_categories=()), max_size=40
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**400), 10**400)
    | st.integers(-9, 9_999)
    | st.integers(0, 10**16).map(str)
    | st.floats()
    | WORDS,
    lambda inside: st.lists(inside, max_size=5) | st.dictionaries(WORDS, inside, max_size=5),
    max_leaves=15,
)


@st.composite
def changed_inside(draw: st.DrawFn, which: int) -> str:
    """A genuine message in which one thing is gone, is called otherwise, or is something else."""
    message = deepcopy(MINE[which])
    place = draw(st.sampled_from(list(places(message))))
    holder, name = at(message, place[:-1]), place[-1]
    what = draw(st.sampled_from(("gone", "renamed", "any", "as text", "another stream's")))
    match what:
        case "gone":
            del holder[name]
        case "renamed" if isinstance(holder, dict):
            holder[draw(WORDS)] = holder.pop(name)
        case "as text":
            holder[name] = json.dumps(holder[name]) if isinstance(holder[name], int) else [holder[name]]
        case "another stream's":
            holder[name] = at(THEIRS[which], place)
        case _:
            holder[name] = draw(VALUES)
    return json.dumps(message, ensure_ascii=draw(st.booleans()))


@st.composite
def changed_outside(draw: st.DrawFn, which: int) -> str:
    """A genuine message that was cut off, or in which some characters are others."""
    written = json.dumps(MINE[which])
    here = draw(st.integers(0, len(written)))
    instead = draw(st.text(st.characters(exclude_categories=()), max_size=3) | st.just(written))
    return written[:here] + draw(st.sampled_from(("", instead + written[here + draw(st.integers(0, 3)) :])))


@st.composite
def streams(draw: st.DrawFn) -> list[str]:
    """A genuine stream, changed at one place."""
    messages = [json.dumps(one) for one in MINE]
    which = draw(st.integers(0, len(MINE) - 1))
    match draw(st.sampled_from(("inside", "outside", "gone", "twice", "another stream's", "any"))):
        case "inside":
            messages[which] = draw(changed_inside(which))
        case "outside":
            messages[which] = draw(changed_outside(which))
        case "gone":
            del messages[which]
        case "twice":
            messages.insert(draw(st.integers(0, len(MINE))), messages[which])
        case "another stream's":
            theirs = json.dumps(draw(st.sampled_from(THEIRS)))
            messages[which : which + draw(st.integers(0, 1))] = [theirs]
        case _:
            messages[which] = json.dumps(draw(VALUES))
    return messages


CHANGED = st.integers(0, len(MINE) - 1).flatmap(lambda which: changed_inside(which) | changed_outside(which))
many = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@many
@given(st.sampled_from(REACHED), VALUES.map(json.dumps) | st.text(st.characters(exclude_categories=())))
def test_any_message_at_all_is_read_or_refused(progress: Progress, message: str) -> None:
    well_read(progress, message)


@many
@given(st.sampled_from(REACHED), CHANGED)
def test_a_genuine_message_that_was_changed_is_read_or_refused(progress: Progress, message: str) -> None:
    well_read(progress, message)


@many
@given(streams())
def test_a_stream_changed_at_one_place_brings_no_sound_but_its_own(messages: list[str]) -> None:
    well_played(messages)


ODD: tuple[object, ...] = (
    None,
    True,
    0,
    -1,
    10**400,
    1.5,
    "",
    "x",
    "-1",
    "1e3",
    "٢",
    "2\n",
    "9" * 16,
    "\ud83d",
    [],
    [1],
    {},
    {"a": []},
)


@pytest.mark.parametrize("which", range(len(MINE)), ids=lambda which: str(MINE[which]["event"]))
def test_a_stream_with_anything_else_at_any_of_its_places_brings_no_sound_but_its_own(which: int) -> None:
    written = [json.dumps(one) for one in MINE]
    for place in places(MINE[which]):
        for value in (*ODD, at(THEIRS[which], place)):
            message = deepcopy(MINE[which])
            at(message, place[:-1])[place[-1]] = value
            well_played([*written[:which], json.dumps(message), *written[which + 1 :]])


def filled(before: str, unit: str, after: str = "") -> str:
    """As long as a message may be."""
    return before + unit * ((LONGEST_MESSAGE - len(before) - len(after)) // len(unit)) + after


NEW = '{"event": "weather", "a": '


@pytest.mark.parametrize(
    "message",
    [
        filled("", "["),
        filled("", '{"a":'),
        filled(NEW, "["),
        NEW + "[" * 8_000 + "]" * 8_000 + "}",
        filled(NEW, "9", "}"),
        filled(NEW, "0." + "9" * 30 + "e99,", "}"),
        filled('{"event": "weather"', ', "a": 0', "}"),
        filled('{"event": "media"', ', "event": "start"', "}"),
        filled('{"event": "', "\\u0000", '"}'),
        filled('{"event": "', "\\ud83d", '"}'),
        filled('{"event": "', "\ud83d", '"}'),
        json.dumps({**MINE[2], "sequenceNumber": "1" * 15_000}),
        json.dumps(MINE[1]).replace("8000", "9" * 15_000),
        json.dumps(MINE[1]).replace("8000", "-" + "9" * 15_000),
        json.dumps({**MINE[2], "media": {**MINE[2]["media"], "payload": "/" * 15_000}}),
        json.dumps({**MINE[1], "start": {**MINE[1]["start"], "customParameters": {"token": "t" * 15_000}}}),
    ],
    ids=lambda message: str(message)[:30].encode("ascii", "replace").decode(),
)
@pytest.mark.parametrize("progress", REACHED, ids=("new", "begun", "stopped"))
def test_the_longest_messages_are_read_or_refused_as_soon_as_others(progress: Progress, message: str) -> None:
    assert len(message) <= LONGEST_MESSAGE
    well_read(progress, message)
