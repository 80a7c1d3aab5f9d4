"""One utterance while it goes on: what was worked out for it is kept, and several searches go through it.

At each look its pauses are chosen anew, as the loudness of the line is known better; from the first frame
that is another one everything behind it is worked out again. Mostly that is what has come since, and the last
frames of the look before, whose changes were not known yet.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from speech.requests import RATE
from speech.sphinx.cepstra import AROUND, CEPSTRA, around_mean, with_changes
from speech.sphinx.mixtures import Mixtures
from speech.sphinx.model import Figures, Numbers
from speech.sphinx.rows import Rows
from speech.sphinx.telephone_sound import FRAME, Tight

FRAMES_A_SECOND = RATE // FRAME
LONGEST = 60 * FRAMES_A_SECOND  # nothing is listened to for so long


class Search(Protocol):
    """Goes through an utterance, frame by frame."""

    def follow(self, heard: Figures, same: int) -> None:
        """All frames so far x the states it asks for; the first ones are the same as they were."""
        ...


@dataclass(frozen=True, slots=True)
class Follower:
    """A search, and the states of the mixtures that it asks for: no further than so many frames."""

    search: Search
    columns: Numbers
    most: int = LONGEST


class Utterance:
    """Its sound, and the searches that follow it as far as it was looked at."""

    def __init__(self, mixtures: Mixtures, followers: Iterable[Follower]) -> None:
        self._mixtures = mixtures
        self._followers = [(one, Rows(len(one.columns))) for one in followers]
        self._tight = Tight()
        self._cepstra = Rows(CEPSTRA)
        self._same = 0  # frames that were followed and are as they were

    def feed(self, sound: bytes) -> None:
        """More of it, not looked at yet."""
        self._tight.feed(sound)

    def listen(self) -> None:
        """Work out what is new, but for the last frames, which change with those that follow."""
        is_other = self._choose()
        self._follow(max(0, self.frames - AROUND), is_other=is_other)

    def look(self) -> None:
        """Work out all."""
        is_other = self._choose()
        self._follow(self.frames, is_other=is_other)

    @property
    def spoken(self) -> int:
        """Frames without pauses."""
        return len(self._tight)

    @property
    def frames(self) -> int:
        """Those of the model."""
        return len(self._cepstra)

    @property
    def followed(self) -> int:
        """Those of them that were gone through."""
        return self._same

    def _choose(self) -> bool:
        """Take what is no pause; whether that is something else than before."""
        before = len(self._tight)
        kept = self._tight.look()
        if kept == before == len(self._tight):
            return False
        plain = max(0, kept - 1)  # each frame of the model is made of two of ours
        self._cepstra.cut(plain)
        self._cepstra.add(around_mean(self._tight.since(plain)))
        self._same = min(self._same, max(0, plain - AROUND))
        return True

    def _follow(self, frames: int, *, is_other: bool) -> None:
        """Go through so many, but for those that are the same."""
        if frames <= self._same and not is_other:
            return
        same = self._same
        since = max(0, same - AROUND)
        told = with_changes(self._cepstra.all[since:])[same - since : frames - since]
        likely = self._mixtures.likelihoods(told)
        for one, rows in self._followers:
            if same < one.most:
                rows.cut(same)
                rows.add(likely[: one.most - same, one.columns])
                one.search.follow(rows.all, same)
        self._same = frames
