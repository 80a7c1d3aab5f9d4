"""What the machine itself took of an answer's time: its processors had no room for whoever worked on it."""

from __future__ import annotations

import heapq
import os
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path

from exchange.tape import TapeEvent
from tests.children import children_of

# An answer passes from the carrier's thread to the one that takes the connection, then to the one that
# answers, which a watchdog may have to wake: so many threads, one after the other, make it.
HANDS = 4

VOICE, PLAY = "voice", "play"
WAITED_FOR = (VOICE, PLAY)  # what a caller hears nothing before
ANSWERS = ("document", "replied")

Waited = dict[tuple[int, int], int]  # nanoseconds, by process and thread


class Machine:
    """Listens to a tape; knows of each answer how long it was kept waiting, and by nothing of ours.

    The kernel tells of each thread how long it was ready to run and was not let. Of all threads of the web
    processes, and the one of the carrier, the few that waited longest are taken: on an idle machine that is
    nothing.
    """

    def __init__(self, web: int) -> None:
        self._web = web  # the first of the web processes
        self._processes: list[int] = []
        self._begun: defaultdict[tuple[str, str], list[Waited]] = defaultdict(list)
        self._taken: dict[tuple[str, int], float] = {}

    def note(self, event: TapeEvent) -> None:
        """One event of the tape."""
        asked = (event.call, event.details.get("what", VOICE))
        if event.kind == "requested" and asked[1] in WAITED_FOR:
            self._begun[asked].append(self._waited())
        elif event.kind in ANSWERS and asked[1] in WAITED_FOR and self._begun[asked]:
            # Of two requests of one call, as when it is led elsewhere, the first is answered first.
            before, now = self._begun[asked].pop(0), self._waited()
            longest = heapq.nlargest(HANDS, (now[one] - before.get(one, 0) for one in now))
            self._taken[event.call, event.sequence] = sum(longest) / 1e9
        elif event.kind == "fault":
            self._begun.pop((event.call, VOICE), None)  # it is not answered any more

    def spent(self, answer: TapeEvent) -> float:
        """Seconds from the request to this answer, less those that the machine took."""
        return float(answer.details["seconds"]) - self._taken.get((answer.call, answer.sequence), 0.0)

    def _waited(self) -> Waited:
        if not self._processes or not all(Path(f"/proc/{one}").exists() for one in self._processes):
            self._processes = [self._web, *children_of(self._web)]
        # The tape tells its listeners on the carrier's own thread; the process has many others.
        carrier = _waited_by(os.getpid(), [str(threading.get_native_id())])
        return dict(chain(carrier, *(_waited_by(one, _threads_of(one)) for one in self._processes)))


def _threads_of(process: int) -> list[str]:
    with suppress(OSError):  # it has ended meanwhile
        return os.listdir(f"/proc/{process}/task")  # noqa: PTH208  # read twice a request: a Path is slow
    return []


def _waited_by(process: int, threads: Iterable[str]) -> Iterator[tuple[tuple[int, int], int]]:
    for thread in threads:
        with suppress(OSError), open(f"/proc/{process}/task/{thread}/schedstat", "rb") as told:  # noqa: PTH123
            yield (process, int(thread)), int(told.read().split()[1])
