"""What words of a caller's own are like, found in time: what is not ready by then is learned all the same.

The first question of a process loads a library (half a second, more on a busy machine) and learns; those
after it take a few milliseconds. So that no caller waits for it, it is done in a thread of its own, and begun
as soon as such words are awaited.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import BoundedSemaphore

from foundation.clock import Deadline
from ivr.flow.errands import FindMeaning, Phrases
from ivr.matching.intents import Intents
from ivr.matching.verdicts import Verdict

WAITING_AT_MOST = 16  # questions; those beyond are told at once that nothing was found


class NotInTime(Exception):
    """It is still being learned, or too many ask at once."""


def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="meanings")


@dataclass(frozen=True, slots=True)
class Meanings:
    """Answers from one thread. `patience`: seconds that are waited at least, whatever the deadline says."""

    patience: float = 0.0
    _thread: ThreadPoolExecutor = field(default_factory=_thread)
    _places: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(WAITING_AT_MOST))
    _begun: set[Phrases] = field(default_factory=set[Phrases])

    def learn(self, phrases: Phrases) -> None:
        """Begin to learn them, once, and wait for nothing: they are what a caller may soon ask about."""
        if phrases and phrases not in self._begun:
            self._begun.add(phrases)
            self._thread.submit(Intents.of, dict(phrases))

    def find(self, asked: FindMeaning, deadline: Deadline) -> Verdict:
        """What the words are like. Raises NotInTime."""
        if not self._places.acquire(blocking=False):
            raise NotInTime("too many ask at once")
        found: Future[Verdict] = self._thread.submit(_found, asked)
        found.add_done_callback(lambda _: self._places.release())
        try:
            return found.result(max(deadline.left(), self.patience))
        except TimeoutError:
            raise NotInTime("still being learned") from None


def _found(asked: FindMeaning) -> Verdict:
    return Intents.of(dict(asked.phrases)).decide(asked.words)
