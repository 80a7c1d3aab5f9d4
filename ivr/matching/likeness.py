"""How near a text is to examples of each of several intents: a linear model of its letters and words.

Features: the n-grams of 1 to 5 characters inside words, and every pair of words (by their beginnings) that
stand in one text; each TF-IDF with sublinear counts and unit length. Model: for each intent a linear support
vector machine against all others (scikit-learn, LIBLINEAR); their margins are made shares of 1. The seed is
fixed: the same examples make the same model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations
from math import exp
from typing import Any

from ivr.matching.text import normal

LETTERS = (1, 5)  # characters of an n-gram
BEGINNING = 5  # letters of a word that stand for the word: "payment" and "payments" are one
WORDS_AT_MOST = 40  # of a text, in pairs; the rest of a longer one counts by its letters alone
STRENGTH = 2.0  # how closely the examples are followed (C of the machine)
SHARPNESS = 4.0  # how much a margin counts in a share: e to the power of this times the margin
SEED = 0
REASONS = 5
TELLING = 3  # letters of a piece that is told as a reason; one or two say nothing to people

# What English writes as one word and means as two; the other languages have no such sign.
_SHORT_FORMS = (
    ("won't", "will not"),
    ("can't", "can not"),
    ("cannot", "can not"),
    ("n't", " not"),
    ("'ve", " have"),
    ("'m", " am"),
    ("'re", " are"),
    ("'ll", " will"),
    ("'d", " would"),
    ("'s", " is"),
)
_NUMBER = re.compile(r"\d+")


def plain(text: str) -> str:
    """A text as it is compared here: short forms written out, every number alike."""
    written = text.casefold().replace("’", "'")
    for short, long in _SHORT_FORMS:
        written = written.replace(short, long)
    return _NUMBER.sub("0", normal(written))


def pairs(text: str) -> list[str]:
    """The words of a plain text, and all pairs of them, whatever stands between."""
    words = sorted({word[:BEGINNING] for word in text.split()[:WORDS_AT_MOST]})
    return words + [f"{one} + {other}" for one, other in combinations(words, 2)]


class Likeness:
    """A model trained from examples, each with its intent. At least two intents."""

    def __init__(self, examples: Sequence[tuple[str, str]]) -> None:
        # The first of these costs half a second and 100 MB: processes that rank nothing never pay it.
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.svm import LinearSVC

        self._examples = [text for text, _ in examples]
        self._letters: Any = TfidfVectorizer(
            analyzer="char_wb", ngram_range=LETTERS, sublinear_tf=True, preprocessor=plain
        )
        self._words: Any = TfidfVectorizer(analyzer=_pairs_of, sublinear_tf=True)
        self._letters.fit(self._examples)
        self._words.fit(self._examples)
        self._known: Any = self.features(self._examples)
        self._model: Any = LinearSVC(C=STRENGTH, random_state=SEED)
        self._model.fit(self._known, [intent for _, intent in examples])
        # By feature, then intent: as it is learnt, each question would copy all of it.
        self._weights: Any = self._model.coef_.T.copy()
        self._pieces: Any = self._letters.build_analyzer()
        self._rows: dict[str, list[int]] = {}
        for row, (_, intent) in enumerate(examples):
            self._rows.setdefault(intent, []).append(row)

    def features(self, texts: Sequence[str]) -> Any:  # noqa: ANN401  # a sparse matrix, a row a text
        """What the other methods compare: taken from a text once, because it costs most."""
        # By hand, because a pipeline of the library takes as long for one text as all the rest.
        from scipy.sparse import hstack
        from sklearn.preprocessing import normalize

        both = [one.transform(texts) for one in (self._letters, self._words)]
        return normalize(hstack(both, format="csr"), copy=False)

    def weigh(self, features: Any) -> list[dict[str, float]]:  # noqa: ANN401  # of `features`
        """Of each text: intent -> how likely, together 1. A text of which nothing is known: all alike."""
        margins = features @ self._weights + self._model.intercept_
        return [self._shares(row if len(row) > 1 else [-row[0], row[0]]) for row in margins.tolist()]

    def _shares(self, margins: Sequence[float]) -> dict[str, float]:
        """Of two intents the machine has one margin, that of the second; here each has its own."""
        weights = [exp(SHARPNESS * margin) for margin in margins]
        whole = sum(weights)
        return {str(name): weight / whole for name, weight in zip(self._model.classes_, weights, strict=True)}

    def familiar(self, text: str) -> float:
        """Which share of its n-grams, of two letters and more, stands in some example: 0 to 1."""
        pieces = [one for one in self._pieces(text) if len(one.strip()) > 1]
        known = sum(one in self._letters.vocabulary_ for one in pieces)
        return known / len(pieces) if pieces else 0.0

    def nearest(self, features: Any, intent: str) -> str:  # noqa: ANN401  # of `features`, one row
        """The example of an intent that is most like the text."""
        rows = self._rows[intent]
        like: list[float] = (self._known[rows] @ features.T).toarray()[:, 0].tolist()
        return self._examples[rows[like.index(max(like))]]

    def reasons(self, features: Any, intent: str) -> tuple[str, ...]:  # noqa: ANN401  # as above
        """The pieces of the text that speak most for an intent, the weightiest first."""
        row = features.tocoo()
        weights = self._weights_of(intent)
        found = sorted((float(weights[at]) * float(x), at) for at, x in zip(row.col, row.data, strict=True))
        names = [*self._letters.get_feature_names_out(), *self._words.get_feature_names_out()]
        speak_for = [str(names[at]) for weight, at in reversed(found) if weight > 0]
        return tuple(_without_parts(speak_for))[:REASONS]

    def _weights_of(self, intent: str) -> Any:  # noqa: ANN401  # a number for each feature
        place = [str(one) for one in self._model.classes_].index(intent)
        if self._weights.shape[1] > 1:
            return self._weights[:, place]
        return self._weights[:, 0] if place else -self._weights[:, 0]


def _pairs_of(text: str) -> list[str]:
    return pairs(plain(text))


def _without_parts(pieces: Sequence[str]) -> list[str]:
    """Each piece once: one that is a part of a weightier one, or the other way round, says nothing new."""
    told: list[str] = []
    for piece in pieces:
        bare = piece.strip()
        telling = len(bare) >= TELLING or not bare.isascii()
        if telling and not any(bare in one or one in bare for one in told):
            told.append(bare)
    return told
