import sys
import warnings
from array import array

import pytest

from speech import mulaw

EVERY_BYTE = bytes(range(256))
EVERY_SAMPLE = array("h", range(-32_768, 32_768)).tobytes()


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="Python no longer has audioop")
def test_every_byte_and_every_sample_are_those_of_audioop() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import audioop
    assert mulaw.to_samples(EVERY_BYTE) == audioop.ulaw2lin(EVERY_BYTE, 2)
    assert mulaw.from_samples(EVERY_SAMPLE) == audioop.lin2ulaw(EVERY_SAMPLE, 2)


def test_what_came_over_a_line_goes_over_another_unchanged() -> None:
    once = mulaw.to_samples(mulaw.from_samples(EVERY_SAMPLE))
    assert mulaw.to_samples(mulaw.from_samples(once)) == once


def test_known_values() -> None:
    assert array("h", mulaw.to_samples(b"\xff\x7f\x80\x00")).tolist() == [0, 0, 32_124, -32_124]


def test_half_a_sample_is_refused() -> None:
    with pytest.raises(ValueError, match="multiple"):
        mulaw.from_samples(b"\0\0\0")
