"""What the carrier sends is read; whatever else comes is refused by name."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from streamdouble.protocol import (
    StreamIdentity,
    build_connected,
    build_dtmf,
    build_media,
    build_start,
    build_stop,
)

from speech.media_stream import (
    LONGEST_MESSAGE,
    LONGEST_SOUND,
    Connected,
    Frame,
    Nothing,
    Progress,
    Refusal,
    Refused,
    Sound,
    Started,
    Stopped,
    read,
)

WHO = StreamIdentity()
QUIET = b"\xff" * 160


def played(*messages: dict[str, Any] | str) -> list[Frame]:
    progress, frames = Progress(), []
    for message in messages:
        progress, frame = read(progress, message if isinstance(message, str) else json.dumps(message))
        frames.append(frame)
    return frames


def changed(message: dict[str, Any], **inside: object) -> dict[str, Any]:
    """The message with something else in its body."""
    body = {**message[message["event"]], **inside}
    return {**message, message["event"]: body}


CONNECTED = build_connected()
START = build_start(WHO, 1, custom_parameters={"token": "t"})
MEDIA = build_media(WHO, 2, 1, 0, QUIET)


def test_a_stream_is_read_from_its_beginning_to_its_end() -> None:
    frames = played(
        CONNECTED,
        START,
        MEDIA,
        build_dtmf(WHO, 3, "5"),
        build_media(WHO, 4, 2, 20, b"\x80" * 160),
        build_stop(WHO, 5),
    )
    assert isinstance(frames[0], Connected)
    assert isinstance(frames[1], Started)
    assert frames[1].start.call_sid == WHO.call_sid
    assert frames[1].start.custom_parameters == {"token": "t"}
    assert frames[2:] == [Sound(0, QUIET), Nothing(), Sound(20, b"\x80" * 160), Stopped()]


def test_a_message_that_was_lost_is_no_fault() -> None:
    assert played(CONNECTED, START, build_media(WHO, 9, 7, 120, QUIET))[-1] == Sound(120, QUIET)


@pytest.mark.parametrize(
    ("messages", "why"),
    [
        ([MEDIA], Refusal.NO_START),
        ([CONNECTED, MEDIA], Refusal.NO_START),
        ([CONNECTED, build_stop(WHO, 1)], Refusal.NO_START),
        ([CONNECTED, CONNECTED], Refusal.OUT_OF_ORDER),
        ([CONNECTED, START, CONNECTED], Refusal.OUT_OF_ORDER),
        ([CONNECTED, START, START], Refusal.STARTED_TWICE),
        ([CONNECTED, START, MEDIA, MEDIA], Refusal.OUT_OF_ORDER),
        ([CONNECTED, START, build_media(WHO, 1, 1, 0, QUIET)], Refusal.OUT_OF_ORDER),
        ([CONNECTED, START, build_stop(WHO, 2), build_media(WHO, 3, 1, 0, QUIET)], Refusal.AFTER_STOP),
        ([CONNECTED, START, build_media(StreamIdentity(), 2, 1, 0, QUIET)], Refusal.OTHER_STREAM),
        ([changed(START, streamSid="MZ" + "0" * 32)], Refusal.OTHER_STREAM),
        ([changed(START, callSid="../../etc/passwd")], Refusal.NO_CALL),
        ([changed(START, callSid=WHO.call_sid + "\n")], Refusal.NO_CALL),
        (
            [changed(START, mediaFormat={"encoding": "audio/x-mulaw", "sampleRate": 16_000, "channels": 1})],
            Refusal.OTHER_FORMAT,
        ),
        (
            [changed(START, mediaFormat={"encoding": "audio/L16", "sampleRate": 8_000, "channels": 1})],
            Refusal.OTHER_FORMAT,
        ),
        ([START, changed(MEDIA, track="outbound")], Refusal.OTHER_TRACK),
    ],
)
def test_a_stream_out_of_order_is_refused(messages: list[dict[str, Any]], why: Refusal) -> None:
    with pytest.raises(Refused) as refused:
        played(*messages)
    assert refused.value.why is why


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "=",
        "not base64!",
        "AAA",
        "AA==AA==",
        base64.b64encode(QUIET).decode() + "\n",
        "\ud83d",
        base64.b64encode(b"\xff" * (LONGEST_SOUND + 1)).decode(),
    ],
)
def test_sound_that_cannot_be_read_is_refused(payload: str) -> None:
    with pytest.raises(Refused) as refused:
        played(START, changed(MEDIA, payload=payload))
    assert refused.value.why in {Refusal.BROKEN_SOUND, Refusal.NOT_A_MESSAGE}


@pytest.mark.parametrize(
    "message",
    [
        "",
        "null",
        "[]",
        "7",
        '"start"',
        "{",
        "{}",
        '{"event": null}',
        '{"event": ["media"]}',
        "[" * 10_000,
        '{"event": "media"}',
        json.dumps({**MEDIA, "sequenceNumber": 2}),
        json.dumps({**MEDIA, "sequenceNumber": "-1"}),
        json.dumps({**MEDIA, "sequenceNumber": "1e3"}),
        json.dumps({**MEDIA, "sequenceNumber": "9" * 16}),
        json.dumps(changed(MEDIA, timestamp="soon")),
        json.dumps(changed(MEDIA, payload=None)),
        json.dumps(changed(START, customParameters={str(number): "x" for number in range(21)})),
        json.dumps(changed(START, customParameters={"token": 7})),
    ],
)
def test_what_is_no_message_is_refused(message: str) -> None:
    with pytest.raises(Refused) as refused:
        read(Progress("MZ" + "0" * 32, 1), message)
    assert refused.value.why is Refusal.NOT_A_MESSAGE


def test_a_kind_of_message_that_is_new_is_passed_over() -> None:
    new = {"event": "weather", "streamSid": WHO.stream_sid, "sequenceNumber": "2", "weather": {}}
    assert played(CONNECTED, START, new, MEDIA)[2:] == [Nothing(), Sound(0, QUIET)]


def test_a_message_too_long_is_refused_before_it_is_read() -> None:
    with pytest.raises(Refused) as refused:
        read(Progress(), " " * (LONGEST_MESSAGE + 1))
    assert refused.value.why is Refusal.TOO_LONG
