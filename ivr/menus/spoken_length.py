"""How long words take to speak, reckoned generously: nobody listens to a prompt of half a minute."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from ivr.menus.lint.spoken import slots_in
from ivr.menus.model import MenuBook
from ivr.menus.nodes import Digits
from ivr.menus.wording import Wording

# Letters and blanks a second, between the pauses that are reckoned below: about 165 words a minute in
# English, five syllables a second in Mandarin. An estimate, not a measurement of the carrier's voices.
RATES = {"en": 15.5, "id": 15.0, "ms": 15.0, "de": 14.5, "es": 15.5, "fr": 15.5, "ko": 6.0, "ja": 7.0}
USUAL_RATE = 14.0
IDEOGRAPHS_A_SECOND = 5.0

DIGIT_SECONDS = 0.4
BREAK_SECONDS = 0.6
SENTENCE_SECONDS = 0.3  # the pause after a full stop
COMMA_SECONDS = 0.15
TIME_SECONDS = 3.5  # "Tuesday, 24 November at 10:00"
AMOUNT_SECONDS = 2.5
FACT_SECONDS = 2.0  # a value of which nothing is known but its name
TICKET_DIGITS = 9
WORDS_KEPT = 5_000  # those of a few books
PHONE_DIGITS = 12

_DIGIT_SLOTS = {"ticket": TICKET_DIGITS, "entry": PHONE_DIGITS, "last_four": 4}
_STOPS = re.compile(r"[.!?;:。！？；：]")
_COMMAS = re.compile(r"[,、，]")
_KEYS = re.compile(r"^(key|.*_key)$")


def seconds(text: str, book: MenuBook, wording: Wording) -> float:
    """How long one wording takes in its language, its slots filled. Unpaired braces are words."""
    try:
        taken = slots_in(text)
    except ValueError:
        taken = [(text, "", "")]
    return sum(
        words_alone(words, wording.language) + (_slot(name, form, book, wording) if name else 0.0)
        for words, name, form in taken
    )


@lru_cache(maxsize=WORDS_KEPT)
def words_alone(words: str, language: str) -> float:
    """How long words without slots take."""
    ideographs = 0 if words.isascii() else sum(1 for one in words if _is_ideograph(one))
    letters = sum(1 for one in words if one.isalpha() or one == " ") - ideographs
    figures = sum(1 for one in words if one.isdecimal())
    pauses = len(_STOPS.findall(words)) * SENTENCE_SECONDS + len(_COMMAS.findall(words)) * COMMA_SECONDS
    spoken = ideographs / IDEOGRAPHS_A_SECOND + letters / RATES.get(language, USUAL_RATE)
    return spoken + figures * DIGIT_SECONDS + pauses


def _is_ideograph(one: str) -> bool:
    return ord(one) > 0x2E80 and unicodedata.name(one, "").startswith("CJK UNIFIED")


def _slot(name: str, form: str, book: MenuBook, wording: Wording) -> float:
    if name == "break":
        return BREAK_SECONDS
    if _KEYS.match(name):
        return DIGIT_SECONDS
    known = wording.values.get(name) or book.values.get(name)
    match form:
        case "digits":
            count = len(known) if known else _DIGIT_SLOTS.get(name, _longest_entry(name, book))
            return count * DIGIT_SECONDS + (count - 1) // 3 * BREAK_SECONDS
        case "time":
            return TIME_SECONDS
        case "number" | "money":
            return AMOUNT_SECONDS
        case _:
            return _as_it_is(name, known, book, wording)


def _as_it_is(name: str, known: str | None, book: MenuBook, wording: Wording) -> float:
    if known:
        return words_alone(known, wording.language)
    if name == "topic" and wording.topics:
        return max(words_alone(words, wording.language) for words in wording.topics.values())
    return _slot(name, "digits", book, wording) if name in _DIGIT_SLOTS else FACT_SECONDS


def _longest_entry(fact: str, book: MenuBook) -> int:
    """Digits of a number that callers type: as many as its node takes."""
    taken = [node.longest for node in book.nodes.values() if isinstance(node, Digits) and node.fact == fact]
    return max(taken, default=TICKET_DIGITS)
