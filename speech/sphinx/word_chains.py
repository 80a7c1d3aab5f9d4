"""Words as chains of a model's states, that a search may go through one after another.

A phone sounds otherwise beside other phones. The first and the last phone of a word stand here twice: beside
a pause, and beside another word. What that other word would be is not followed: the mean of all of them
stands for it (their best lost one six-digit number in eight, of those said with pauses).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np

from speech.sphinx.model import SILENCE, STATES, Figures, Numbers, Phone, SphinxModel, Stands

PAUSE, WORD = 0, 1  # what stands beside a word
# Log likelihood that a frame of a pause costs: without it a pause takes the soft ends of words for its own,
# and with too much the last sound of a phrase takes the pause ("yeah" becomes "back").
PAUSE_COSTS, PAUSE_OF_PHRASE_COSTS = 1.5, 0.7


@dataclass(frozen=True, slots=True)
class Word:
    """One way to say something: its words' phones, and the log likelihood that it has before it is heard.

    It means one of several things: `means` is its number, -1 for nothing by itself. `times`: how often what
    follows counts, 1 for a word that is no "double".
    """

    phones: tuple[tuple[str, ...], ...]
    means: int
    given: float = 0.0
    times: int = 1


@dataclass(frozen=True, slots=True)
class Ending:
    """The last state of a word where it ends beside a pause or a word."""

    word: Word
    state: int
    beside: int


@dataclass(frozen=True, slots=True)
class Chains:
    """All states of all words.

    `scored`: the model's states that are needed; `made_of`: which of them each of ours is the mean of, one
    after another, from `begins` on; `pauses`: which of `scored` are the three of a pause. For each state
    `means`, what its word does; `costs`, of a frame there; `stays` and `goes`, log chances; `before` and
    `behind` (2 x states): the states it comes from and goes to, the number of states for none.
    `starts[PAUSE]` and `starts[WORD]`: where a word begins beside it.
    """

    scored: Numbers
    made_of: Numbers
    begins: Numbers
    pauses: Numbers
    means: Numbers
    costs: Figures
    stays: Figures
    goes: Figures
    before: Numbers
    behind: Numbers
    starts: tuple[Numbers, Numbers]
    endings: tuple[Ending, ...]
    pause: Phone
    pause_costs: float

    def heard(self, likelihoods: Figures) -> Figures:
        """Frames x our states, from frames x `scored`."""
        counts = np.diff(self.begins, append=len(self.made_of))
        sums = np.add.reduceat(likelihoods[:, self.made_of], self.begins, axis=1)
        return (sums / counts - self.costs).astype(np.float32)

    def pauses_heard(self, likelihoods: Figures) -> Figures:
        """Frames x the three states of a pause, likewise."""
        found: Figures = likelihoods[:, self.pauses] - np.float32(self.pause_costs)
        return found


def chains(model: SphinxModel, words: Sequence[Word], *, alone: bool = False) -> Chains:
    """Those of some words, which may follow each other; `alone`: they do not, and are whole phrases."""
    pause_costs = PAUSE_OF_PHRASE_COSTS if alone else PAUSE_COSTS
    pause = model.phone(SILENCE, SILENCE, SILENCE, Stands.ALONE)
    drawn = _Drawn(model, words, pause, (PAUSE,) if alone else (PAUSE, WORD))
    for word in words:
        drawn.word(word)
        drawn.means += [word.means] * (len(drawn.made_of) - len(drawn.means))
    parts = [one for made_of in drawn.made_of for one in made_of]
    scored = np.unique([*pause.states, *parts])
    begins = np.cumsum([0, *(len(made_of) for made_of in drawn.made_of)])[:-1]
    before, behind = _ways(drawn.before)
    return Chains(
        scored,
        np.searchsorted(scored, parts),
        begins,
        np.searchsorted(scored, pause.states),
        np.array(drawn.means, np.intp),
        np.array(drawn.costs, np.float32),
        np.array(drawn.stays, np.float32),
        np.array(drawn.goes, np.float32),
        before,
        behind,
        (np.array(drawn.starts[PAUSE], np.intp), np.array(drawn.starts[WORD], np.intp)),
        tuple(drawn.endings),
        pause,
        pause_costs,
    )


def _ways(before: Sequence[Sequence[int]]) -> tuple[Numbers, Numbers]:
    """Where each state comes from, and where it goes to: two places each, filled up with one that is none."""
    none = len(before)
    behind: list[list[int]] = [[] for _ in before]
    for state, ways in enumerate(before):
        for one in ways:
            behind[one].append(state)
    return _two(before, none), _two(behind, none)


def _two(ways: Iterable[Sequence[int]], none: int) -> Numbers:
    return np.array([[*one, none, none][:2] for one in ways], np.intp).T


@dataclass(slots=True)
class _Drawn:
    """Chains as they are drawn, state after state."""

    model: SphinxModel
    words: Sequence[Word]
    pause: Phone
    beside: tuple[int, ...]
    made_of: list[list[int]] = field(default_factory=list)
    means: list[int] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)
    stays: list[float] = field(default_factory=list)
    goes: list[float] = field(default_factory=list)
    before: list[list[int]] = field(default_factory=list)
    starts: tuple[list[int], list[int]] = field(default_factory=lambda: ([], []))
    endings: list[Ending] = field(default_factory=list)

    def word(self, word: Word) -> None:
        """Its first phone beside a pause and beside a word, those inside, and its last phone likewise.

        Between two words of a phrase there may be a pause.
        """
        befores = ((SILENCE,), sorted({one.phones[-1][-1] for one in self.words}))
        afters = ((SILENCE,), sorted({one.phones[0][0] for one in self.words}))
        phones = _standing(word.phones)
        (first, stands), *inside = phones
        if not inside:
            for here, there in product(self.beside, repeat=2):
                self.starts[here].append(len(self.made_of))
                last = self.phone(first, befores[here], afters[there], stands, [])
                self.endings.append(Ending(word, last, there))
            return
        ways = []
        for here in self.beside:
            self.starts[here].append(len(self.made_of))
            ways.append(self.phone(first, befores[here], (inside[0][0],), stands, []))
        for (left, _), (name, stands), (right, _) in zip(phones, phones[1:], phones[2:], strict=False):
            ways = [self.phone(name, (left,), (right,), stands, self.passed(stands, ways))]
        ways = self.passed(phones[-1][1], ways)
        for there in self.beside:
            last = self.phone(phones[-1][0], (phones[-2][0],), afters[there], phones[-1][1], ways)
            self.endings.append(Ending(word, last, there))

    def phone(
        self, name: str, befores: Sequence[str], afters: Sequence[str], stands: Stands, ways: list[int]
    ) -> int:
        """Its states, reached by these ways; the last of them is returned."""
        kinds = [self.model.phone(name, left, right, stands) for left, right in product(befores, afters)]
        return self.states(kinds, ways)

    def passed(self, stands: Stands, ways: list[int]) -> list[int]:
        """The ways to a phone that stands so: to the first one of a word by a pause too, or past it."""
        begins = stands in {Stands.FIRST, Stands.ALONE}
        return [*ways, self.states([self.pause], ways, PAUSE_OF_PHRASE_COSTS)] if begins else ways

    def states(self, kinds: Sequence[Phone], ways: list[int], costs: float = 0.0) -> int:
        """Those of one phone, each the mean of these."""
        for state in range(STATES):
            self.made_of.append([kind.states[state] for kind in kinds])
            self.costs.append(costs)
            self.stays.append(kinds[0].stays[state])
            self.goes.append(kinds[0].goes[state])
            self.before.append([len(self.before) - 1] if state else ways)
        return len(self.before) - 1


def _standing(words: Sequence[Sequence[str]]) -> list[tuple[str, Stands]]:
    """Each phone of these words, and where in its word it stands."""
    found = []
    for word in words:
        inside = [(name, Stands.INSIDE) for name in word[1:-1]]
        ends = [(word[0], Stands.FIRST), *inside, (word[-1], Stands.LAST)]
        found += ends if len(word) > 1 else [(word[0], Stands.ALONE)]
    return found
