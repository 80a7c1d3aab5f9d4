"""The decoder processes of a speech process: so many are kept alive, whatever becomes of each."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from itertools import chain, repeat

from foundation.clock import Clock
from foundation.logs import logger
from foundation.metrics import SPEECH_DECODERS_LOST, SPEECH_FAULTS
from speech.births import Births, NoNursery
from speech.decoder_line import DecoderLine
from speech.decoder_words import Event
from speech.faults import told

WATCHED_EVERY = 0.5  # seconds
# Seconds before a dead decoder is replaced, by how many have died within a minute; the last for all more.
BACK_OFF = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)
REMEMBERED = 60.0  # seconds

_log = logger("speech")


class Decoders:
    """Keeps `size` of them alive. `lost`: there can be none any more."""

    def __init__(self, births: Births, size: int, clock: Clock, lost: Callable[[], None]) -> None:
        self._births = births
        self._size = size
        self._clock = clock
        self._no_more = lost
        self._lines: list[DecoderLine] = []
        self._deaths: deque[float] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_closing = False

    @property
    def able(self) -> list[DecoderLine]:
        """Those that take streams now."""
        return [line for line in self._lines if not line.is_leaving]

    async def open(
        self, heard: Callable[[DecoderLine, Event | None], None], came: Callable[[], None]
    ) -> None:
        """Begin with all, or with those that can be had now; NoNursery.

        `heard` gets every event of each, and None when it has gone; `came` is told of each that is there.
        """
        self._heard = heard
        self._came = came
        self._births.watch(self._no_more)
        for _ in range(self._size):
            if await self._tried() is not None:
                self._begin(self._add())
        self._begin(self._watch())

    async def close(self) -> None:
        """End all."""
        self._is_closing = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(line.close() for line in self._lines))

    def has_died(self, line: DecoderLine) -> bool:
        """It has gone, and is replaced unless another one has its place; False if that is known."""
        if line not in self._lines or self._is_closing:
            return False
        self._lines.remove(line)
        SPEECH_DECODERS_LOST.inc()
        if not line.is_leaving:
            self._begin(self._replace())
        return True

    def relieve(self, line: DecoderLine, came: Callable[[], None]) -> None:
        """It takes no new stream any more; `came` is told when another one is there in its place."""
        line.is_leaving = True
        self._begin(self._relieve(came))

    def let_go(self, line: DecoderLine) -> None:
        """End one that is leaving and hears nobody any more; said twice it is no fault."""
        if line in self._lines:
            self._lines.remove(line)
            self._begin(line.close())

    async def _relieve(self, came: Callable[[], None]) -> None:
        await self._add()
        came()

    async def _replace(self) -> None:
        now = self._clock.monotonic()
        while self._deaths and self._deaths[0] < now - REMEMBERED:
            self._deaths.popleft()
        wait = BACK_OFF[min(len(self._deaths), len(BACK_OFF) - 1)]
        self._deaths.append(now)
        await asyncio.sleep(wait)
        await self._add()

    async def _add(self) -> None:
        """One decoder more, with patience: a machine may have no process, memory or file to give now."""
        for wait in chain(BACK_OFF[1:], repeat(BACK_OFF[-1])):
            fault = await self._tried()
            if fault is None:
                break
            SPEECH_FAULTS.labels("a decoder").inc()
            _log.error("no decoder can be had now", fault=fault.strerror, again_in=wait)
            await asyncio.sleep(wait)

    async def _tried(self) -> OSError | None:
        """Have one decoder more, or say what kept us from it."""
        try:
            process, theirs = await self._births.decoder()
        except OSError as fault:
            return fault
        line = DecoderLine(process, self._clock, self._heard)
        try:
            await line.open(theirs)
        except OSError as fault:
            theirs.close()  # it ends by itself
            return fault
        self._lines.append(line)
        self._came()
        return None

    async def _watch(self) -> None:
        """A decoder that has sound and says nothing is ended, and so replaced."""
        while True:
            await asyncio.sleep(WATCHED_EVERY)
            for line in self._lines:
                if line.is_frozen():
                    _log.error("a decoder is frozen", process=line.process)
                    await self._births.end(line.process)

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        fault = None if task.cancelled() else task.exception()
        if isinstance(fault, NoNursery):
            _log.error("no decoder can be had any more")
            self._no_more()
        elif fault is not None:
            told("a task of the decoders", fault)
