"""Whether what was heard is one of the things that can be said here: believe it, ask, or drop it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ivr.matching.text import gist, normal, unheard, words
from ivr.matching.verdicts import Accepted, Doubted, Rejected, Sayable, Thresholds, Verdict
from speech.requests import Alternative

# A phrase inside a longer sentence counts, as a doubt, only if it is no short answer ("no" is in "I know").
SHORTEST_INSIDE = 6  # letters; a Chinese or Korean sign counts for three
ALTERNATIVES_AT_MOST = 10

_Meaning = tuple[str, str]  # keys, choice


def decide(
    alternatives: Sequence[Alternative], sayables: Sequence[Sayable], thresholds: Thresholds | None = None
) -> Verdict:
    """What the caller meant, if one whole phrase of `sayables` was heard.

    `alternatives`: the likeliest first. Believed is only the likeliest, with nothing unknown in it and no
    other meaning close behind. A less likely one, and a phrase inside a longer sentence, is asked about.
    """
    limits = thresholds or Thresholds()
    heard = alternatives[:ALTERNATIVES_AT_MOST]
    if not heard or unheard(heard[0].words):
        return Rejected(said=normal(heard[0].words) if heard else "", sure=0.0)
    for place, one in enumerate(heard):
        found = _whole(one, sayables)
        if found is not None and not unheard(one.words):
            safe = place == 0 and not _rivalled(found, one.sure, heard[1:], sayables, limits)
            return _weighed(found, one, limits, safe=safe)
    return _inside(heard[0], sayables, limits)


def _whole(one: Alternative, sayables: Iterable[Sayable]) -> Sayable | None:
    said = gist(one.words)
    return next((each for each in sayables if said and gist(each.words) == said), None)


def _rivalled(
    found: Sayable,
    sure: float,
    others: Iterable[Alternative],
    sayables: Sequence[Sayable],
    limits: Thresholds,
) -> bool:
    """Whether another meaning is nearly as likely."""
    for other in others:
        rival = _whole(other, sayables)
        if rival is not None and _meaning(rival) != _meaning(found) and sure - other.sure < limits.margin:
            return True
    return False


def _weighed(found: Sayable, one: Alternative, limits: Thresholds, *, safe: bool) -> Verdict:
    if safe and one.sure >= limits.accept:
        return Accepted(found.keys, found.choice, found.words, one.sure)
    if one.sure >= limits.confirm:
        return Doubted(found.keys, found.choice, found.words, one.sure)
    return Rejected(normal(one.words), one.sure)


def _inside(one: Alternative, sayables: Sequence[Sayable], limits: Thresholds) -> Verdict:
    """A sentence with phrases of one single meaning in it: asked about, never believed."""
    said = words(one.words)
    within = [each for each in sayables if _long_enough(each.words) and _stands_in(words(each.words), said)]
    if len({_meaning(each) for each in within}) != 1:
        return Rejected(normal(one.words), one.sure)
    longest = max(within, key=lambda each: len(gist(each.words)))
    return _weighed(longest, one, limits, safe=False)


def _stands_in(phrase: tuple[str, ...], said: tuple[str, ...]) -> bool:
    if not phrase:
        return False
    if len(phrase) == 1 and not phrase[0].isascii():
        return any(phrase[0] in word for word in said)  # a script without spaces
    last = len(said) - len(phrase)
    return any(said[start : start + len(phrase)] == phrase for start in range(last + 1))


def _long_enough(phrase: str) -> bool:
    letters = gist(phrase)
    return sum(1 if sign.isascii() else 3 for sign in letters) >= SHORTEST_INSIDE


def _meaning(sayable: Sayable) -> _Meaning:
    return sayable.keys, sayable.choice
