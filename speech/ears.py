"""Every call that is being heard: what is asked for it, what was heard of it, and who is told."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from msgspec.structs import replace

from foundation.clock import Clock
from foundation.logs import logger
from foundation.metrics import SPEECH_HEARD, SPEECH_STREAMS
from speech.crew import LAG_AT_MOST, Crew
from speech.faults import survived, told
from speech.hands import Hands
from speech.listened import Listened
from speech.mailbox import Mailbox, MailboxGone
from speech.requests import Heard, ListenRequest, Service

MAILBOX_THREADS, CARRIER_THREADS = 4, 8
LETTERS_WAITING = 500  # beyond them Redis is too slow to be told; what is said again is told later
MOVES_WAITING = 64  # beyond them a call is not moved: its empty Gather finds what was heard
SERVES_EVERY = 1.0  # seconds; the mailbox forgets us after three
OPEN_EVERY = 2.0  # seconds; it forgets a stream after six
FOLLOWS_AGAIN = 0.5  # seconds after Redis was gone

P = ParamSpec("P")
T = TypeVar("T")
BargeIn = Callable[[str, int], None]

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
        self._barge_in = barge_in
        self._clock = clock
        self._hears = hears
        self._calls: dict[str, Live] = {}
        self._streams: dict[int, Live] = {}
        self._letters = Hands("mailbox", MAILBOX_THREADS, LETTERS_WAITING)
        self._carrier = Hands("carrier", CARRIER_THREADS, MOVES_WAITING)
        self._ending = threading.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._is_draining = False

    @property
    def free(self) -> int:
        """How many further calls can be heard now; none while those that are heard are heard late."""
        if self._is_draining or not self._crew.able or self._crew.lag() > LAG_AT_MOST:
            return 0
        return max(0, self._hears.free - len(self._streams))

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
    def is_able(self) -> bool:
        """Whether a decoder lives."""
        return self._crew.able > 0

    def open(self) -> None:
        """Begin to follow what is asked, and to say that we are there."""
        loop = asyncio.get_running_loop()
        threading.Thread(target=self._follow, args=(loop,), name="follow", daemon=True).start()
        self._tasks = [asyncio.create_task(self._say()), asyncio.create_task(self._look_again())]

    def drain(self) -> None:
        """Take no further call, and say nothing of ourselves any more."""
        self._is_draining = True

    async def close(self) -> None:
        """End what `open` began; what is on its way to the mailbox arrives."""
        self._ending.set()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._carrier.drop()
        await asyncio.to_thread(self._letters.close)

    async def take_token(self, token: str) -> bool:
        """Whether nobody has taken it; without Redis nobody has it."""
        try:
            return await self._letter(self._mailbox.take_token, token)
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
        self._post(self._mailbox.opened, call, name)
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
        self._post(self._mailbox.closed, live.call, live.name)

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
            self._post(self._mailbox.begins if begun else self._mailbox.speaks, live.call, turn)

    def falls_silent(self, stream: int, turn: int) -> None:
        live = self._streams.get(stream)
        if live is not None and turn == live.turn:
            self._post(self._mailbox.falls_silent, live.call, turn)

    def cuts(self, stream: int, turn: int) -> None:
        live = self._streams.get(stream)
        if live is not None and turn == live.turn:
            self._begin_move(live.call, turn)

    def said(self, stream: int, heard: Heard, *, moves: bool) -> None:
        live = self._streams.get(stream)
        if live is None or heard.turn != live.turn:
            return  # an answer to a question that is over
        outcome = "lost" if heard.lost else "words" if heard.alternatives else "nothing"
        SPEECH_HEARD.labels(outcome).inc()
        _log.info("an utterance", call=live.call, turn=heard.turn, outcome=outcome, seconds=heard.seconds)
        self._post(self._propose, heard, moves)

    def _propose(self, heard: Heard, moves: bool) -> None:  # noqa: FBT001  # in a thread, by position
        self._mailbox.propose(heard)
        if moves:
            self._begin_move(heard.call, heard.turn)

    def _begin_move(self, call: str, turn: int) -> None:
        # Beyond the bound nothing is lost: the Gather that ends empty reads the mailbox.
        if not self._ending.is_set():
            self._carrier.do(self._move, call, turn)

    def _move(self, call: str, turn: int) -> None:
        try:
            # Only while that turn is listened for: a move would cut short whatever the call does since.
            asked = self._mailbox.request(call)
            if asked is not None and asked.turn == turn:
                self._barge_in(call, turn)
        except Exception as fault:  # noqa: BLE001  # the carrier's and the network's; nothing is lost by it
            _log.warning("a call was not moved", call=call, turn=turn, fault=type(fault).__name__)

    def _post(self, what: Callable[P, object], *with_: P.args, **named: P.kwargs) -> None:
        """Do it in a thread of the mailbox; while Redis is gone it is left undone."""
        if not self._ending.is_set():
            self._letters.do(_undone, what, *with_, **named)

    async def _letter(self, what: Callable[P, T], *with_: P.args, **named: P.kwargs) -> T:
        """MailboxGone also where too much waits for Redis."""
        doing = self._letters.do(what, *with_, **named)
        if doing is None:
            raise MailboxGone("too much waits for it")
        return await asyncio.wrap_future(doing)

    async def _ask_again(self, live: Live) -> None:
        with survived("a request"):
            request = await self._letter(self._mailbox.request, live.call)
            if request is not None:
                self.asked(request)

    async def _say(self) -> None:
        while True:
            with survived("saying that we are there"):
                if not self._is_draining:
                    self._post(self._mailbox.serves, self.service)
            await asyncio.sleep(SERVES_EVERY)

    async def _look_again(self) -> None:
        """Say which streams are open, and read what is asked for them: a publication may have been lost."""
        while True:
            await asyncio.sleep(OPEN_EVERY)
            with survived("looking again"):
                await self._tell_of_all()

    async def _tell_of_all(self) -> None:
        told = {live.call: live.name for live in self._streams.values()}
        for request in await self._letter(self._mailbox.still_open, told):
            self.asked(request)
        for call, name in told.items():  # what has changed while we said it
            live = self._calls.get(call)
            if live is None:
                self._post(self._mailbox.closed, call, name)
            elif live.name != name:
                self._post(self._mailbox.opened, call, live.name)

    def _follow(self, loop: asyncio.AbstractEventLoop) -> None:
        """The thread that hears every request as it is published."""
        while not self._ending.is_set():
            try:
                with closing(self._mailbox.follow()) as following:
                    while not self._ending.is_set():
                        request = following.next(FOLLOWS_AGAIN)
                        if request is not None:
                            loop.call_soon_threadsafe(self.asked, request)
            # What is published meanwhile is read by _look_again.
            except MailboxGone:
                self._ending.wait(FOLLOWS_AGAIN)
            except Exception as fault:  # noqa: BLE001  # without this thread every turn would be heard late
                if loop.is_closed():
                    return
                told("following", fault)
                self._ending.wait(FOLLOWS_AGAIN)


def _undone(what: Callable[P, object], /, *with_: P.args, **named: P.kwargs) -> None:
    with survived("a letter"):
        what(*with_, **named)
