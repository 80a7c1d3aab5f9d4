"""One call held over one WebSocket: what happens comes down in order, what the caller does goes up in order.

    /exchange/line?from=NUMBER&to=NUMBER[&speed=8]    places a call
    /exchange/line?follow=SID[&after=N][&watch=1]     joins a call, from its event N + 1 on; who only
                                                      watches does not keep the caller on the line

Down: first {"call": SID}, or {"error": ...} and the end; then every event of the tape; {"error": ...} for a
deed that cannot be done. Up: the deeds of deeds.py. The socket closes when nothing more will come.

A socket and not requests: a browser opens six connections to a host and no more, so twenty telephones that
each wait for news would stall one another; and two keys in two requests may overtake each other.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from exchange.calls.party import Live
from exchange.faults import DialledWrong
from exchange.surface.deeds import FASTEST, SLOWEST, do
from exchange.surface.requests import Refused, table_of, text_of
from exchange.switchboard import Plan, Switchboard

# In real seconds. How long a caller whose socket broke may take to come back, before they have hung up.
COMING_BACK = 5.0
LONGEST_WAIT = 20.0
LONGEST_SENDING = 10.0
LONGEST_NUMBER = 128  # characters; a SIP address is no shorter

# RFC 6455, section 7.4.1.
_DONE, _CANNOT_READ = 1000, 1003
# How Starlette says that the other end has gone, or does not read.
BROKEN = (WebSocketDisconnect, RuntimeError, TimeoutError)


@dataclass(frozen=True, slots=True)
class _Held:
    board: Switchboard
    socket: WebSocket
    sid: str

    async def send(self, table: Mapping[str, Any]) -> None:
        # Whoever does not read what they asked for has gone, and says so late.
        async with asyncio.timeout(LONGEST_SENDING):
            await self.socket.send_json(table)


def routes(board: Switchboard) -> list[BaseRoute]:
    """The route of the line."""
    handsets = _Handsets(board)

    async def line(socket: WebSocket) -> None:
        await socket.accept()
        try:
            sid, after = _joined(board, socket.query_params)
        except (Refused, DialledWrong) as refused:
            await socket.send_json({"error": str(refused)})
            await socket.close(_DONE)
            return
        held = _Held(board, socket, sid)
        if "follow" in socket.query_params and socket.query_params.get("watch") == "1":
            await _hold(held, after)
            return
        with handsets.held(sid):
            await _hold(held, after)

    return [WebSocketRoute("/exchange/line", line)]


def _joined(board: Switchboard, asked: Mapping[str, str]) -> tuple[str, int]:
    """The call that is meant, placed if need be, and the event after which to begin."""
    if "follow" not in asked:
        from_, to = (text_of(dict(asked), name, LONGEST_NUMBER) for name in ("from", "to"))
        return board.dial(Plan(from_, to, speed=_speed(asked.get("speed")))).sid, 0
    sid, after = asked["follow"], asked.get("after", "0")
    if not board.tape.events(sid):
        raise Refused(f"there is no call {sid}")
    if not (after.isascii() and after.isdigit() and len(after) < 10):
        raise Refused('"after" is the number of an event')
    return sid, int(after)


def _speed(told: str | None) -> float | None:
    if told is None:
        return None
    try:
        speed = float(told)
    except ValueError:
        speed = 0.0
    if not SLOWEST <= speed <= FASTEST:
        raise Refused(f'"speed" is a number from {SLOWEST:g} to {FASTEST:g}')
    return speed


async def _hold(held: _Held, after: int) -> None:
    """Serve the socket until the call is told to its end, or the socket is gone."""
    both = [asyncio.create_task(_tell(held, after)), asyncio.create_task(_listen(held))]
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in both:
            task.cancel()
        outcomes = await asyncio.gather(*both, return_exceptions=True)
    for outcome in outcomes:
        # A socket that broke is no fault of anybody; everything else is one of ours.
        if isinstance(outcome, Exception) and not isinstance(outcome, BROKEN):
            raise outcome
    if held.socket.application_state is WebSocketState.CONNECTED:
        await close(held.socket, _DONE)


async def _tell(held: _Held, after: int) -> None:
    await held.send({"call": held.sid})
    while True:
        events = await held.board.followers.events_after(held.sid, after, LONGEST_WAIT)
        for event in events:
            await held.send(event.as_json())
            after = event.sequence
        if not events and not held.board.goes_on(held.sid):
            return


async def _listen(held: _Held) -> None:
    while True:
        message = await held.socket.receive()
        if message["type"] == "websocket.disconnect":
            return
        if message.get("text") is None:
            await held.send({"error": "a frame is a JSON object, as text"})
            await close(held.socket, _CANNOT_READ)
            return
        await _do(held, message["text"])


async def _do(held: _Held, frame: str) -> None:
    try:
        table = table_of(frame)
        call = held.board.in_progress(held.sid)
        if call is not None:
            await do(call, table, held.board.voices)
    except Refused as refused:
        await held.send({"error": str(refused)})


async def close(socket: WebSocket, code: int, why: str | None = None) -> None:
    """Close a socket, or find it closed."""
    try:
        await socket.close(code, why)
    except BROKEN:
        # It has been closed from the other end meanwhile.
        return


class _Handsets:
    """How many sockets hold each call; a call that none holds any more is left by its caller."""

    def __init__(self, board: Switchboard) -> None:
        self._board = board
        self._holding: Counter[str] = Counter()
        self._leaving: dict[str, asyncio.TimerHandle] = {}

    @contextmanager
    def held(self, sid: str) -> Iterator[None]:
        """While a socket holds the call."""
        self._holding[sid] += 1
        if (leaving := self._leaving.pop(sid, None)) is not None:
            leaving.cancel()
        try:
            yield
        finally:
            self._holding[sid] -= 1
            if not self._holding[sid]:
                del self._holding[sid]
                self._let_go(sid)

    def _let_go(self, sid: str) -> None:
        call = self._board.in_progress(sid)
        # A script goes on without anybody who looks on.
        if call is not None and isinstance(call.party, Live):
            loop = asyncio.get_running_loop()
            self._leaving[sid] = loop.call_later(COMING_BACK, self._leave, sid)

    def _leave(self, sid: str) -> None:
        self._leaving.pop(sid, None)
        call = self._board.in_progress(sid)
        if call is not None and not self._holding[sid]:
            call.line.hang_up()
