"""Words one after the other, with pauses between them, as one net of states in which a step is a few sums.

What is followed is, for each place (words before it) and each count of the next word ("double"), the best way
to each state. A row is a state: those of the words, the three of a pause, and behind them bounds, which stand
between two words. The arrays are small, so that a call costs more than its sums: rows that are treated alike
lie side by side.
"""

from __future__ import annotations

import numpy as np

from speech.sphinx.model import STATES, Figures, Numbers
from speech.sphinx.word_chains import PAUSE, WORD, Chains

NEVER = np.float32(-1e9)
SIDES = 2  # of a bound: beside a pause, beside a word
# Rows behind those of the words. Forwards both bounds are rows of their own; backwards the bound before a
# pause is its first state, and there is what follows a pause.
SECOND, THIRD, FIRST, BEFORE_WORD, AFTER_PAUSE, NONE, ROWS = range(7)
TO_PAUSE, TO_WORD = BEFORE_WORD, AFTER_PAUSE


class Net:
    """Of up to `longest` of these words.

    `words`, `size`, `rows`: rows of words, of all states, and of all. `ends`: rows of the last states of
    words, of which `endings` tells; `costs`, ends x 1 x 1: of leaving each, with what its word is given.
    `starts`: rows of first states, those beside a word before those beside a pause (`after_pause`). `stays`,
    `goes`: log chances, rows x 1 x 1. `before`, `behind`: for each state the row that it comes from, and the
    one that it leads to; `joined`, `forked`: rows with a second such row, `before_too`, `behind_too`.
    """

    def __init__(self, chains: Chains, longest: int) -> None:
        self.longest = longest
        self.endings = tuple(sorted(chains.endings, key=lambda one: (one.word.times, one.beside)))
        self.counts = max(one.word.times for one in self.endings)
        self._chains = chains
        self._order_rows()
        self._link()
        given = np.array([one.word.given for one in self.endings], np.float32)
        self.costs = self.goes[self.ends] + given[:, None, None]
        self._sorts = [(one.word.times, one.beside) for one in self.endings]
        kinds = sorted(set(self._sorts))
        self._begins = np.array([self._sorts.index(kind) for kind in kinds])
        self._doubles = sorted({times for times, _ in kinds if times > 1})

    def heard(self, likelihoods: Figures) -> Figures:
        """Frames x `size`, from frames x the states that the chains have scored."""
        pauses = self._chains.pauses_heard(likelihoods)[:, [1, 2, 0]]
        return np.concatenate([self._chains.heard(likelihoods)[:, self._order], pauses], 1)

    def none(self, longest: int) -> Figures:
        """Rows x places x counts that nothing leads to."""
        return np.full((self.rows, longest + 1, self.counts), NEVER, np.float32)

    def bound(self, ended: Figures, bound: Figures) -> None:
        """Set the bound (sides x places x counts) behind words that have ended: ends x places x counts."""
        best = np.maximum.reduceat(ended, self._begins, axis=0)
        bound[:, 0, 0] = NEVER
        bound[:, 1:, 0] = best[:SIDES, :, 0]
        for count in range(1, self.counts):
            behind = bound[:, count + 1 :, 0]
            np.maximum(behind, best[:SIDES, : self.longest - count, count], out=behind)
        for number, times in enumerate(self._doubles, 1):
            bound[:, :-1, times - 1] = best[number * SIDES : (number + 1) * SIDES, :, 0]

    def bound_of(self, length: int) -> Numbers:
        """Where the bound of each end stands, ends x places x counts: among the last rows of a way back."""
        places, counts = np.arange(length)[:, None], np.arange(self.counts)
        found = np.full((len(self.endings), length, self.counts), (NONE - FIRST) * (length + 1) * self.counts)
        for ending, (times, beside) in enumerate(self._sorts):
            row = beside * (length + 1)
            if times > 1:
                found[ending, :, 0] = ((row + places) * self.counts + times - 1)[:, 0]
                continue
            after = places + counts + 1
            found[ending] = np.where(after <= length, (row + after) * self.counts, found[ending])
        return found

    def _order_rows(self) -> None:
        """Put the states of the words into blocks."""
        chains = self._chains
        none = len(chains.stays)
        joined, forked = (np.flatnonzero(way[1] < none) for way in (chains.before, chains.behind))
        ends = np.array([one.state for one in self.endings])
        starts = np.concatenate([chains.starts[WORD], chains.starts[PAUSE]])
        others = np.setdiff1d(np.arange(none), np.concatenate([joined, starts, forked, ends]))
        self._order = np.concatenate([joined, starts, others, forked, ends])
        self.words, self.size, self.rows = none, none + STATES, none + ROWS
        first = len(joined) + len(starts)
        self.joined, self.starts = slice(0, len(joined)), slice(len(joined), first)
        self.after_pause = slice(first - len(chains.starts[PAUSE]), first)
        self.sides = np.array([0, len(chains.starts[WORD])])
        self.forked = slice(none - len(ends) - len(forked), none - len(ends))
        self.ends = slice(none - len(ends), none)

    def _link(self) -> None:
        chains, order = self._chains, self._order
        row_of = np.append(np.argsort(order), self.words + NONE)
        pause = self.words + np.array([FIRST, SECOND, TO_PAUSE])
        self.before = np.concatenate([row_of[chains.before[0][order]], pause])
        self.before[self.starts] = self.words + TO_WORD
        self.before[self.after_pause] = self.words + THIRD
        self.before_too = row_of[chains.before[1][order[self.joined]]]
        pause = self.words + np.array([THIRD, AFTER_PAUSE, SECOND])
        self.behind = np.concatenate([row_of[chains.behind[0][order]], pause])
        self.behind_too = row_of[chains.behind[1][order[self.forked]]]
        first, second, third = range(STATES)
        pause = np.array([second, third, first])
        stays, goes = (
            np.concatenate([of_words[order], np.array(of_pause, np.float32)[pause]])
            for of_words, of_pause in ((chains.stays, chains.pause.stays), (chains.goes, chains.pause.goes))
        )
        self.stays = stays[:, None, None]
        self.goes = np.append(goes, [0, 0, NEVER]).astype(np.float32)[:, None, None]
