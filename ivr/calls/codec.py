"""The written form of a call's state: JSON that older and newer versions of this program both read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from ivr.flow.events import FlowEvent
from ivr.flow.instructions import Bridge, Collect, Instruction, PlayRecording, Record, Say
from ivr.flow.state import CallState

RECORDINGS_AT_MOST = 50  # spoken messages whose ids a call remembers
TOLD = "Told"  # the event that closes the row of a turn
RECORDING = "<recording>"  # what stands among the names of prompts for a message that is played


class Unreadable(Exception):
    """These bytes are no state of a call that this version can read."""


@dataclass(frozen=True, slots=True)
class Stream:
    """The sound of a call on its way to the speech process, begun by the document of a turn.

    `turn`: the one that goes on from that document, and so the first that was listened for. `expires`: until
    when its token is taken, seconds since 1970. `count`, `finish`, `seconds`: how keys are awaited beside
    the voice, as in a `Collect`.
    """

    turn: int
    expires: int
    count: int | None = None
    finish: str = ""
    seconds: int = 1

    @property
    def name(self) -> str:
        """Its name at the carrier. Turn numbers are never used twice, so no name is."""
        return f"ears-{self.turn}"


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a call between two turns. `recordings`: ids of the messages the flow has heard.

    `stream`: the one that runs while a voice is awaited; None: keys alone are. `lost`: how many streams in a
    row, before this one, came to nothing.
    """

    state: CallState
    recordings: tuple[str, ...] = ()
    stream: Stream | None = None
    lost: int = 0

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


def told(instructions: Sequence[Instruction], proof: str = "") -> dict[str, object]:
    """The last event of a turn: the names of what is said, in order, and what the call then waits for.

    `waits`: "keys", "secret" (a PIN or a proof), "voice" (a message), "person" (who is rung) or "end".
    `proof`: which kind of secret was typed in this turn; left out if none was.
    """
    prompts = [_name(one) for one in instructions if isinstance(one, Say | PlayRecording)]
    waits = _waits(instructions[-1] if instructions else None)
    event: dict[str, object] = {"event": TOLD, "prompts": prompts, "waits": waits}
    return event | {"proof": proof} if proof else event


def _name(said: Say | PlayRecording) -> str:
    return said.prompt if isinstance(said, Say) else RECORDING


def _waits(last: Instruction | None) -> str:
    match last:
        case Collect(secret=secret):
            return "secret" if secret else "keys"
        case Record():
            return "voice"
        case Bridge():
            return "person"
        case _:
            return "end"
