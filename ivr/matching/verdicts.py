"""What can be said at a question, and what is made of what was heard."""

from __future__ import annotations

from msgspec import Struct


class Sayable(Struct, frozen=True):
    """Something that may be said here: its words, the keys it stands for, the choice it names."""

    words: str
    keys: str
    choice: str


class Thresholds(Struct, frozen=True):
    """From `accept` on it is believed, from `confirm` on it is asked about, below that it is nothing.

    `margin`: with another meaning less than this behind, the best one is asked about too.
    """

    accept: float = 0.8
    confirm: float = 0.5
    margin: float = 0.1


class Accepted(Struct, frozen=True):
    """Believed: it counts as these keys. `said`: the words as we understood them."""

    keys: str
    choice: str
    said: str
    sure: float


class Doubted(Struct, frozen=True):
    """Perhaps: the caller is asked whether they meant it before anything is done."""

    keys: str
    choice: str
    said: str
    sure: float


class Rejected(Struct, frozen=True):
    """Nothing that can be used. `said`: what it sounded like."""

    said: str
    sure: float


Verdict = Accepted | Doubted | Rejected
