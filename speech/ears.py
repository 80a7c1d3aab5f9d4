"""Every call that is being heard: what is asked for it, what was heard of it, and who is told."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from msgspec.structs import replace

from foundation.clock import Clock
from foundation.logs import logger
from foundation.metrics import SPEECH_HEARD, SPEECH_STREAMS
from speech.crew import Crew
from speech.faults import survived
from speech.listened import Listened
from speech.mailbox import Mailbox, MailboxGone
from speech.messengers import BargeIn, Messengers
from speech.requests import Heard, ListenRequest, Service

SERVES_EVERY = 1.0  # seconds; the mailbox forgets us after three
OPEN_EVERY = 2.0  # seconds; it forgets a stream after six

_log = logger("speech")


@dataclass(slots=True)
class Live:
    """One call that is heard: its stream's name, its sound, and the newest turn that was asked for."""

    call: str
    name: str
    sound: Listened
    turn: int = -1


class Ears:
    """The room of all live streams. Everything but the threads runs in one event loop.

    `hears`: what is said of it while nobody is heard; so many streams have room. `barge_in` has the live call
    moved to what was heard for a turn; it may take its time, and raise.
    """

    def __init__(self, mailbox: Mailbox, crew: Crew, barge_in: BargeIn, clock: Clock, hears: Service) -> None:
        self._mailbox = mailbox
        self._crew = crew
        self._clock = clock
        self._hears = hears
        self._calls: dict[str, Live] = {}
        self._streams: dict[int, Live] = {}
        self._messengers = Messengers(mailbox, barge_in)
        self._tasks: list[asyncio.Task[None]] = []
        self._is_draining = False

    @property
    def free(self) -> int:
        """How many further calls can be heard now, so that nobody is heard late."""
        if self._is_draining:
            return 0
        return max(0, min(self._hears.free - len(self._streams), self._crew.room))

    def has_room_for(self, call: str) -> bool:
        """Whether this call can be heard: one that is heard already leaves its older stream's place."""
        return call in self._calls or self.free > 0

    @property
    def service(self) -> Service:
        """What is said of it."""
        return replace(self._hears, free=self.free)

    @property
    def heard_now(self) -> int:
        """How many calls are heard at this moment."""
        return len(self._streams)

    @property
    def lag(self) -> float:
        """Seconds within which 95 in 100 of the newest pieces of sound were worked through."""
        return self._crew.lag()

    @property
    def working(self) -> float:
        """How many decoders are at work at a time."""
        return self._crew.working()

    @property
    def is_able(self) -> bool:
        """Whether a decoder lives."""
        return self._crew.able > 0

    def open(self) -> None:
        """Begin to follow what is asked, and to say that we are there."""
        self._messengers.follow(self.asked)
        self._tasks = [asyncio.create_task(self._say()), asyncio.create_task(self._look_again())]

    def drain(self) -> None:
        """Take no further call; those that are heard go on being so."""
        self._is_draining = True
        self._messengers.post(self._mailbox.serves, self.service)

    async def close(self) -> None:
        """End what `open` began; what is on its way to the mailbox arrives."""
        self._messengers.end()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._messengers.close()

    async def take_token(self, token: str) -> bool:
        """Whether nobody has taken it; without Redis nobody has it."""
        try:
            return await self._messengers.answer(self._mailbox.take_token, token)
        except MailboxGone:
            return False

    async def begin(self, call: str, name: str) -> Live:
        """Hear this call. An older stream of it is heard no more."""
        older = self._calls.get(call)
        if older is not None:
            self.end(older)
        live = Live(call, name, self._crew.join())
        self._calls[call] = self._streams[live.sound.number] = live
        SPEECH_STREAMS.inc()
        self._messengers.post(self._mailbox.opened, call, name)
        try:
            await self._ask_again(live)
        except BaseException:  # whoever waits for it is gone: nobody else would end it
            self.end(live)
            raise
        return live

    def end(self, live: Live) -> None:
        """Hear it no more; said twice it is no fault."""
        if self._streams.pop(live.sound.number, None) is None:
            return
        if self._calls.get(live.call) is live:
            del self._calls[live.call]
        SPEECH_STREAMS.dec()
        self._crew.leave(live.sound)
        self._messengers.post(self._mailbox.closed, live.call, live.name)

    def is_heard(self, live: Live) -> bool:
        """Whether no younger stream has taken its place."""
        return live.sound.number in self._streams

    def asked(self, request: ListenRequest) -> None:
        """A call is to be heard for a turn; an older turn than the one at hand is over."""
        live = self._calls.get(request.call)
        if live is None or request.turn <= live.turn:
            return
        with survived("a turn"):
            live.sound.listen(request if request.language in self._hears.languages else None)
            live.turn = request.turn  # only now: what went wrong is asked again
            _log.debug("a turn is heard", call=request.call, turn=request.turn, language=request.language)

    def speaks(self, stream: int, turn: int, *, begun: bool) -> None:
        live = self._streams.get(stream)
        if live is not None and turn == live.turn:
            self._messengers.post(self._mailbox.begins if begun else self._mailbox.speaks, live.call, turn)

    def falls_silent(self, stream: int, turn: int) -> None:
        live = self._streams.get(stream)
        if live is not None and turn == live.turn:
            self._messengers.post(self._mailbox.falls_silent, live.call, turn)

    def cuts(self, stream: int, turn: int) -> None:
        live = self._streams.get(stream)
        if live is not None and turn == live.turn:
            self._messengers.move(live.call, turn)

    def said(self, stream: int, heard: Heard, *, moves: bool) -> None:
        live = self._streams.get(stream)
        if live is None or heard.turn != live.turn:
            return  # an answer to a question that is over
        outcome = "lost" if heard.lost else "words" if heard.alternatives else "nothing"
        SPEECH_HEARD.labels(outcome).inc()
        _log.info("an utterance", call=live.call, turn=heard.turn, outcome=outcome, seconds=heard.seconds)
        self._messengers.propose(heard, moves=moves)

    async def _ask_again(self, live: Live) -> None:
        with survived("a request"):
            request = await self._messengers.answer(self._mailbox.request, live.call)
            if request is not None:
                self.asked(request)

    async def _say(self) -> None:
        while True:
            with survived("saying that we are there"):
                says = self._mailbox.still_serves if self._is_draining else self._mailbox.serves
                self._messengers.post(says, self.service)
            await asyncio.sleep(SERVES_EVERY)

    async def _look_again(self) -> None:
        """Say which streams are open, and read what is asked for them: a publication may have been lost."""
        while True:
            await asyncio.sleep(OPEN_EVERY)
            with survived("looking again"):
                await self._tell_of_all()

    async def _tell_of_all(self) -> None:
        told = {live.call: live.name for live in self._streams.values()}
        for request in await self._messengers.answer(self._mailbox.still_open, told):
            self.asked(request)
        for call, name in told.items():  # what has changed while we said it
            live = self._calls.get(call)
            if live is None:
                self._messengers.post(self._mailbox.closed, call, name)
            elif live.name != name:
                self._messengers.post(self._mailbox.opened, call, live.name)
