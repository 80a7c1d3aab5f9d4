"""Whether one of some phrases was said with other words around it: "um, my refund, please".

Before and behind the phrase stand any sounds. How likely those are up to each frame is known already
(`any_sounds`), so what is sought is the stretch in which a phrase is most ahead of them. (Field's name:
keyword spotting with a filler model, by the ratio of their likelihoods.)
"""

from __future__ import annotations

import numpy as np

from speech.sphinx.alone import Phrases
from speech.sphinx.model import Figures
from speech.sphinx.net import NEVER

# Sounds of a phrase: a shorter one is in many words ("no" in "know"), or sounds like some ("top up" like
# "talk about").
SHORTEST = 6


def inside(phrases: Phrases, heard: Figures, any_sounds: Figures) -> list[tuple[int, float, int]]:
    """What each phrase that may be in it means, how far it is ahead of any sounds, in how many frames.

    `heard`: frames x the states that the chains have scored. `any_sounds`: how likely all frames up to each
    are as any sounds.
    """
    rows = np.full(phrases.size + 1, NEVER, np.float32)
    begun = np.zeros(phrases.size + 1, np.intp)
    lasts = phrases.ends[0]
    ahead, length = np.full(len(lasts), NEVER, np.float32), np.ones(len(lasts), np.intp)
    before, begins = 0.0, phrases.first[1:]
    for frame, (likely, ended) in enumerate(zip(phrases.heard(heard), any_sounds.tolist(), strict=True)):
        _step(phrases, rows, begun, likely, (begins, before, frame))
        before = ended
        if ended > NEVER / 2:
            now = rows[lasts] + phrases.goes[lasts] - np.float32(ended)
            better = np.flatnonzero(now > ahead)
            ahead[better], length[better] = now[better], frame + 1 - begun[lasts[better]]
    found = zip(phrases.means, phrases.sounds, ahead.tolist(), length.tolist(), strict=True)
    return [
        (means, far, frames) for means, sounds, far, frames in found if sounds >= SHORTEST and far > NEVER / 2
    ]


def _step(
    phrases: Phrases,
    rows: Figures,
    begun: np.typing.NDArray[np.intp],
    likely: Figures,
    beginning: tuple[np.typing.NDArray[np.intp], float, int],
) -> None:
    """One frame further, in place; at `beginning` a phrase may begin: its rows, how likely, the frame."""
    begins, before, frame = beginning
    going, states = rows + phrases.goes, rows[:-1]
    one, other = going.take(phrases.before[0]), going.take(phrases.before[1])
    since = np.where(other > one, begun.take(phrases.before[1]), begun.take(phrases.before[0]))
    coming = np.maximum(one, other)
    first = begins[coming[begins] < before]
    coming[first], since[first] = before, frame
    states += phrases.stays
    np.copyto(begun[:-1], since, where=coming > states)
    np.maximum(states, coming, out=states)
    states += likely
