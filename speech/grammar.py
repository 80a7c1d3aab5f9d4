"""What may be said: phrases and numerals that a recogniser knows."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import chain

from speech.digits import Numerals

WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
HAN = re.compile(r"[\u4e00-\u9fff]+")  # written without spaces

Words = tuple[str, ...]


def spoken_words(phrase: str) -> Words:
    """A phrase as the words that a caller says: "I've lost my phone!" is i've lost my phone."""
    return tuple(WORD.findall(phrase.replace("’", "'").lower()))


def known_phrases(phrases: Sequence[str], knows: Callable[[str], bool]) -> dict[Words, str]:
    """Words -> the phrase they make. One with a word that is not known is left out: a part of a phrase may
    mean something else than the whole.
    """
    found: dict[Words, str] = {}
    for phrase in phrases:
        pieces = [known_pieces(word, knows) for word in spoken_words(phrase)]
        if pieces and all(pieces):
            found.setdefault(tuple(chain.from_iterable(pieces)), phrase)
    return found


def known_pieces(word: str, knows: Callable[[str], bool]) -> Words:
    """A word that is known, or the fewest known ones that a run of Han characters is made of; else none."""
    if knows(word):
        return (word,)
    if not HAN.fullmatch(word):
        return ()
    best: list[Words | None] = [()]
    for end in range(1, len(word) + 1):
        ways = [
            (*before, word[begin:end])
            for begin, before in enumerate(best)
            if before is not None and knows(word[begin:end])
        ]
        best.append(min(ways, key=len, default=None))
    return best[-1] or ()


def known_numerals(said: Numerals, knows: Callable[[str], bool]) -> Numerals:
    """The numerals that a recogniser can hear."""
    return Numerals(
        {word: digit for word, digit in said.digits.items() if knows(word)},
        {word: times for word, times in said.times.items() if knows(word)},
    )
