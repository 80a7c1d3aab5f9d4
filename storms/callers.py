"""Who calls in a storm: callers with one thing or two, in three languages; some leave in the middle."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from random import Random

from exchange.exchange import CallPlan, ScriptLike
from exchange.sound import silent_sound
from tests.end_to_end import callers
from tests.end_to_end.callers import presses
from tests.shipped import BOOK

LEAVE_EARLY = 0.1  # share of callers who hang up somewhere
BY_KEYS, BY_VOICE = "2", "1"  # whether the carrier may hear them, asked after the language
LISTENED = silent_sound(1.0)  # nobody's ears hear it: the words themselves reach the carrier's recogniser
HIDDEN = ("anonymous", "+266696687")


def payment_and_callback(language: str) -> ScriptLike:
    """A payment that failed, then a person who does not answer: two promises, each with a number to call."""
    return [*callers.failed_payment(language)[:-2], *presses("1", "1", "2")]


def message_and_urgent(language: str) -> ScriptLike:
    """A message that is sent, then stop my money: two promises, one of them with a message."""
    return [*callers.feedback(language)[:-1], *presses("1", "9", "1"), {"hangs_up": True}]


def not_meant(language: str) -> ScriptLike:
    """Stop my money, said aloud at the main menu and taken back by a key."""
    words = BOOK.wordings[BOOK.languages[int(language) - 1]].spoken.stop_my_money[0]
    return [*presses(language), {"say": words, "sound": LISTENED}, *presses("2"), {"hangs_up": True}]


KINDS = (
    callers.urgent,
    callers.failed_payment,
    callers.feedback,
    callers.urgent,
    callers.failed_payment_of_a_hidden_caller,
    payment_and_callback,
    message_and_urgent,
    not_meant,
)


def calls(to: str, chance: Random) -> Iterator[CallPlan]:
    """Plans without end; nobody calls twice from one number, but for those who hide theirs."""
    for place in count():
        kind = chance.choice(KINDS)
        script = _agreeing(kind(chance.choice("123")), BY_VOICE if kind is not_meant else BY_KEYS)
        hidden = kind is callers.failed_payment_of_a_hidden_caller
        shown = chance.choice(HIDDEN) if hidden else f"+62812{30_000_000 + place}"
        yield CallPlan(shown, to, _cut(script, chance))


def _agreeing(script: ScriptLike, key: str) -> ScriptLike:
    return [script[0], *presses(key), *script[1:]]


def _cut(script: ScriptLike, chance: Random) -> ScriptLike:
    if chance.random() >= LEAVE_EARLY:
        return script
    when = chance.choice((True, "during", "reply"))
    return [*script[: chance.randrange(len(script))], {"hangs_up": when}]
