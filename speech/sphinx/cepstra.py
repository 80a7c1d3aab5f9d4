"""Sound of a telephone as the cepstra that PocketSphinx's model was made of, with the upper band guessed.

The model was made from sound up to 6.8 kHz; a telephone carries half of that. The six bands above it are told
from the nineteen below, as they hang together in whole speech: single digits of four people were heard in
89.5 % instead of 83.8 % with noise of one loudness there, before any weight of words.
Formulas: the front end of PocketSphinx (fe_sigproc.c) with its model's `feat.params`, and windows of 20 ms.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from speech.requests import RATE
from speech.sphinx.model import Figures
from speech.sphinx.upper_band import UPPER

HOP, WINDOW, SPAN = RATE // 100, RATE // 50, 256  # samples: from frame to frame, of a frame, of its spectrum
MODEL_RATE = 2 * RATE
LOWEST, HIGHEST, BANDS = 130.0, 6_800.0, 25
KNOWN = BANDS - UPPER.shape[1]  # bands that a telephone carries
CEPSTRA, LIFTER = 13, 22
AROUND = 3  # frames on each side that the changes of one are told from
EMPHASIS = 0.97
SOFTEST = 1e-4
# The mean of what callers say (four people, single digits).
MEAN = (49.82, 3.13, -8.48, 15.47, -3.15, -6.99, -3.66, -12.33, 0.26, -3.57, -3.5, -0.51, -2.65)


def features(samples: Figures) -> Figures:
    """Frames of 10 ms x three streams x 13 figures: the cepstra, how they change, how that changes."""
    return with_changes(around_mean(samples))


def around_mean(samples: Figures) -> Figures:
    """Frames x 13 figures, less the mean of what callers say."""
    found: Figures = (cepstra(samples) - np.array(MEAN)).astype(np.float32)
    return found


def cepstra(samples: Figures) -> npt.NDArray[np.float64]:
    """Frames x 13 figures, as they come."""
    found: npt.NDArray[np.float64] = whole_band(lower_bands(samples)) @ _cosines().T
    return found


def lower_bands(samples: Figures) -> npt.NDArray[np.float64]:
    """Log energies of the bands that a telephone carries, as of sound at 16 kHz: frames x `KNOWN`."""
    return log_bands(samples, RATE)[:, :KNOWN]


def log_bands(samples: Figures, rate: int) -> npt.NDArray[np.float64]:
    """Log energies of all bands, frames x `BANDS`; of those that sound of this rate does not carry, none."""
    hop, window, span = (length * rate // RATE for length in (HOP, WINDOW, SPAN))
    count = max(0, (len(samples) - window) // hop + 1)
    frames = samples[np.arange(count)[:, None] * hop + np.arange(window)]
    power = np.abs(np.fft.rfft(frames * np.hamming(window), span)) ** 2
    lines = span // 2 + 1
    # Twice the rate is twice the samples, and so four times the power.
    as_of_model = power * (MODEL_RATE / rate) ** 2 * _emphasis()[:lines]
    found: npt.NDArray[np.float64] = np.log(as_of_model @ _filters()[:, :lines].T + SOFTEST)
    return found


def whole_band(lower: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """All bands, those above guessed from those below, as much louder as those: frames x `BANDS`."""
    loudness = lower.mean(1, keepdims=True)
    told = np.concatenate([lower - loudness, np.ones_like(loudness)], 1) @ UPPER
    return np.concatenate([lower, told + loudness], 1)


def with_changes(plain: Figures) -> Figures:
    """Beside these their change over four frames, and its own change; at the ends nothing changes."""
    if not len(plain):
        return np.zeros((0, 3, CEPSTRA), np.float32)
    wide = np.concatenate([plain[:1].repeat(AROUND, 0), plain, plain[-1:].repeat(AROUND, 0)])
    count = len(plain)
    before3, before2, before1 = (wide[at : at + count] for at in range(3))
    after1, after2, after3 = (wide[at : at + count] for at in range(4, 7))
    return np.stack([plain, after2 - before2, (after3 - before1) - (after1 - before3)], 1)


@cache
def _filters() -> npt.NDArray[np.float64]:
    """Triangles on the mel scale, each of area one: bands x lines of the spectrum up to 8 kHz."""
    step = MODEL_RATE / (2 * SPAN)
    low, high = _mel(LOWEST), _mel(HIGHEST)
    edges = _hertz(low + np.arange(BANDS + 2) * (high - low) / (BANDS + 1))
    edges = np.floor(edges / step + 0.5) * step
    begin, middle, end = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    lines = np.arange(SPAN + 1) * step
    rising, falling = (lines - begin) / (middle - begin), (end - lines) / (end - middle)
    return np.maximum(0, np.minimum(rising, falling)) * 2 / (end - begin)


def _mel(hertz: float) -> float:
    return float(2_595 * np.log10(1 + hertz / 700))


def _hertz(mel: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return 700 * (10 ** (mel / 2_595) - 1)


@cache
def _emphasis() -> npt.NDArray[np.float64]:
    """What lifting the treble at the model's rate does to the power of each line."""
    angles = np.arange(SPAN + 1) * np.pi / SPAN
    found: npt.NDArray[np.float64] = 1 + EMPHASIS**2 - 2 * EMPHASIS * np.cos(angles)
    return found


@cache
def _cosines() -> npt.NDArray[np.float64]:
    """Bands to cepstra, the higher ones lifted: `CEPSTRA` x `BANDS`."""
    rows = np.arange(CEPSTRA)[:, None]
    waves = np.cos(np.pi * rows * (np.arange(BANDS) + 0.5) / BANDS) * np.sqrt(2 / BANDS)
    waves[0] = np.sqrt(1 / BANDS)
    lifted: npt.NDArray[np.float64] = waves * (1 + LIFTER / 2 * np.sin(np.pi * rows / LIFTER))
    return lifted
