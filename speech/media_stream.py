"""The carrier's side of a stream, message by message, and everything in it that is refused; pure.

The messages (https://www.twilio.com/docs/voice/media-streams/websocket-messages): `connected`, one `start`,
`media` every 20 ms, perhaps `dtmf` and `mark`, one `stop`. Sequence number, chunk and timestamp are numbers
written as strings; rate and channels are numbers.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Annotated, assert_never

import msgspec
from msgspec import Meta, Struct

LONGEST_MESSAGE = 16_384  # characters; the carrier's have some hundred
LONGEST_SOUND = 8_000  # bytes in one message: a second; the carrier sends 160
PARAMETERS_AT_MOST = 20
_CALL = re.compile(r"CA[0-9a-f]{32}", re.ASCII)

_Number = Annotated[str, Meta(pattern=r"\A[0-9]{1,15}\Z")]
_Name = Annotated[str, Meta(min_length=1, max_length=100)]


class Refusal(Enum):
    """What is wrong with a stream; it is closed, and nobody else notices."""

    TOO_LONG = "a message too long"
    NOT_A_MESSAGE = "no message of a stream"
    OUT_OF_ORDER = "messages out of order"
    NO_START = "sound before the start"
    STARTED_TWICE = "a second start"
    AFTER_STOP = "more after the stop"
    OTHER_STREAM = "a message of another stream"
    NO_CALL = "no call of the carrier's"
    OTHER_FORMAT = "sound of another kind than a telephone's"
    OTHER_TRACK = "not the caller's sound"
    BROKEN_SOUND = "sound that cannot be read"


class Refused(Exception):
    """The stream broke the carrier's own rules."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why.value)
        self.why = why


class MediaFormat(Struct, frozen=True, rename="camel"):
    """How the sound is written."""

    encoding: str
    sample_rate: int
    channels: int


TELEPHONE = MediaFormat("audio/x-mulaw", 8_000, 1)


class StartBody(Struct, frozen=True, rename="camel"):
    """Whose sound follows, and what our own document said about it."""

    stream_sid: _Name
    call_sid: _Name
    media_format: MediaFormat
    custom_parameters: Annotated[dict[str, str], Meta(max_length=PARAMETERS_AT_MOST)] = field(
        default_factory=dict
    )


class MediaBody(Struct, frozen=True, rename="camel"):
    """Some sound in base64; `timestamp` in milliseconds since the stream began."""

    track: str
    chunk: _Number
    timestamp: _Number
    payload: str


class _Message(Struct, frozen=True, tag_field="event", rename="camel"):
    pass


class Connected(_Message, frozen=True, tag="connected"):
    """The first message of all."""

    protocol: str
    version: str


class Started(_Message, frozen=True, tag="start", rename="camel"):
    """The stream begins."""

    sequence_number: _Number
    stream_sid: _Name
    start: StartBody


class _Media(_Message, frozen=True, tag="media", rename="camel"):
    sequence_number: _Number
    stream_sid: _Name
    media: MediaBody


class _Stop(_Message, frozen=True, tag="stop", rename="camel"):
    sequence_number: _Number
    stream_sid: _Name


class _Dtmf(_Message, frozen=True, tag="dtmf", rename="camel"):
    sequence_number: _Number
    stream_sid: _Name


class _Mark(_Message, frozen=True, tag="mark", rename="camel"):
    sequence_number: _Number
    stream_sid: _Name


@dataclass(frozen=True, slots=True)
class Sound:
    """Mu-law of the caller; `at` in milliseconds since the stream began."""

    at: int
    mulaw: bytes


@dataclass(frozen=True, slots=True)
class Stopped:
    """The carrier sends no more."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """In order, and nothing to be done."""


Frame = Connected | Started | Sound | Stopped | Nothing


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a stream is: `sequence` is the last number, -1 before the first message."""

    stream: str = ""
    sequence: int = -1
    stopped: bool = False


class _Any(Struct, frozen=True):
    event: Annotated[str, Meta(max_length=40)]


_KNOWN = frozenset({"connected", "start", "media", "stop", "dtmf", "mark"})
_messages = msgspec.json.Decoder(Connected | Started | _Media | _Stop | _Dtmf | _Mark)
_any = msgspec.json.Decoder(_Any)


def read(progress: Progress, message: str) -> tuple[Progress, Frame]:
    """What one message says, and how far the stream is then. Refused, whatever the message is."""
    if len(message) > LONGEST_MESSAGE:
        raise Refused(Refusal.TOO_LONG)
    one = _message(message)
    if one is None:
        return progress, Nothing()
    if isinstance(one, Connected):
        return _connected(progress), one
    onward = _onward(progress, one.stream_sid, int(one.sequence_number), first=isinstance(one, Started))
    match one:
        case Started():
            return onward, _started(one)
        case _Media():
            return onward, _sound(one.media)
        case _Stop():
            return replace(onward, stopped=True), Stopped()
        case _Dtmf() | _Mark():
            return onward, Nothing()
        case _:
            assert_never(one)


def _message(written: str) -> Connected | Started | _Media | _Stop | _Dtmf | _Mark | None:
    try:
        one: Connected | Started | _Media | _Stop | _Dtmf | _Mark = _messages.decode(written)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        if _is_new(written):
            return None
        raise Refused(Refusal.NOT_A_MESSAGE) from None
    return one


def _is_new(written: str) -> bool:
    """Whether the carrier has begun to send something that it did not: no reason to hear nobody any more."""
    try:
        return _any.decode(written).event not in _KNOWN
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return False


def _connected(progress: Progress) -> Progress:
    if progress.sequence >= 0 or progress.stream:
        raise Refused(Refusal.OUT_OF_ORDER)
    return replace(progress, sequence=0)


def _onward(progress: Progress, stream: str, sequence: int, *, first: bool) -> Progress:
    if progress.stopped:
        raise Refused(Refusal.AFTER_STOP)
    if first:
        if progress.stream:
            raise Refused(Refusal.STARTED_TWICE)
        return Progress(stream, sequence)
    if not progress.stream:
        raise Refused(Refusal.NO_START)
    if stream != progress.stream:
        raise Refused(Refusal.OTHER_STREAM)
    # A gap is a message that was lost on the way; a number that does not rise is no carrier's.
    if sequence <= progress.sequence:
        raise Refused(Refusal.OUT_OF_ORDER)
    return Progress(stream, sequence)


def _started(one: Started) -> Started:
    if one.start.stream_sid != one.stream_sid:
        raise Refused(Refusal.OTHER_STREAM)
    if not _CALL.fullmatch(one.start.call_sid):
        raise Refused(Refusal.NO_CALL)
    if one.start.media_format != TELEPHONE:
        raise Refused(Refusal.OTHER_FORMAT)
    return one


def _sound(media: MediaBody) -> Sound:
    if media.track != "inbound":
        raise Refused(Refusal.OTHER_TRACK)
    try:
        mulaw = binascii.a2b_base64(media.payload, strict_mode=True)
    except (binascii.Error, ValueError):
        raise Refused(Refusal.BROKEN_SOUND) from None
    if not 0 < len(mulaw) <= LONGEST_SOUND:
        raise Refused(Refusal.BROKEN_SOUND)
    return Sound(int(media.timestamp), mulaw)
