"""Mu-law as every telephone exchange has it."""

from array import array
from hashlib import sha256

import pytest

from speech import mulaw

EVERY_BYTE = bytes(range(256))
EVERY_SAMPLE = array("h", range(-32_768, 32_768)).tobytes()
# What `audioop` made of them, which Python had until 3.12.
SAMPLES_OF_AUDIOOP = "3dab54339e520bb2c924826e3b72a917a2b612e9fd12fc867500f1d983a75827"
BYTES_OF_AUDIOOP = "81d633c9e6972a18c74a58720b96cb8ca0bdd096d4060b646dd708c3b846019a"


def test_every_byte_and_every_sample_are_those_of_audioop() -> None:
    assert sha256(mulaw.to_samples(EVERY_BYTE)).hexdigest() == SAMPLES_OF_AUDIOOP
    assert sha256(mulaw.from_samples(EVERY_SAMPLE)).hexdigest() == BYTES_OF_AUDIOOP


def test_what_came_over_a_line_goes_over_another_unchanged() -> None:
    once = mulaw.to_samples(mulaw.from_samples(EVERY_SAMPLE))
    assert mulaw.to_samples(mulaw.from_samples(once)) == once


def test_known_values() -> None:
    assert array("h", mulaw.to_samples(b"\xff\x7f\x80\x00")).tolist() == [0, 0, 32_124, -32_124]


def test_half_a_sample_is_refused() -> None:
    with pytest.raises(ValueError, match="half a sample"):
        mulaw.from_samples(b"\0\0\0")
