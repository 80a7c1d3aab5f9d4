"""The messages of a media stream, each one JSON object in a text frame; every number in them is a text.

Source: https://www.twilio.com/docs/voice/media-streams/websocket-messages.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

CONNECTED = json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"})


@dataclass(slots=True)
class Messages:
    """Writes the messages of one stream in their order."""

    account_sid: str
    call_sid: str
    stream_sid: str
    _written: int = 0
    _chunks: int = field(default=0)

    def start(self, parameters: Mapping[str, str]) -> str:
        """What the stream is, and what the document gave it on its way."""
        start = {
            "accountSid": self.account_sid,
            "streamSid": self.stream_sid,
            "callSid": self.call_sid,
            "tracks": ["inbound"],
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            "customParameters": dict(parameters),
        }
        return self._message("start", start)

    def media(self, frame: bytes, at: float) -> str:
        """A piece of sound, `at` seconds after the stream began."""
        self._chunks += 1
        payload = base64.b64encode(frame).decode()
        media = {"track": "inbound", "chunk": str(self._chunks), "timestamp": str(round(at * 1000))}
        return self._message("media", {**media, "payload": payload})

    def stop(self) -> str:
        """The end."""
        return self._message("stop", {"accountSid": self.account_sid, "callSid": self.call_sid})

    def _message(self, event: str, what: Mapping[str, object]) -> str:
        self._written += 1
        return json.dumps(
            {
                "event": event,
                "sequenceNumber": str(self._written),
                event: what,
                "streamSid": self.stream_sid,
            }
        )
