"""The written form of a call's state: JSON that older and newer versions of this program both read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from ivr.flow.events import FlowEvent
from ivr.flow.state import CallState

RECORDINGS_AT_MOST = 50  # spoken messages whose ids a call remembers


class Unreadable(Exception):
    """These bytes are no state of a call that this version can read."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a call between two turns. `recordings`: ids of the messages the flow has heard."""

    state: CallState
    recordings: tuple[str, ...] = ()

    def having_heard(self, recording: str) -> tuple[str, ...]:
        """The ids with this one among them, the oldest forgotten first."""
        known = tuple(one for one in self.recordings if one != recording)
        return (*known, recording)[-RECORDINGS_AT_MOST:]


# No hook for other types is given, on purpose: a Secret (or anything else that is not plain) is a TypeError.
_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Kept)


def encode(kept: Kept) -> bytes:
    """The state as JSON. TypeError if anything in it is not plain, such as a Secret."""
    return _encoder.encode(kept)


def decode(written: bytes) -> Kept:
    """The state again. Unknown fields are passed over, missing ones get their defaults; else Unreadable."""
    try:
        return _decoder.decode(written)
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        raise Unreadable(str(fault)) from fault


def plain_events(events: Sequence[FlowEvent]) -> list[dict[str, object]]:
    """Flow events as JSON can carry them; each names its kind under `event`."""
    return [{"event": type(event).__name__, **msgspec.to_builtins(event)} for event in events]
