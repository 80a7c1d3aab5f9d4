"""What goes over the socket between the speech process and a decoder process: length, then MessagePack."""

from __future__ import annotations

import struct

import msgspec
from msgspec import Struct

from speech.requests import Heard, ListenRequest

LENGTH = struct.Struct(">I")
LONGEST = 4_000_000  # bytes of one message; a request with thousands of phrases has some hundred thousand


class Listen(Struct, frozen=True, tag=True, array_like=True):
    """Hear this stream for this turn, which began `elapsed` frames ago."""

    stream: int
    request: ListenRequest
    elapsed: int = 0


class Sound(Struct, frozen=True, tag=True, array_like=True):
    """Mu-law of a stream; `at` bytes of it came before."""

    stream: int
    at: int
    mulaw: bytes


class Leave(Struct, frozen=True, tag=True, array_like=True):
    """Hear this stream no more."""

    stream: int


class Speaking(Struct, frozen=True, tag=True, array_like=True):
    """Somebody is in the middle of an utterance that began at `at`, `elapsed` frames into the turn."""

    stream: int
    turn: int
    at: int
    elapsed: int


class Quiet(Struct, frozen=True, tag=True, array_like=True):
    """It was no utterance."""

    stream: int
    turn: int


class Cut(Struct, frozen=True, tag=True, array_like=True):
    """The caller speaks over the prompt, in words."""

    stream: int
    turn: int


class Spoken(Struct, frozen=True, tag=True, array_like=True):
    """What was heard; `moves`: it is brought to the call at once. `silence`: seconds of it that ended it."""

    stream: int
    heard: Heard
    moves: bool
    silence: float


class Done(Struct, frozen=True, tag=True, array_like=True):
    """The sound up to `at` was worked through: `seconds` of the processor, and as long as that `took`."""

    stream: int
    at: int
    seconds: float
    took: float


class Broke(Struct, frozen=True, tag=True, array_like=True):
    """The recogniser failed over this stream, and said so."""

    stream: int
    fault: str


class Tired(Struct, frozen=True, tag=True, array_like=True):
    """The decoder has heard enough, or has grown: it wants another one in its place."""

    why: str


Order = Listen | Sound | Leave
Event = Speaking | Quiet | Cut | Spoken | Done | Broke | Tired

_to_bytes = msgspec.msgpack.Encoder()
_orders = msgspec.msgpack.Decoder(Order)
_events = msgspec.msgpack.Decoder(Event)


def written(one: Order | Event) -> bytes:
    """With its length before it."""
    body = _to_bytes.encode(one)
    return LENGTH.pack(len(body)) + body


def read_order(body: bytes) -> Order:
    order: Order = _orders.decode(body)
    return order


def read_event(body: bytes) -> Event:
    event: Event = _events.decode(body)
    return event
