"""All decoder processes of a speech process: who hears which stream, and what happens when one dies."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from itertools import chain, repeat
from typing import Protocol

from foundation.clock import Clock
from foundation.logs import logger
from foundation.metrics import SPEECH_DECODERS_LOST, SPEECH_DECODING, SPEECH_FAULTS, SPEECH_LAG
from speech.births import Births, NoNursery
from speech.decoder_line import DecoderLine
from speech.decoder_words import Broke, Cut, Done, Event, Quiet, Speaking, Spoken, Tired
from speech.faults import told
from speech.listened import Listened
from speech.requests import Heard

WATCHED_EVERY = 0.5  # seconds
# Seconds before a dead decoder is replaced, by how many have died within a minute; the last for all more.
BACK_OFF = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)
REMEMBERED = 60.0  # seconds
TRIES = 2  # decoders that may break over one utterance
LAGS = 200  # pieces of sound whose lag is remembered
LAG_AT_MOST = 0.3  # seconds, of 95 in 100 of them; beyond it no further call is taken

_log = logger("speech")


class Hears(Protocol):
    """Whoever the decoders' words are for; a stream is known by its number."""

    def speaks(self, stream: int, turn: int, *, begun: bool) -> None:
        """The caller is in the middle of an utterance, or has just begun it."""
        ...

    def falls_silent(self, stream: int, turn: int) -> None:
        """It was no utterance."""
        ...

    def cuts(self, stream: int, turn: int) -> None:
        """The caller speaks over the prompt, in words."""
        ...

    def said(self, stream: int, heard: Heard, *, moves: bool) -> None:
        """What was heard; `moves`: the call is to be told at once."""
        ...


class Crew:
    """Keeps `size` decoders alive, and every stream on one of them. `lost`: there can be none any more."""

    def __init__(self, births: Births, size: int, clock: Clock, lost: Callable[[], None]) -> None:
        self._births = births
        self._size = size
        self._clock = clock
        self._no_more = lost
        self._hears: Hears | None = None
        self._lines: list[DecoderLine] = []
        self._streams: dict[int, Listened] = {}
        self._numbers = 0
        self._deaths: deque[float] = deque()
        self._lags: deque[float] = deque(maxlen=LAGS)
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_closing = False

    @property
    def able(self) -> int:
        """How many decoders take streams now."""
        return sum(not line.is_leaving for line in self._lines)

    def lag(self) -> float:
        """Seconds within which 95 in 100 of the newest pieces of sound were worked through."""
        lags = sorted(self._lags)
        return lags[int(0.95 * len(lags))] if lags else 0.0

    async def open(self, hears: Hears) -> None:
        """Begin with all decoders, or with those that can be had now; NoNursery."""
        self._hears = hears
        self._births.watch(self._no_more)
        for _ in range(self._size):
            if await self._tried() is not None:
                self._begin(self._add())
        self._begin(self._watch())

    async def close(self) -> None:
        """End all decoders."""
        self._is_closing = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(line.close() for line in self._lines))

    def join(self) -> Listened:
        """A new stream; heard by whichever decoder has the fewest."""
        self._numbers += 1
        stream = self._streams[self._numbers] = Listened(self._numbers, self._clock)
        self._seat(stream)
        return stream

    def leave(self, stream: Listened) -> None:
        """Hear it no more."""
        line = stream.line
        stream.unseat()
        self._streams.pop(stream.number, None)
        self._end_if_empty(line)
        if not self._streams:
            self._lags.clear()

    def _seat(self, stream: Listened) -> None:
        able = [line for line in self._lines if not line.is_leaving]
        if able:
            stream.seat(min(able, key=lambda line: len(self._of(line))))

    def _of(self, line: DecoderLine) -> list[Listened]:
        return [stream for stream in self._streams.values() if stream.line is line]

    def _heard(self, line: DecoderLine, event: Event | None) -> None:
        if event is None:
            self._died(line)
        elif isinstance(event, Tired):
            _log.info("a decoder is replaced", process=line.process, why=event.why)
            line.is_leaving = True
            self._begin(self._relieve(line))
        else:
            stream = self._streams.get(event.stream)
            # What a decoder still says of a stream that was given to another one is old.
            if stream is not None and stream.line is line:
                self._happened(stream, event)
                if line.is_leaving and stream.line is line and not stream.is_speaking:
                    self._reseat(stream)

    def _happened(self, stream: Listened, event: Speaking | Quiet | Cut | Spoken | Done | Broke) -> None:
        hears = self._hears
        match event:
            case Done():
                SPEECH_DECODING.inc(event.seconds)
                lag = stream.done(event)
                SPEECH_LAG.observe(lag)
                self._lags.append(lag)
            case Speaking() if hears is not None:
                begun = not stream.is_speaking
                stream.spoke(event)
                hears.speaks(stream.number, event.turn, begun=begun)
            case Cut() if hears is not None:
                hears.cuts(stream.number, event.turn)
            case Spoken() if hears is not None:
                stream.paused()
                hears.said(stream.number, event.heard, moves=event.moves)
            case Broke():
                _log.warning("a recogniser broke", fault=event.fault)
                self._again(stream)
            case Quiet() if hears is not None:
                stream.paused()
                hears.falls_silent(stream.number, event.turn)
            case _:
                pass

    def _died(self, line: DecoderLine) -> None:
        if line not in self._lines or self._is_closing:
            return
        self._lines.remove(line)
        held = self._of(line)
        for stream in held:
            stream.line = None
        SPEECH_DECODERS_LOST.inc()
        _log.error("a decoder has died", process=line.process, streams=len(held))
        if not line.is_leaving:
            self._begin(self._replace())
        for stream in held:
            self._again(stream)

    def _again(self, stream: Listened) -> None:
        """Have another decoder hear the utterance that broke one; what breaks two is asked for by keys."""
        if stream.is_speaking:
            stream.again += 1
            if stream.again >= TRIES:
                self._give_up(stream)
        self._seat(stream)

    def _give_up(self, stream: Listened) -> None:
        request = stream.request
        stream.listen(None)
        if request is not None and self._hears is not None:
            lost = Heard(request.call, request.turn, (), "", lost=True)
            self._hears.said(stream.number, lost, moves=True)

    def _reseat(self, stream: Listened) -> None:
        if not self.able:
            return  # the tired one goes on until another one is there
        line = stream.line
        stream.unseat()
        self._seat(stream)
        self._end_if_empty(line)

    async def _relieve(self, line: DecoderLine) -> None:
        """Another decoder in the place of one that is tired; whoever speaks there ends the sentence first."""
        await self._add()
        for stream in self._of(line):
            if not stream.is_speaking:
                self._reseat(stream)
        self._end_if_empty(line)

    def _end_if_empty(self, line: DecoderLine | None) -> None:
        if line is not None and line.is_leaving and line in self._lines and not self._of(line):
            self._lines.remove(line)
            self._begin(line.close())

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
        for stream in self._streams.values():
            if stream.line is None:
                self._seat(stream)
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
