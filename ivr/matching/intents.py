"""What a caller wants who says it in words of their own: the book's own phrases, exact or nearly so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from ivr.matching.text import gist, normal, unheard
from ivr.matching.verdicts import Accepted, Doubted, Rejected, Thresholds, Verdict

if TYPE_CHECKING:
    from ivr.matching.likeness import Likeness

MODELS_KEPT = 16  # of a book a language; drafts and books of before are among them
TOLD = 3  # intents of a ranking
# A text of which less than this is known to the examples is believed less, in proportion.
FAMILIAR = 0.6
# `sure` is how likely the intent is among those of the book: measured by bench/intents.
INTENT_THRESHOLDS = Thresholds(accept=0.55, confirm=0.2, margin=0.2)

_Phrases = tuple[tuple[str, tuple[str, ...]], ...]


class Ranked(Struct, frozen=True):
    """One intent as it was weighed: how sure (0 to 1), its phrase that is most alike, and what spoke for it.

    `exact`: the words are that phrase. `pieces`: parts of the text, the weightiest first.
    """

    intent: str
    sure: float
    phrase: str
    exact: bool = False
    pieces: tuple[str, ...] = ()


class Intents:
    """The intents of one question in one language."""

    def __init__(self, phrases: Mapping[str, Sequence[str]]) -> None:
        """`phrases`: intent -> what callers say for it. Use `of`, which keeps what it has trained."""
        self._phrases = {intent: tuple(said) for intent, said in phrases.items() if said}
        self._exact = {gist(one): (intent, one) for intent, said in self._phrases.items() for one in said}
        self._likeness: Likeness | None = None
        if len(self._phrases) > 1:
            from ivr.matching.likeness import Likeness

            self._likeness = Likeness([(one, name) for name, said in self._phrases.items() for one in said])

    @staticmethod
    def of(phrases: Mapping[str, Sequence[str]]) -> Intents:
        """Those of these phrases; trained once for all books that have the same ones."""
        return _trained(tuple((intent, tuple(said)) for intent, said in phrases.items()))

    def rank(self, text: str, most: int = TOLD) -> tuple[Ranked, ...]:
        """The likeliest intents first. A phrase of the book, said exactly, is the only one."""
        found = self._said_exactly(text)
        if found is not None:
            return (Ranked(found[0], 1.0, found[1], exact=True),)
        if self._likeness is None or not gist(text):
            return ()
        row = self._likeness.features([text])
        weighed = _weighed(self._likeness, text, row)
        return tuple(_ranked(self._likeness, row, intent, sure) for intent, sure in weighed[:most])

    def likeliest(self, texts: Sequence[str]) -> list[str]:
        """Of each of many texts the likeliest intent, however unsure; for measuring."""
        if self._likeness is None:
            raise ValueError("fewer than two intents have no likeness")
        return [
            max(weighed, key=weighed.__getitem__)
            for weighed in self._likeness.weigh(self._likeness.features(texts))
        ]

    def decide(self, text: str, thresholds: Thresholds = INTENT_THRESHOLDS) -> Verdict:
        """Accepted, to be asked about, or nothing; `said` is the book's own phrase that was most alike.

        Where a part was no word that the recogniser knows, it is asked about at most.
        The intent stands as `choice`; `keys` is empty, because which key it is, the question knows.
        """
        found = self._said_exactly(text)
        if found is not None:
            return Accepted("", *found, 1.0)
        if self._likeness is None or not gist(text):
            return Rejected(normal(text), 0.0)
        row = self._likeness.features([text])
        (intent, sure), (_, rival) = _weighed(self._likeness, text, row)[:2]
        if sure < thresholds.confirm:
            return Rejected(normal(text), sure)
        phrase = self._likeness.nearest(row, intent)
        clear = sure >= thresholds.accept and sure - rival >= thresholds.margin
        if clear and not unheard(text):
            return Accepted("", intent, phrase, sure)
        return Doubted("", intent, phrase, sure)

    def _said_exactly(self, text: str) -> tuple[str, str] | None:
        """The intent and the phrase that these words are."""
        return None if unheard(text) or not gist(text) else self._exact.get(gist(text))


def _weighed(likeness: Likeness, text: str, row: Any) -> list[tuple[str, float]]:  # noqa: ANN401
    """Every intent and how sure it is, the surest first."""
    known = min(1.0, likeness.familiar(text) / FAMILIAR)
    (shares,) = likeness.weigh(row)
    return sorted(((one, share * known) for one, share in shares.items()), key=lambda one: (-one[1], one[0]))


def _ranked(likeness: Likeness, row: Any, intent: str, sure: float) -> Ranked:  # noqa: ANN401
    phrase, pieces = likeness.nearest(row, intent), likeness.reasons(row, intent)
    return Ranked(intent, sure, phrase, pieces=pieces)


@lru_cache(maxsize=MODELS_KEPT)
def _trained(phrases: _Phrases) -> Intents:
    return Intents(dict(phrases))
