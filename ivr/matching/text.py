"""Text as it is compared: what two ways to write the same words have in common."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

KEYS_KEPT = 4096
LONGEST = 500  # characters of a text that are looked at: more than a minute of speech
UNHEARD = "[unk]"  # how recognisers write that something was said, and that they do not know what

_UNHEARD = re.compile(r"[\[<]unk[\]>]", re.IGNORECASE)
_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")
_NO_WORD = re.compile(r"[^\w]+|_+")
# Scripts that are written without spaces between words: Han, kana. What a recogniser puts there says nothing.
_NO_SPACE = re.compile(r"(?<=[\u3040-\u30ff\u3400-\u9fff]) (?=[\u3040-\u30ff\u3400-\u9fff])")
_PLURAL = re.compile(r"(?<=[a-rt-z]{3})s\b")


def unheard(text: str) -> bool:
    """Whether a recogniser says that a part of it was no word it knows."""
    return _UNHEARD.search(text) is not None


def known_stretches(text: str) -> list[str]:
    """What was said between the parts that were no word the recogniser knows."""
    return [one for one in _UNHEARD.split(text[:LONGEST]) if one.strip()]


@lru_cache(maxsize=KEYS_KEPT)
def normal(text: str) -> str:
    """Small letters, full-width signs as plain ones (NFKC), no punctuation, one space between words.

    `[unk]` is taken out: ask `unheard` first.
    """
    plain = unicodedata.normalize("NFKC", _UNHEARD.sub(" ", text[:LONGEST])).casefold()
    words = _NO_WORD.sub(" ", _APOSTROPHE.sub("", plain)).strip()
    return _NO_SPACE.sub("", words)


@lru_cache(maxsize=KEYS_KEPT)
def gist(text: str) -> str:
    """The same for two texts that are the same words: spaces and a plural's s do not count.

    `payment` is heard for "payments", and `top up`, `top-up` and `topup` are one word said.
    """
    return _PLURAL.sub("", normal(text)).replace(" ", "")


def words(text: str) -> tuple[str, ...]:
    """The words of a text, each as `gist` has it."""
    return tuple(_PLURAL.sub("", one) for one in normal(text).split())
