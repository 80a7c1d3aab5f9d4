"""What the hearing of numbers was told by recordings: prints it as `speech/` and `halves.py` hold it.

Run by `python -m bench.hearing.fit FOLDER` with a folder of DIGIT_SPEAKER_N.wav. Three things, one after the
other, each with what is in force of those before it: the upper band from the lower one (voices of flite), the
mean cepstrum (all speakers), and what each digit's word is given (all speakers, and each half of them).
"""

from __future__ import annotations

import argparse
import wave
from collections.abc import Collection
from pathlib import Path
from subprocess import run
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
import soxr

from bench.hearing.halves import FIRST, SECOND, WORDS
from bench.hearing.phrases import NONSENSE
from bench.hearing.sounds import VOICES, People, quiet
from speech import mulaw
from speech.requests import RATE
from speech.sphinx.cepstra import KNOWN, MODEL_RATE, cepstra, log_bands, lower_bands
from speech.sphinx.numbers import GIVEN, NumberHearing
from speech.sphinx.recognizer import SphinxRecognizer
from speech.sphinx.telephone_sound import samples_of, tight

SENTENCES = (
    *NONSENSE,
    "zero one two three four",
    "five six seven eight nine",
    "six five oh three seven",
    "a chair is better than this, she thought",
    "the judge chose which shoes to wash",
    "very often these fathers are worse than others",
    "measure the beige garage with a yellow ruler",
)
SMOOTH = 1 / 40  # of a log likelihood: frames tell less than their number
HELD = 0.06  # how strongly what a word is given is held at none
STEPS = 500

Figures = npt.NDArray[np.float64]


def upper_band() -> Figures:
    """By least squares: rows of the bands that a telephone carries and one for all speech, to those above."""
    pairs = [_pair(text, voice) for voice in VOICES for text in SENTENCES]
    told, wanted = (np.concatenate(side) for side in zip(*pairs, strict=True))
    found: Figures = np.linalg.solve(told.T @ told + np.eye(KNOWN + 1), told.T @ wanted)
    return found


def _pair(text: str, voice: str) -> tuple[Figures, Figures]:
    """What the line carries of a sentence, and what it does not: less how loud the lower bands are, both."""
    wide = _spoken(text, voice)
    narrow = soxr.resample(wide, MODEL_RATE, RATE)
    noise = np.resize(samples_of(quiet(1.0)), len(narrow))
    line = (narrow + noise).clip(-32_768, 32_767).astype("<i2").tobytes()
    lower = lower_bands(samples_of(mulaw.to_samples(mulaw.from_samples(line))))
    upper = log_bands(wide, MODEL_RATE)[: len(lower), KNOWN:]
    lower = lower[: len(upper)]
    loudness = lower.mean(1, keepdims=True)
    return np.concatenate([lower - loudness, np.ones_like(loudness)], 1), upper - loudness


def _spoken(text: str, voice: str) -> npt.NDArray[np.float32]:
    """As flite says it, at 16 kHz."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "said.wav")
        run(["flite", "-voice", voice, "-t", text, "-o", str(path)], check=True, timeout=20)
        with wave.open(str(path)) as file:
            rate, samples = file.getframerate(), samples_of(file.readframes(file.getnframes()))
    return np.asarray(soxr.resample(samples, rate, MODEL_RATE), np.float32)


def mean(people: People) -> Figures:
    """Of the cepstra of every recording, without its pauses."""
    spoken = (sound for speaker in people.speakers() for _, sound in people.every(speaker))
    found: Figures = np.concatenate([cepstra(tight(samples_of(sound))) for sound in spoken]).mean(0)
    return found


def given(people: People, speakers: Collection[str]) -> Figures:
    """For each digit what tells the digits of these speakers apart best, held near none: a regression."""
    hearing = SphinxRecognizer(given={**GIVEN, **dict.fromkeys(WORDS, 0.0)}).numbers
    spoken = [one for speaker in sorted(speakers) for one in people.every(speaker)]
    likely = np.array([_alone(hearing, sound) for _, sound in spoken]) * SMOOTH
    right = np.eye(len(WORDS))[[int(digit) for digit, _ in spoken]]
    found = np.zeros(len(WORDS))
    for _ in range(STEPS):
        shares = np.exp(likely + found - (likely + found).max(1, keepdims=True))
        shares /= shares.sum(1, keepdims=True)
        found += (right - shares).mean(0) - HELD * found
    rounded: Figures = np.round(found / SMOOTH)
    return rounded


def _alone(hearing: NumberHearing, sound: bytes) -> npt.NDArray[np.float32]:
    """How likely this recording is each of the ten digits."""
    said = hearing.said(longest=1)
    said.utterance.feed(sound)
    said.utterance.look()
    found: npt.NDArray[np.float32] = said.numbers.of_length(1)[0]
    return found


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("sounds", type=Path, help="folder of DIGIT_SPEAKER_N.wav")
    people = People(arguments.parse_args().sounds)
    print("speech/sphinx/upper_band.py")
    for row in upper_band():
        print(f"        ({', '.join(f'{one:.2f}' for one in row)}),")
    print("speech/sphinx/cepstra.py: MEAN =", tuple(mean(people).round(2).tolist()))
    names = {"OF_FIRST": FIRST, "OF_SECOND": SECOND, "all, in GIVEN": people.speakers()}
    for name, speakers in names.items():
        if set(speakers) <= set(people.speakers()):
            print(name, "=", tuple(given(people, speakers).tolist()))


if __name__ == "__main__":
    main()
