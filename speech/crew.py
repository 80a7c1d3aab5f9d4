"""Who hears which stream, and what becomes of a stream whose decoder dies or tires."""

from __future__ import annotations

from collections import deque
from typing import Protocol

from foundation.clock import Clock
from foundation.logs import logger
from foundation.metrics import SPEECH_ANSWERS, SPEECH_DECODING, SPEECH_LAG
from speech.decoder_line import DecoderLine
from speech.decoder_words import Broke, Cut, Done, Event, Quiet, Speaking, Spoken, Tired
from speech.decoders import Decoders
from speech.listened import Listened
from speech.load import Limits, Load
from speech.requests import Heard

TRIES = 2  # decoders that may break over one utterance
LAGS = 200  # pieces of sound whose lag is remembered,
REMEMBERED = 5.0  # for so many seconds: one caller brings ten a second
STANDS_STILL = 2.0  # seconds that a decoder may have a piece of sound; the end of a number takes a part of it

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
    """Keeps every stream on one of the decoders, and knows how much these have to do."""

    def __init__(self, decoders: Decoders, clock: Clock, limits: Limits | None = None) -> None:
        self._decoders = decoders
        self._clock = clock
        self._limits = limits or Limits()
        self._hears: Hears | None = None
        self._streams: dict[int, Listened] = {}
        self._numbers = 0
        self._lags: deque[tuple[float, float]] = deque(maxlen=LAGS)  # when it was, and how much
        self._load = Load()

    @property
    def able(self) -> int:
        """How many decoders take streams now."""
        return len(self._decoders.able)

    @property
    def room(self) -> int:
        """How many streams more would be heard in time, while those that are heard go on being so."""
        if self.lag() > self._limits.lag or self._stands_still():
            return 0
        return self._load.room(self.able, self._limits, self._clock.monotonic())

    def lag(self) -> float:
        """Seconds within which 95 in 100 of the newest pieces of sound were worked through."""
        since = self._clock.monotonic() - REMEMBERED
        lags = sorted(lag for at, lag in self._lags if at >= since)
        return lags[int(0.95 * len(lags))] if lags else 0.0

    def _stands_still(self) -> bool:
        """Whether a decoder does not come to an end with what it has; of that no lag tells."""
        return any(stream.waited() > STANDS_STILL for stream in self._streams.values())

    def working(self) -> float:
        """How many decoders are at work at a time; those who came last count with what they may cost."""
        return self._load.by(self._clock.monotonic()).working

    async def open(self, hears: Hears) -> None:
        """Begin with all decoders, or with those that can be had now; NoNursery."""
        self._hears = hears
        await self._decoders.open(self._heard, self._seat_all)

    async def close(self) -> None:
        """End all decoders."""
        await self._decoders.close()

    def join(self) -> Listened:
        """A new stream; heard by whichever decoder has the fewest."""
        self._numbers += 1
        stream = self._streams[self._numbers] = Listened(self._numbers, self._clock)
        self._load = self._load.taken(self._clock.monotonic())
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
            self._load = Load()

    def _seat(self, stream: Listened) -> None:
        able = self._decoders.able
        if able:
            stream.seat(min(able, key=lambda line: len(self._of(line))))

    def _seat_all(self) -> None:
        for stream in self._streams.values():
            if stream.line is None:
                self._seat(stream)

    def _of(self, line: DecoderLine) -> list[Listened]:
        return [stream for stream in self._streams.values() if stream.line is line]

    def _heard(self, line: DecoderLine, event: Event | None) -> None:
        if event is None:
            self._died(line)
        elif isinstance(event, Tired):
            _log.info("a decoder is replaced", process=line.process, why=event.why)
            self._decoders.relieve(line, lambda: self._relieve(line))
        else:
            if isinstance(event, Done):
                self._load = self._load.worked(event.took, self._clock.monotonic())
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
                self._lags.append((self._clock.monotonic(), lag))
            case Speaking() if hears is not None:
                begun = not stream.is_speaking
                stream.spoke(event)
                hears.speaks(stream.number, event.turn, begun=begun)
            case Cut() if hears is not None:
                hears.cuts(stream.number, event.turn)
            case Spoken() if hears is not None:
                stream.paused()
                if event.heard.alternatives:
                    SPEECH_ANSWERS.observe(event.silence + stream.waited())
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
        if not self._decoders.has_died(line):
            return
        held = self._of(line)
        _log.error("a decoder has died", process=line.process, streams=len(held))
        for stream in held:
            stream.line = None
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

    def _relieve(self, line: DecoderLine) -> None:
        """Another one is there in its place; whoever speaks ends the sentence where it began."""
        for stream in self._of(line):
            if not stream.is_speaking:
                self._reseat(stream)
        self._end_if_empty(line)

    def _reseat(self, stream: Listened) -> None:
        if not self._decoders.able:
            return  # the tired one goes on until another one is there
        line = stream.line
        stream.unseat()
        self._seat(stream)
        self._end_if_empty(line)

    def _end_if_empty(self, line: DecoderLine | None) -> None:
        if line is not None and line.is_leaving and not self._of(line):
            self._decoders.let_go(line)
