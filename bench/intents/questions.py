"""Questions with what is wanted by them: read, divided, drawn."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

SEED = 77
ASIDE = 5  # one of so many questions of each intent is kept for the test


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    intent: str


def read(file: Path) -> list[Question]:
    """A CSV with the columns `text` and `category`. KeyError without them."""
    with file.open(encoding="utf-8", newline="") as lines:
        return [Question(row["text"].strip(), row["category"]) for row in csv.DictReader(lines)]


def divided(questions: Sequence[Question]) -> tuple[list[Question], list[Question]]:
    """To learn from, and to understand: of each intent the same share."""
    chance = random.Random(SEED)
    train: list[Question] = []
    test: list[Question] = []
    for some in _by_intent(questions):
        chance.shuffle(some)
        aside = len(some) // ASIDE
        test += some[:aside]
        train += some[aside:]
    return train, test


def drawn(questions: Sequence[Question], count: int, seed: int) -> list[Question]:
    """So many questions of each intent, by a fixed seed."""
    chance = random.Random(seed)
    return [one for some in _by_intent(questions) for one in chance.sample(some, min(count, len(some)))]


def misheard(questions: Sequence[Question], share: float, seed: int) -> list[Question]:
    """The same questions with that share of their words, by chance, lost or heard as another word.

    Half of them are lost; for the others stands a word of any of the questions, the more often the likelier.
    """
    chance = random.Random(seed)
    others = [word for one in questions for word in one.text.split()]

    def heard(word: str) -> str:
        if chance.random() >= share:
            return word
        return "" if chance.random() < 0.5 else chance.choice(others)

    return [Question(" ".join(filter(None, map(heard, one.text.split()))), one.intent) for one in questions]


def _by_intent(questions: Iterable[Question]) -> list[list[Question]]:
    found: dict[str, list[Question]] = {}
    for one in questions:
        found.setdefault(one.intent, []).append(one)
    return [found[intent] for intent in sorted(found)]
