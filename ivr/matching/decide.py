"""Whether what was heard is one of the things that can be said here: believe it, ask, or drop it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from ivr.matching.text import gist, known_stretches, normal, unheard, words
from ivr.matching.verdicts import Accepted, Doubted, Rejected, Sayable, Thresholds, Verdict
from speech.requests import Alternative

# A phrase inside a longer sentence counts, as a doubt, only if it is no short answer ("no" is in "I know").
SHORTEST_INSIDE = 6  # letters; a Chinese or Korean sign counts for three
ALTERNATIVES_AT_MOST = 10

_Meaning = tuple[str, str]  # keys, choice
Fits = Callable[[str], bool]  # whether so much voice as there was can be these words


def anything(_words: str) -> bool:
    """Where nobody knows how long somebody spoke."""
    return True


@dataclass(frozen=True, slots=True)
class _Meant:
    """One meaning among what was heard: the likeliest words for it, and how sure it is in all its words."""

    phrase: Sayable
    said: str
    sure: float


def decide(
    alternatives: Sequence[Alternative],
    sayables: Sequence[Sayable],
    thresholds: Thresholds | None = None,
    fits: Fits = anything,
) -> Verdict:
    """What the caller meant, if one whole phrase of `sayables` was heard.

    `alternatives`: the likeliest first. Those that mean the same ("repeat", "repeat that") count as one, as
    sure as all of them together. Believed is only what the likeliest means, with nothing unknown in it and
    no other meaning close behind. A less likely one, a phrase inside a longer sentence or among words
    that nobody knows, and one for which somebody spoke too long (`fits`), is asked about.
    """
    limits = thresholds or Thresholds()
    heard = alternatives[:ALTERNATIVES_AT_MOST]
    if not heard:
        return Rejected(said="", sure=0.0)
    if unheard(heard[0].words):
        return _inside(heard[0], sayables, limits, fits)
    meant = _meanings(heard, sayables)
    if meant:
        first = _whole(heard[0], sayables)
        believed = first is not None and _meaning(first) == _meaning(meant[0].phrase)
        safe = believed and not _rivalled(meant, limits) and fits(meant[0].phrase.words)
        return _weighed(meant[0], limits, safe=safe)
    return _inside(heard[0], sayables, limits, fits)


def _whole(one: Alternative, sayables: Iterable[Sayable]) -> Sayable | None:
    said = gist(one.words)
    return next((each for each in sayables if said and gist(each.words) == said), None)


def _meanings(heard: Iterable[Alternative], sayables: Sequence[Sayable]) -> list[_Meant]:
    """All that was perhaps meant by a whole phrase, the surest first."""
    meant: dict[_Meaning, _Meant] = {}
    for one in heard:
        found = _whole(one, sayables)
        if found is None or unheard(one.words):
            continue
        before = meant.setdefault(_meaning(found), _Meant(found, normal(one.words), 0.0))
        meant[_meaning(found)] = replace(before, sure=min(1.0, before.sure + one.sure))
    return sorted(meant.values(), key=lambda one: -one.sure)


def _rivalled(meant: Sequence[_Meant], limits: Thresholds) -> bool:
    """Whether another meaning is nearly as likely as the first."""
    return len(meant) > 1 and meant[0].sure - meant[1].sure < limits.margin


def _weighed(meant: _Meant, limits: Thresholds, *, safe: bool) -> Verdict:
    phrase = meant.phrase
    if safe and meant.sure >= limits.accept:
        return Accepted(phrase.keys, phrase.choice, phrase.words, meant.sure)
    if meant.sure >= limits.confirm:
        return Doubted(phrase.keys, phrase.choice, phrase.words, meant.sure)
    return Rejected(meant.said, meant.sure)


def _inside(one: Alternative, sayables: Sequence[Sayable], limits: Thresholds, fits: Fits) -> Verdict:
    """A sentence with phrases of one single meaning in it: asked about, never believed.

    Not even that where it has no word but theirs and is too long for one of them: whoever knows nothing else
    takes any talk for phrases one behind the other.
    """
    stretches = [words(each) for each in known_stretches(one.words)]
    within = [
        each
        for each in sayables
        if _long_enough(each.words) and any(_stands_in(words(each.words), said) for said in stretches)
    ]
    if len({_meaning(each) for each in within}) != 1:
        return Rejected(normal(one.words), 0.0 if unheard(one.words) else one.sure)
    longest = max(within, key=lambda each: len(gist(each.words)))
    offered = {word for each in sayables for word in words(each.words)}
    if offered.issuperset(words(one.words)) and not unheard(one.words) and not fits(longest.words):
        return Rejected(normal(one.words), one.sure)
    return _weighed(_Meant(longest, normal(one.words), one.sure), limits, safe=False)


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
