"""What may be kept of words that were said: a number said as words is hidden as typed digits are."""

from __future__ import annotations

import re

from foundation.redaction import mask_digits
from ivr.matching.numbers import numerals
from ivr.matching.text import normal
from ivr.menus.wording import Wording
from speech import said_numbers

MOST_SHOWN = 3  # digits in one utterance; more may be a number of somebody's
LONGEST_SHOWN = 200  # characters
HIDDEN = "•"


def masked(said: str, wording: Wording) -> str:
    """The words without numbers of four digits or more, however they were written or said."""
    known = numerals(wording)
    words = sorted((*known.digits, *known.times), key=len, reverse=True)
    spoken = _alternatives(words)
    text = normal(said)[:LONGEST_SHOWN]
    if spoken is None or len(spoken.findall(text)) + sum(map(str.isdecimal, text)) <= MOST_SHOWN:
        # Two by two ("forty two sixty one") no digit is said.
        return mask_digits(said_numbers.masked(text, wording.language) or text)
    return re.sub(r"\d", HIDDEN, spoken.sub(HIDDEN, text))


def _alternatives(words: list[str]) -> re.Pattern[str] | None:
    """Any of these words; of a script with spaces whole words alone."""
    one = [rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word) for word in words if word]
    return re.compile("|".join(one)) if one else None
