"""WAV files as telephone recordings are: 16-bit samples, one channel.

Source: Multimedia Programming Interface and Data Specifications 1.0 (IBM and Microsoft, 1991), section RIFF.
"""

import io
import wave
from dataclasses import dataclass

BYTES_A_SAMPLE = 2
RATES = range(8_000, 48_001)  # samples a second


class NotSound(Exception):
    """No such file, or one that was cut short; the text says which."""


@dataclass(frozen=True, slots=True)
class Sound:
    """`samples`: 16-bit, little-endian, `rate` a second."""

    samples: bytes
    rate: int

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / BYTES_A_SAMPLE / self.rate


def read_wav(wav: bytes) -> Sound:
    """The sound of a file. Raises NotSound."""
    try:
        with wave.open(io.BytesIO(wav), "rb") as file:
            kind = (file.getsampwidth(), file.getnchannels())
            rate, count = file.getframerate(), file.getnframes()
            samples = file.readframes(count)
    except (wave.Error, EOFError, ValueError, MemoryError) as fault:
        raise NotSound(f"no WAV file: {str(fault) or 'it ends at once'}") from None
    if kind != (BYTES_A_SAMPLE, 1) or rate not in RATES:
        raise NotSound(f"samples of {kind[0]} bytes, {kind[1]} channels, {rate} a second are not taken")
    if not samples or len(samples) < count * BYTES_A_SAMPLE:
        raise NotSound(f"it is cut short: {len(samples) // BYTES_A_SAMPLE} of {count} samples are there")
    return Sound(samples, rate)
