"""One media stream: a WebSocket to whoever listens, and the caller's sound through it, every 20 ms of it.

Sources: https://www.twilio.com/docs/voice/media-streams and .../voice/twiml/stream. The handshake is signed
like a webhook without fields. A listener that does not read loses the oldest of what waits for it (31930).
"""

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, ConnectionClosedOK

from exchange.faults import STREAM_CLOSED, STREAM_REFUSED, STREAM_SLOW, CarrierFault
from exchange.media.door import opened
from exchange.media.messages import CONNECTED, Messages
from exchange.media.mouth import FRAME, Mouth, is_silent
from exchange.mishaps import Mishap

MOST_WAITING = 250  # frames: five seconds
LOSS = 0.05  # of all pieces, where some are lost
CLOSING = 2.0  # real seconds for a farewell

StreamEvent = Literal["stream-started", "stream-stopped", "stream-error"]
# Told what became of a stream, and what was wrong.
Tell = Callable[["Stream", StreamEvent, CarrierFault | None], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class StreamPlan:
    """A stream to begin: its name in the call, where it goes, and what is given to whoever listens there."""

    name: str
    url: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    status_url: str | None = None
    status_method: Literal["GET", "POST"] = "POST"


@dataclass(slots=True)
class Stream:
    """A stream of one call, from its opening to its end; `run` is its whole life."""

    sid: str
    plan: StreamPlan
    messages: Messages
    mouth: Mouth
    mishap: Mishap | None
    tell: Tell
    auth_token: str = field(repr=False)
    sent: int = 0
    lost: int = 0
    over: bool = False
    # Set once sound flows, or never will.
    settled: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    _waiting: deque[str] = field(default_factory=deque, repr=False)
    _more: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    _dice: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.sid)  # noqa: S311 - no secret hangs on which piece is lost

    def stop(self) -> None:
        """End it in good order; `run` returns when that is done."""
        self._stopping.set()

    async def run(self) -> None:
        """Open it, carry the sound until it is stopped or lost, and tell of both."""
        self.mouth.listeners += 1
        try:
            fault = await self._lived()
        finally:
            self.mouth.listeners -= 1
            self.over = True
            self.settled.set()
        if self.lost and fault is None:
            fault = CarrierFault(STREAM_SLOW, f"{self.plan.url}: {self.lost} pieces of sound were not read")
        await self.tell(self, "stream-error" if fault else "stream-stopped", fault)

    async def _lived(self) -> CarrierFault | None:
        """What ended it, if it was not stopped in good order."""
        try:
            socket = await self._opened()
            await self.tell(self, "stream-started", None)
            await self._carry(socket)
        except ConnectionClosedOK:
            # Whoever listens has enough; the call goes on.
            pass
        except ConnectionClosed as error:
            return CarrierFault(STREAM_CLOSED, f"{self.plan.url}: the socket was lost: {error}")
        except CarrierFault as refused:
            return refused
        return None

    async def _opened(self) -> ClientConnection:
        if self._suffers("refused"):
            raise CarrierFault(STREAM_REFUSED, f"{self.plan.url}: no connection: refused as planned")
        return await opened(self.plan.url, self.auth_token)

    async def _carry(self, socket: ClientConnection) -> None:
        self._put(CONNECTED)
        self._put(self.messages.start(self.plan.parameters))
        deeds = [
            asyncio.create_task(deed) for deed in (self._flow(socket), self._send(socket), _drain(socket))
        ]
        try:
            done, _ = await asyncio.wait(deeds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for deed in deeds:
                deed.cancel()
            await asyncio.gather(*deeds, return_exceptions=True)
        for deed in done:
            deed.result()
        try:
            async with asyncio.timeout(CLOSING):
                await socket.send(self.messages.stop())
                await socket.close()
        except TimeoutError:
            socket.transport.abort()

    async def _flow(self, socket: ClientConnection) -> None:
        """Cut the sound into pieces, each at its moment, until the stream is stopped."""
        began, pieces, late = self.mouth.now(), 0, 0.0
        spoken_since: float | None = None
        self.settled.set()
        while not self._stopping.is_set():
            at = pieces * FRAME
            due = began + at + FRAME + late - self.mouth.now()
            if due > 0 and await _sleeps(due / self.mouth.speed, self._stopping):
                return
            frame, pieces = self.mouth.frame(began + at), pieces + 1
            if spoken_since is None and not is_silent(frame):
                spoken_since = at
            self._cut_if_due(socket, at, spoken_since)
            late = self._lateness(at, spoken_since)
            if not (self._suffers("loss") and self._dice.random() < LOSS):
                self._put(self.messages.media(frame, at))

    def _cut_if_due(self, socket: ClientConnection, at: float, spoken_since: float | None) -> None:
        if self.mishap is None or not self._suffers("dropped") or spoken_since is None:
            return
        if at >= spoken_since + self.mishap.seconds:
            socket.transport.abort()

    def _lateness(self, at: float, spoken_since: float | None) -> float:
        if self.mishap and self._suffers("jitter"):
            return self._dice.uniform(0, self.mishap.seconds)
        if self.mishap and self._suffers("stalls") and spoken_since is not None:
            return max(spoken_since + self.mishap.seconds - at, 0.0)
        return 0.0

    def _suffers(self, kind: str) -> bool:
        return self.mishap is not None and self.mishap.kind == kind

    def _put(self, message: str) -> None:
        if len(self._waiting) >= MOST_WAITING:
            self._waiting.popleft()
            self.lost += 1
        self._waiting.append(message)
        self._more.set()

    async def _send(self, socket: ClientConnection) -> None:
        while True:
            while self._waiting:
                await socket.send(self._waiting.popleft())
                self.sent += 1
            self._more.clear()
            await self._more.wait()


async def _drain(socket: ClientConnection) -> None:
    """A stream to listen to takes nothing back: what comes is dropped, its end is noticed."""
    while True:
        await socket.recv()


async def _sleeps(seconds: float, until: asyncio.Event) -> bool:
    """Whether `until` was set before so many real seconds had passed."""
    try:
        await asyncio.wait_for(until.wait(), seconds)
    except TimeoutError:
        return False
    return True
