"""Sounds of callers: what a browser records or a voice speaks, made into what a telephone line carries.

A recording of the carrier is a WAV file of 8,000 samples a second, one channel, 16 bits.
"""

import io
import sys
import wave
from array import array
from collections.abc import Sequence

import numpy as np
import soxr

from exchange.recordings import SAMPLES_A_SECOND

LARGEST_SOUND = 4 * 1024 * 1024  # bytes
LONGEST_SOUND = 120.0  # seconds
SHORTEST_SOUND = 0.1
LOWEST_RATE, HIGHEST_RATE = 8_000, 48_000


class NoSound(ValueError):
    """These bytes are no sound that the line can carry; the text says why."""


def telephone_sound(wav: bytes) -> tuple[float, bytes]:
    """How many seconds a WAV file plays, and the same sound as the line carries it. Raises NoSound.

    Taken are 8 or 16 bits, one or two channels, 8 to 48 kHz, up to 120 seconds.
    """
    rate, samples = _samples(wav)
    seconds = len(samples) / rate
    if not SHORTEST_SOUND <= seconds <= LONGEST_SOUND:
        raise NoSound(f"the sound lasts {seconds:.1f} s, not {SHORTEST_SOUND:g} to {LONGEST_SOUND:g}")
    return seconds, _written(_at_telephone_rate(samples, rate))


def silent_sound(seconds: float) -> bytes:
    """So much silence, as the line carries it."""
    return _written(array("h", bytes(2 * int(seconds * SAMPLES_A_SECOND))))


def joined(sounds: Sequence[bytes], seconds: float) -> bytes:
    """Sounds of the line one after the other, cut off after `seconds`. Raises NoSound."""
    samples = array("h")
    for sound in sounds:
        rate, more = _samples(sound)
        samples.extend(_at_telephone_rate(more, rate))
    return _written(samples[: round(seconds * SAMPLES_A_SECOND)])


def samples_of(wav: bytes) -> "array[int]":
    """The samples of a WAV file at the line's rate. Raises NoSound."""
    rate, samples = _samples(wav)
    return _at_telephone_rate(samples, rate)


def sixteen_bits(sound: bytes) -> "array[int]":
    """Bare samples as they came over a wire: 16 bits, little-endian. Raises NoSound for half a sample."""
    if len(sound) % 2:
        raise NoSound("half a sample")
    return _sixteen_bits(sound, 2)


def as_wav(samples: "array[int]") -> bytes:
    """Samples at the line's rate as a WAV file."""
    return _written(samples)


def _samples(wav: bytes) -> tuple[int, "array[int]"]:
    try:
        with wave.open(io.BytesIO(wav)) as reader:
            channels, width, rate, told = reader.getparams()[:4]
            frames = reader.readframes(len(wav))
    except (wave.Error, EOFError) as error:
        raise NoSound(f"not a WAV file that can be read: {error}") from error
    if channels not in (1, 2) or width not in (1, 2) or not LOWEST_RATE <= rate <= HIGHEST_RATE:
        raise NoSound(f"{channels} channels of {8 * width} bits at {rate} Hz; 1 or 2, 8 or 16, 8 to 48 kHz")
    if len(frames) != told * channels * width:
        raise NoSound(f"the file says that it holds {told} samples, and does not")
    return rate, _one_channel(_sixteen_bits(frames, width), channels)


def _sixteen_bits(frames: bytes, width: int) -> "array[int]":
    if width == 1:
        # Eight bits have no sign in a WAV file: 128 is silence.
        return array("h", [(sample - 128) << 8 for sample in frames])
    samples = array("h", frames)
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def _one_channel(samples: "array[int]", channels: int) -> "array[int]":
    if channels == 1:
        return samples
    return array("h", [(left + right) // 2 for left, right in zip(samples[::2], samples[1::2], strict=True)])


def _at_telephone_rate(samples: "array[int]", rate: int) -> "array[int]":
    if rate == SAMPLES_A_SECOND:
        return samples
    # What lies above the line's 4 kHz would whistle in what is heard, and deceive a recogniser.
    heard = soxr.resample(np.array(samples, np.int16), rate, SAMPLES_A_SECOND)
    return array("h", heard.astype(np.int16).tobytes())


def _written(samples: "array[int]") -> bytes:
    if sys.byteorder == "big":
        samples = samples[:]
        samples.byteswap()
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(SAMPLES_A_SECOND)
        writer.writeframes(samples.tobytes())
    return file.getvalue()
