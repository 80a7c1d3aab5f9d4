"""Recordings: real WAV files of what callers said, kept in memory or in a folder, never more than a bound."""

import io
import math
import struct
import wave
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path

from exchange.fields import API_VERSION

SAMPLES_A_SECOND = 8_000
# The oldest recordings are thrown away beyond this.
MOST_RECORDINGS = 1_000
_TONE_HERTZ = 440.0
_LOUDNESS = 8_000


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording. `seconds` is whole, as the carrier counts; `start` is the call's virtual time."""

    sid: str
    call_sid: str
    account_sid: str
    start: datetime
    seconds: int

    @property
    def path(self) -> str:
        """Its address at the REST API, without an ending."""
        return f"/{API_VERSION}/Accounts/{self.account_sid}/Recordings/{self.sid}"

    def as_json(self, host: str) -> dict[str, object]:
        """The resource as https://www.twilio.com/docs/voice/api/recording shows it; `host`: the carrier's."""
        return {
            "sid": self.sid,
            "account_sid": self.account_sid,
            "call_sid": self.call_sid,
            "conference_sid": None,
            "api_version": API_VERSION,
            "channels": 1,
            "source": "RecordVerb",
            "status": "completed",
            "duration": str(self.seconds),
            "start_time": format_datetime(self.start),
            "date_created": format_datetime(self.start),
            "date_updated": format_datetime(self.start),
            "price": None,
            "price_unit": "USD",
            "error_code": None,
            "encryption_details": None,
            "media_url": host + self.path,
            "uri": self.path + ".json",
        }


class Recordings:
    """The shelf of recordings of one exchange."""

    def __init__(self, folder: Path | None = None, most: int = MOST_RECORDINGS) -> None:
        self._folder = folder
        self._most = most
        self._shelf: dict[str, tuple[Recording, bytes | None]] = {}

    def keep(self, recording: Recording, audio: bytes) -> None:
        """Put one on the shelf; the oldest falls off when it is full."""
        if self._folder:
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / f"{recording.sid}.wav").write_bytes(audio)
        self._shelf[recording.sid] = (recording, None if self._folder else audio)
        if len(self._shelf) > self._most:
            self.remove(next(iter(self._shelf)))

    def find(self, sid: str) -> Recording | None:
        """What is known about a recording."""
        found = self._shelf.get(sid)
        return found[0] if found else None

    def audio(self, sid: str) -> bytes | None:
        """The WAV file."""
        found = self._shelf.get(sid)
        if found is None:
            return None
        return found[1] if self._folder is None else (self._folder / f"{sid}.wav").read_bytes()

    def remove(self, sid: str) -> bool:
        """Throw one away; False if there is none."""
        if self._shelf.pop(sid, None) is None:
            return False
        if self._folder:
            (self._folder / f"{sid}.wav").unlink(missing_ok=True)
        return True

    def all(self) -> list[Recording]:
        """Everything on the shelf, oldest first."""
        return [recording for recording, _ in self._shelf.values()]


def tone(seconds: float, silence: float = 0.0) -> bytes:
    """A WAV file, 8 kHz, mono, 16 bits: a voice as a machine would draw it, then silence."""
    spoken = int(seconds * SAMPLES_A_SECOND)
    period = SAMPLES_A_SECOND // math.gcd(SAMPLES_A_SECOND, int(_TONE_HERTZ))
    step = 2 * math.pi * _TONE_HERTZ / SAMPLES_A_SECOND
    wave_once = struct.pack(f"<{period}h", *(int(_LOUDNESS * math.sin(step * i)) for i in range(period)))
    frames = (wave_once * (spoken // period + 1))[: spoken * 2]
    frames += bytes(2 * int(silence * SAMPLES_A_SECOND))
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(SAMPLES_A_SECOND)
        writer.writeframes(frames)
    return file.getvalue()


def wav_seconds(audio: bytes) -> float | None:
    """How long a WAV file plays, or None if it is none that we can read."""
    try:
        with wave.open(io.BytesIO(audio)) as reader:
            return float(reader.getnframes() / reader.getframerate())
    except (wave.Error, EOFError, ZeroDivisionError):
        return None
