"""What the callers of the measurement say: real voices in pieces of 20 ms, and pauses between them."""

from __future__ import annotations

import itertools
import tomllib
from dataclasses import dataclass

from foundation.settings import LIBRARY
from speech import mulaw
from tests.voices import espeak, flite

FRAME = 160  # bytes of mu-law: 20 ms
QUIET = b"\xff" * FRAME
BETWEEN = 8  # frames between two words
AFTER = 36  # frames after an utterance of those who hardly pause
LISTENS = 0.23  # share of a voice of those who mostly listen
WORDS = {"ko": ("네", "아니요", "환불"), "en": ("a refund", "my account", "yes please")}
PHRASES_AT_MOST = 50


@dataclass(frozen=True, slots=True)
class Speech:
    """A loop of frames; `ends`: after which of them an utterance is over; `share`: how much is voice."""

    frames: tuple[bytes, ...]
    ends: frozenset[int]
    share: float


def phrases(language: str) -> tuple[str, ...]:
    """A grammar of fifty: in English those of the shipped book."""
    if language == "en":
        return _of_the_book()
    more = itertools.product(WORDS[language], repeat=3)
    made = [*WORDS[language], *(" ".join(words) for words in more)]
    made += [" ".join(words) for words in itertools.product(WORDS[language], repeat=2)]
    made += [" ".join(words) for words in itertools.product(WORDS[language], repeat=4)]
    return tuple(made[:PHRASES_AT_MOST])


def _of_the_book() -> tuple[str, ...]:
    prompts = tomllib.loads((LIBRARY / "hotline.en.toml").read_text("utf-8"))["prompts"].values()
    said = [words for prompt in prompts for choice in prompt.get("phrases", {}).values() for words in choice]
    return tuple(dict.fromkeys([*WORDS["en"], *said]))[:PHRASES_AT_MOST]


def talking(language: str) -> Speech:
    """Somebody who hardly pauses: three words, a pause of 0.72 s."""
    return _loop([_utterance(language)], AFTER)


def listening(language: str) -> Speech:
    """A caller as they are: the same three words, and then the next prompt, of five seconds."""
    utterance = _utterance(language)
    return _loop([utterance], round(len(utterance) * (1 - LISTENS) / LISTENS))


def _utterance(language: str) -> list[bytes]:
    words = [_frames(language, word) for word in WORDS[language]]
    said = [frame for word in words for frame in (*word, *[QUIET] * BETWEEN)]
    return said[:-BETWEEN]  # it is over with its last word


def _loop(utterances: list[list[bytes]], pause: int) -> Speech:
    frames: list[bytes] = []
    ends, voiced = set(), 0
    for utterance in utterances:
        voiced += len(utterance)
        frames += utterance
        ends.add(len(frames) - 1)
        frames += [QUIET] * pause
    return Speech(tuple(frames), frozenset(ends), voiced / len(frames))


def _frames(language: str, word: str) -> tuple[bytes, ...]:
    sound = mulaw.from_samples(flite(word) if language == "en" else espeak(word, language))
    pieces = [sound[at : at + FRAME] for at in range(0, len(sound) - FRAME, FRAME)]
    loud = [number for number, piece in enumerate(pieces) if _is_loud(piece)]
    return tuple(pieces[loud[0] : loud[-1] + 1])


def _is_loud(piece: bytes) -> bool:
    # In mu-law the softest samples have the highest codes below the sign.
    return min(code & 0x7F for code in piece) < 0x50
