"""How likely each digit is at each place of a number: both ways through the sound, and where they meet.

The best way through all frames is sought forwards and backwards. Where both meet at the end of a word stands
how likely the whole sound is if that word was said at that place: so after two passes over small arrays all
rivals of every digit are known, however many numbers there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from speech.sphinx.model import Figures, Numbers
from speech.sphinx.word_chains import PAUSE, WORD, Chains

NEVER = np.float32(-1e9)
CLEAR = 60.0  # log likelihood: a length so far behind the best is none


@dataclass(frozen=True)
class Search:
    """Through these chains: `longest` words at most, each of which means one of `meanings` things.

    What is followed is, for each place (words before it) and each count of the next word ("double"), the best
    way to each state of the chains. Between two words stands a bound: for what stands beside them (a pause, a
    word), for each place from 0 to `longest`, and for each count.
    """

    chains: Chains
    longest: int
    meanings: int

    def lengths(self, heard: Figures, pauses: Figures, shortest: int) -> dict[int, Figures]:
        """Each length that may be right: places x meanings, how likely the whole sound is with that there.

        `heard`: frames x states of the chains; `pauses`: frames x the three states of a pause.
        """
        ways, totals = self._forwards(heard, pauses)
        best = float(max(totals[shortest:]))
        likely = [
            one for one in range(shortest, self.longest + 1) if totals[one] > max(best - CLEAR, NEVER / 2)
        ]
        return {length: self._backwards(heard, pauses, ways, length) for length in likely}

    @cached_property
    def _times(self) -> int:
        return max(one.word.times for one in self.chains.endings)

    @cached_property
    def _ends(self) -> Numbers:
        return np.array([one.state for one in self.chains.endings])

    @cached_property
    def _costs(self) -> Figures:
        """Of leaving each word: its chance to go on, and what it is given."""
        given = np.array([one.word.given for one in self.chains.endings], np.float32)
        return self.chains.goes[self._ends] + given

    @cached_property
    def _sorts(self) -> tuple[tuple[int, int, Numbers], ...]:
        """Endings of one sort: what is beside them, how often the next word counts (1: a digit), which."""
        sorts: dict[tuple[int, int], list[int]] = {}
        for number, one in enumerate(self.chains.endings):
            sorts.setdefault((one.beside, one.word.times), []).append(number)
        return tuple((beside, times, np.array(which)) for (beside, times), which in sorts.items())

    def _bound(self) -> Figures:
        return np.full((2, self.longest + 1, self._times), NEVER, np.float32)

    def _after(self, ended: Figures) -> Figures:
        """The bound behind words that have ended: places x counts x endings."""
        bound = self._bound()
        for beside, times, which in self._sorts:
            if times > 1:
                bound[beside, :-1, times - 1] = ended[:, 0, which].max(-1)
                continue
            best = ended[..., which].max(-1)
            for count in range(self._times):
                behind, of_words = bound[beside, count + 1 :, 0], best[: self.longest - count, count]
                np.maximum(behind, of_words, out=behind)
        return bound

    def _before(self, bound: Figures) -> Figures:
        """What a bound means for words that end at it: places x counts x endings."""
        ends = np.full((self.longest, self._times, len(self._ends)), NEVER, np.float32)
        for beside, times, which in self._sorts:
            if times > 1:
                ends[:, 0, which] = bound[beside, :-1, times - 1, None]
                continue
            for count in range(self._times):
                ends[: self.longest - count, count, which] = bound[beside, count + 1 :, 0, None]
        return ends

    def _forwards(self, heard: Figures, pauses: Figures) -> tuple[Figures, Figures]:
        """Frames x places x counts x endings, the best way to each; and the whole sound for each length."""
        one, quiet = self.chains, _Quiet(self.chains)
        words = np.full((self.longest, self._times, len(one.stays) + 1), NEVER, np.float32)
        goes = np.append(one.goes, NEVER)
        silent = np.full((self.longest + 1, self._times, 3), NEVER, np.float32)
        ways = np.empty((len(heard), self.longest, self._times, len(self._ends)), np.float32)
        bound, left = self._bound(), self._bound()[PAUSE]
        bound[PAUSE, 0, 0] = left[0, 0] = 0
        for frame, (likely, likely_quiet) in enumerate(zip(heard, pauses, strict=True)):
            going = words + goes
            coming = np.maximum(going[..., one.before[0]], going[..., one.before[1]])
            coming[..., one.starts[PAUSE]] = left[:-1, :, None]
            coming[..., one.starts[WORD]] = bound[WORD, :-1, :, None]
            words[..., :-1] = np.maximum(words[..., :-1] + one.stays, coming) + likely
            silent = quiet.forward(silent, bound[PAUSE]) + likely_quiet
            ways[frame] = words[..., self._ends] + self._costs
            bound, left = self._after(ways[frame]), quiet.left(silent)
        return ways, np.maximum(bound[PAUSE, :, 0], left[:, 0])

    def _backwards(self, heard: Figures, pauses: Figures, ways: Figures, length: int) -> Figures:
        """From the end of a number of this length to its beginning, meeting the ways on each frame."""
        one, quiet = self.chains, _Quiet(self.chains)
        words = np.full((self.longest, self._times, len(one.stays) + 1), NEVER, np.float32)
        bound = self._bound()
        bound[PAUSE, length, 0] = 0
        silent = quiet.backward(np.full((*bound[PAUSE].shape, 3), NEVER, np.float32), bound[PAUSE])
        met = np.full(ways.shape[1:], NEVER, np.float32)
        for frame in range(len(heard) - 1, -1, -1):
            before = self._before(bound)
            np.maximum(met, ways[frame] + before, out=met)
            words[..., self._ends] = np.maximum(words[..., self._ends], before + self._costs)
            words[..., :-1] += heard[frame]
            silent = silent + pauses[frame]
            bound = self._bound()
            bound[PAUSE] = silent[..., 0]
            bound[WORD, :-1] = words[..., one.starts[WORD]].max(-1, initial=NEVER)
            left = self._bound()[PAUSE]
            left[:-1] = words[..., one.starts[PAUSE]].max(-1)
            going = np.maximum(words[..., one.behind[0]], words[..., one.behind[1]]) + one.goes
            words[..., :-1] = np.maximum(words[..., :-1] + one.stays, going)
            silent = quiet.backward(silent, left)
        return self._by_meaning(met, length)

    def _by_meaning(self, met: Figures, length: int) -> Figures:
        """Places x meanings, from places x counts x endings: a doubled digit stands at two places."""
        found = np.full((length, self.meanings), NEVER, np.float32)
        for ending, one in enumerate(self.chains.endings):
            if one.word.means < 0:
                continue
            for count in range(self._times):
                for place in range(length - count):
                    likely = met[place, count, ending]
                    run = found[place : place + count + 1, one.word.means]
                    np.maximum(run, likely, out=run)
        return found


@dataclass(frozen=True)
class _Quiet:
    """The three states of a pause between two words."""

    chains: Chains

    @cached_property
    def _stays(self) -> Figures:
        return np.array(self.chains.pause.stays, np.float32)

    @cached_property
    def _goes(self) -> Figures:
        return np.array(self.chains.pause.goes, np.float32)

    def forward(self, silent: Figures, entered: Figures) -> Figures:
        coming = np.concatenate([entered[..., None], (silent + self._goes)[..., :-1]], -1)
        found: Figures = np.maximum(silent + self._stays, coming)
        return found

    def left(self, silent: Figures) -> Figures:
        found: Figures = silent[..., -1] + self._goes[-1]
        return found

    def backward(self, silent: Figures, left: Figures) -> Figures:
        going = np.concatenate([silent[..., 1:], left[..., None]], -1) + self._goes
        found: Figures = np.maximum(silent + self._stays, going)
        return found
