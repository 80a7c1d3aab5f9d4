"""What a caller wants who says it in words of their own: the book's own phrases, exact or nearly so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

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
        found = self._exact.get(gist(text))
        if found is not None and gist(text) and not unheard(text):
            return (Ranked(found[0], 1.0, found[1], exact=True),)
        if self._likeness is None or not gist(text):
            return ()
        known = min(1.0, self._likeness.familiar(text) / FAMILIAR)
        (weighed,) = self._likeness.weigh([text])
        likeliest = sorted(weighed, key=lambda one: (-weighed[one], one))[:most]
        return tuple(self._ranked(text, intent, weighed[intent] * known) for intent in likeliest)

    def decide(self, text: str, thresholds: Thresholds = INTENT_THRESHOLDS) -> Verdict:
        """Accepted, to be asked about, or nothing; `said` is the book's own phrase that was most alike.

        The intent stands as `choice`; `keys` is empty, because which key it is, the question knows.
        """
        ranked = self.rank(text, most=2)
        if not ranked or ranked[0].sure < thresholds.confirm:
            return Rejected(normal(text), ranked[0].sure if ranked else 0.0)
        best = ranked[0]
        rival = ranked[1].sure if len(ranked) > 1 else 0.0
        if best.sure >= thresholds.accept and best.sure - rival >= thresholds.margin:
            return Accepted("", best.intent, best.phrase, best.sure)
        return Doubted("", best.intent, best.phrase, best.sure)

    def _ranked(self, text: str, intent: str, sure: float) -> Ranked:
        if self._likeness is None:
            raise ValueError("fewer than two intents have no likeness")
        pieces = self._likeness.reasons(text, intent)
        return Ranked(intent, sure, self._likeness.nearest(text, intent), pieces=pieces)


@lru_cache(maxsize=MODELS_KEPT)
def _trained(phrases: _Phrases) -> Intents:
    return Intents(dict(phrases))
