"""How likely each digit is at each place of a number: both ways through the sound, and where they meet.

The best way through all frames is sought forwards and backwards. Where both meet at the end of a word stands
how likely the whole sound is if that word was said at that place: so after two passes over small arrays all
rivals of every digit are known, however many numbers there are.
"""

from __future__ import annotations

import numpy as np

from speech.sphinx.forwards import Forwards
from speech.sphinx.model import Figures
from speech.sphinx.net import AFTER_PAUSE, BEFORE_WORD, FIRST, NEVER, THIRD, Net
from speech.sphinx.rows import Rows

CLEAR = 60.0  # log likelihood: a length so far behind the best is none


class Places:
    """Of one utterance, while it goes on; each word means one of `meanings` things."""

    def __init__(self, net: Net, meanings: int) -> None:
        self._net = net
        self._meanings = meanings
        self._forwards = Forwards(net)
        self._heard = Rows(net.size)
        self._known: dict[int, Figures] = {}

    def follow(self, heard: Figures, same: int) -> None:
        """All frames so far x the states that the chains have scored; the first ones are as they were."""
        self._heard.cut(same)
        self._heard.add(self._net.heard(heard[same:]))
        self._forwards.follow(self._heard.all, same)
        self._known.clear()

    def lengths(self, shortest: int) -> dict[int, float]:
        """Lengths that may be right, the likeliest first, and how likely the whole sound is with each."""
        totals = dict(enumerate(self._forwards.totals.tolist()))
        best = max(totals[length] for length in range(shortest, len(totals)))
        likely = [one for one in range(shortest, len(totals)) if totals[one] > max(best - CLEAR, NEVER / 2)]
        return {one: totals[one] for one in sorted(likely, key=lambda one: -totals[one])}

    def of_length(self, length: int) -> Figures:
        """Places x meanings: how likely the whole sound is with that there, in a number of so many words."""
        if length not in self._known:
            self._known[length] = self._by_meaning(self._met(length), length)
        return self._known[length]

    def _met(self, length: int) -> Figures:
        """From the end of a number to its beginning: the best of both ways on any frame.

        Ends x places x counts.
        """
        net, ways = self._net, self._forwards.ways[:, :, :length]
        rows, bound_of = net.none(length), net.bound_of(length)
        states, ends = rows[: net.size], rows[net.ends, :-1]
        bounds = rows[net.words + FIRST :].reshape(-1)
        entered = rows[net.words + BEFORE_WORD : net.words + AFTER_PAUSE + 1]
        stays, goes = net.stays, net.goes[: net.size]
        rows[net.words + FIRST, length, 0] = 0
        bound = bounds.take(bound_of)
        rows[net.words + FIRST, length, 0] = NEVER
        rows[net.words + THIRD, length, 0] = goes[net.words + THIRD, 0, 0]
        met = np.full(ways.shape[1:], NEVER, np.float32)
        for likely, way in zip(self._heard.all[::-1], ways[::-1], strict=True):
            np.maximum(met, way + bound, out=met)
            bound += net.costs
            np.maximum(ends, bound, out=ends)
            states += likely[:, None, None]
            np.maximum.reduceat(rows[net.starts], net.sides, axis=0, out=entered)
            bound = bounds.take(bound_of)
            going = rows.take(net.behind, 0)
            np.maximum(going[net.forked], rows.take(net.behind_too, 0), out=going[net.forked])
            going += goes
            states += stays
            np.maximum(states, going, out=states)
        return met

    def _by_meaning(self, met: Figures, length: int) -> Figures:
        """Places x meanings, from ends x places x counts: a doubled digit stands at two places."""
        found = np.full((length, self._meanings), NEVER, np.float32)
        for ending, one in enumerate(self._net.endings):
            if one.word.means < 0:
                continue
            for count in range(met.shape[-1]):
                for place in range(length - count):
                    likely = met[ending, place, count]
                    run = found[place : place + count + 1, one.word.means]
                    np.maximum(run, likely, out=run)
        return found
