"""A caller hears their own message again: through us, so that the carrier's keys stay with us."""

import struct
from collections.abc import Callable

from flask import Response, request

from foundation.logs import about, logger
from ivr.channels.addresses import Addresses
from ivr.channels.twilio_form import is_call, is_recording
from ivr.handlers.guard import refusal
from telephony.recordings import Audio, NoAudio

CONTENT_TYPE = "audio/x-wav"
_RATE = 8_000  # samples a second, 16 bits each
_SILENT_SAMPLES = _RATE // 4


def silence() -> bytes:
    """A quarter of a second of nothing as a WAV file (RIFF, PCM, mono)."""
    size = 2 * _SILENT_SAMPLES
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, _RATE, 2 * _RATE, 2, 16)
    return (
        b"RIFF"
        + struct.pack("<I", 36 + size)
        + b"WAVE"
        + form
        + struct.pack("<4sI", b"data", size)
        + bytes(size)
    )


class RecordingDoor:
    """Plays a recording to whoever holds an address of ours that is still open.

    The carrier's own signature is not enough here: it has no date, so a captured one would open the message
    for ever. The proof in the address ends, and only our documents carry it.
    """

    def __init__(self, addresses: Addresses, fetch: Callable[[str], Audio | NoAudio]) -> None:
        self._addresses = addresses
        self._fetch = fetch

    def play(self, recording: str) -> Response:
        """The WAV file. If the carrier does not give it, a moment of silence: a 404 here ends the call."""
        call, until, proof = (request.args.get(name, "") for name in ("call", "until", "proof"))
        if not (is_recording(recording) and is_call(call)):
            return refusal("no recording of a call")
        if not self._addresses.opens_recording(recording, call, until, proof):
            return refusal("the address of a recording that is not open")
        with about(call=call):
            match self._fetch(recording):
                case Audio(wav):
                    return Response(wav, content_type=CONTENT_TYPE)
                case NoAudio(reason):
                    logger("handlers").warning("recording not played", recording=recording, reason=reason)
                    return Response(silence(), content_type=CONTENT_TYPE)
