"""Who calls in a storm: callers with one thing each, in three languages, some of whom leave in the middle."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from random import Random

from exchange.exchange import CallPlan, ScriptLike
from tests.end_to_end import callers

LEAVE_EARLY = 0.1  # share of callers who hang up somewhere
KINDS = (
    callers.urgent,
    callers.failed_payment,
    callers.feedback,
    callers.urgent,
    callers.failed_payment_of_a_hidden_caller,
)
HIDDEN = ("anonymous", "+266696687")


def calls(to: str, chance: Random) -> Iterator[CallPlan]:
    """Plans without end; nobody calls twice from one number, but for those who hide theirs."""
    for place in count():
        kind = chance.choice(KINDS)
        script = kind(chance.choice("123"))
        hidden = kind is callers.failed_payment_of_a_hidden_caller
        shown = chance.choice(HIDDEN) if hidden else f"+62812{30_000_000 + place}"
        yield CallPlan(shown, to, _cut(script, chance))


def _cut(script: ScriptLike, chance: Random) -> ScriptLike:
    if chance.random() >= LEAVE_EARLY:
        return script
    when = chance.choice((True, "during", "reply"))
    return [*script[: chance.randrange(len(script))], {"hangs_up": when}]
