"""Threads between the streams and whoever takes their time: the mailbox and the carrier."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import closing
from typing import ParamSpec, TypeVar

from foundation.logs import logger
from speech.faults import survived, told
from speech.hands import Hands
from speech.mailbox import Mailbox, MailboxGone
from speech.requests import Heard, ListenRequest

MAILBOX_THREADS, CARRIER_THREADS = 4, 8
LETTERS_WAITING = 500  # beyond them Redis is too slow to be told; what is said again is told later
MOVES_WAITING = 64  # beyond them a call is not moved: its empty Gather finds what was heard
FOLLOWS_AGAIN = 0.5  # seconds after Redis was gone

P = ParamSpec("P")
T = TypeVar("T")
BargeIn = Callable[[str, int], None]

_log = logger("speech")


class Messengers:
    """`barge_in` has the live call moved to what was heard for a turn; it may take its time, and raise."""

    def __init__(self, mailbox: Mailbox, barge_in: BargeIn) -> None:
        self._mailbox = mailbox
        self._barge_in = barge_in
        self._letters = Hands("mailbox", MAILBOX_THREADS, LETTERS_WAITING)
        self._carrier = Hands("carrier", CARRIER_THREADS, MOVES_WAITING)
        self._ending = threading.Event()

    def follow(self, asked: Callable[[ListenRequest], None]) -> None:
        """From now on `asked` is told, in this loop, of every request as it is published."""
        loop = asyncio.get_running_loop()
        threading.Thread(target=self._follow, args=(loop, asked), name="follow", daemon=True).start()

    def post(self, what: Callable[P, object], *with_: P.args, **named: P.kwargs) -> None:
        """Have the mailbox told; while Redis is gone it is left undone."""
        if not self._ending.is_set():
            self._letters.do(_undone, what, *with_, **named)

    async def answer(self, what: Callable[P, T], *with_: P.args, **named: P.kwargs) -> T:
        """What the mailbox answers. MailboxGone also where too much waits for Redis."""
        doing = self._letters.do(what, *with_, **named)
        if doing is None:
            raise MailboxGone("too much waits for it")
        return await asyncio.wrap_future(doing)

    def propose(self, heard: Heard, *, moves: bool) -> None:
        """Leave what was heard in the mailbox; then, if it `moves`, the call is moved to it."""
        self.post(self._propose, heard, moves)

    def move(self, call: str, turn: int) -> None:
        """Have the call moved, if it is still listened to for that turn."""
        # Beyond the bound nothing is lost: the Gather that ends empty reads the mailbox.
        if not self._ending.is_set():
            self._carrier.do(self._move, call, turn)

    def end(self) -> None:
        """Take nothing more."""
        self._ending.set()

    async def close(self) -> None:
        """No call is moved any more; what is on its way to the mailbox arrives."""
        self._carrier.drop()
        await asyncio.to_thread(self._letters.close)

    def _propose(self, heard: Heard, moves: bool) -> None:  # noqa: FBT001  # in a thread, by position
        self._mailbox.propose(heard)
        if moves:
            self.move(heard.call, heard.turn)

    def _move(self, call: str, turn: int) -> None:
        try:
            # Only while that turn is listened for: a move would cut short whatever the call does since.
            asked = self._mailbox.request(call)
            if asked is not None and asked.turn == turn:
                self._barge_in(call, turn)
        except Exception as fault:  # noqa: BLE001  # the carrier's and the network's; nothing is lost by it
            _log.warning("a call was not moved", call=call, turn=turn, fault=type(fault).__name__)

    def _follow(self, loop: asyncio.AbstractEventLoop, asked: Callable[[ListenRequest], None]) -> None:
        """The thread that hears every request as it is published."""
        while not self._ending.is_set():
            try:
                with closing(self._mailbox.follow()) as following:
                    while not self._ending.is_set():
                        request = following.next(FOLLOWS_AGAIN)
                        if request is not None:
                            loop.call_soon_threadsafe(asked, request)
            # What is published meanwhile is read when all open streams are looked at again.
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
