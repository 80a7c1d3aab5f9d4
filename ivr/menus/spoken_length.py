"""How long words take to speak, reckoned generously: nobody listens to a prompt of half a minute."""

from __future__ import annotations

import re

from ivr.menus.lint.spoken import slots_in
from ivr.menus.model import MenuBook
from ivr.menus.nodes import Digits
from ivr.menus.wording import Wording
from speech.pace import DIGIT_SECONDS, seconds_of

BREAK_SECONDS = 0.6
TIME_SECONDS = 3.5  # "Tuesday, 24 November at 10:00"
AMOUNT_SECONDS = 2.5
FACT_SECONDS = 2.0  # a value of which nothing is known but its name
TICKET_DIGITS = 9
PHONE_DIGITS = 12

_DIGIT_SLOTS = {"ticket": TICKET_DIGITS, "entry": PHONE_DIGITS, "last_four": 4}
_KEYS = re.compile(r"^(key|.*_key)$")


def seconds(text: str, book: MenuBook, wording: Wording) -> float:
    """How long one wording takes in its language, its slots filled. Unpaired braces are words."""
    try:
        taken = slots_in(text)
    except ValueError:
        taken = [(text, "", "")]
    return sum(
        seconds_of(words, wording.language) + (_slot(name, form, book, wording) if name else 0.0)
        for words, name, form in taken
    )


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
        return seconds_of(known, wording.language)
    if name == "topic" and wording.topics:
        return max(seconds_of(words, wording.language) for words in wording.topics.values())
    return _slot(name, "digits", book, wording) if name in _DIGIT_SLOTS else FACT_SECONDS


def _longest_entry(fact: str, book: MenuBook) -> int:
    """Digits of a number that callers type: as many as its node takes."""
    taken = [node.longest for node in book.nodes.values() if isinstance(node, Digits) and node.fact == fact]
    return max(taken, default=TICKET_DIGITS)
