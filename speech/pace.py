"""How long words take to say: prompts are reckoned with it, and whether a sound can be some words at all."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Letters and blanks a second, between the pauses that are reckoned below: about 165 words a minute in
# English, five syllables a second in Mandarin. An estimate, not a measurement of anybody's voice.
RATES = {"en": 15.5, "id": 15.0, "ms": 15.0, "de": 14.5, "es": 15.5, "fr": 15.5, "ko": 6.0, "ja": 7.0}
USUAL_RATE = 14.0
IDEOGRAPHS_A_SECOND = 5.0

DIGIT_SECONDS = 0.4
SENTENCE_SECONDS = 0.3  # the pause after a full stop
COMMA_SECONDS = 0.15
WORDS_KEPT = 5_000  # those of a few books

# Hardly anybody says words half as fast as they are reckoned; the rest is what a short one is drawn out by
# ("nooo"), and an "er" before it. Measured: docs/speech.md, "What is too long for its words".
SLOWEST, DRAWN_OUT = 2.0, 0.8

_STOPS = re.compile(r"[.!?;:。！？；：]")
_COMMAS = re.compile(r"[,、，]")


@lru_cache(maxsize=WORDS_KEPT)
def seconds_of(words: str, language: str) -> float:
    """How long these words take, with the pauses between sentences."""
    ideographs = 0 if words.isascii() else sum(1 for one in words if _is_ideograph(one))
    letters = sum(1 for one in words if one.isalpha() or one == " ") - ideographs
    figures = sum(1 for one in words if one.isdecimal())
    pauses = len(_STOPS.findall(words)) * SENTENCE_SECONDS + len(_COMMAS.findall(words)) * COMMA_SECONDS
    spoken = ideographs / IDEOGRAPHS_A_SECOND + letters / RATES.get(language, USUAL_RATE)
    return spoken + figures * DIGIT_SECONDS + pauses


def is_too_long(voiced: float, words: str, language: str) -> bool:
    """Whether somebody has spoken for longer (seconds of voice) than anybody needs for these words."""
    return voiced > DRAWN_OUT + SLOWEST * seconds_of(words, language)


def _is_ideograph(one: str) -> bool:
    return ord(one) > 0x2E80 and unicodedata.name(one, "").startswith("CJK UNIFIED")
