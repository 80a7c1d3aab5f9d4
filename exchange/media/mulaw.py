"""Sound as a telephone network carries it: mu-law, one byte a sample (ITU-T G.711)."""

from array import array
from functools import cache

SILENCE = 0xFF
_BIAS, _LOUDEST = 0x84, 32_635


def encoded(samples: "array[int]") -> bytes:
    """Samples of 16 bits as mu-law."""
    table = _table()
    return bytes([table[sample & 0xFFFF] for sample in samples])


@cache
def _table() -> bytes:
    """The byte for each sample, by its 16 bits without a sign."""
    return bytes(_one(sample if sample < 0x8000 else sample - 0x10000) for sample in range(0x10000))


def _one(sample: int) -> int:
    sign = 0x80 if sample < 0 else 0
    held = min(abs(sample), _LOUDEST) + _BIAS
    segment = held.bit_length() - 8
    return ~(sign | segment << 4 | held >> (segment + 3) & 0x0F) & 0xFF
