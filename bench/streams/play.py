"""All callers of one step: they come one after the other, speak together, and are watched meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from bench.streams.callers import Caller, to_peer, to_us

COME = 20.0  # callers a second
ASKED_EVERY = 0.2  # seconds between two questions to our socket

Speaks = Callable[[Caller, float], Coroutine[None, None, None]]  # until a moment of the clock


@dataclass(frozen=True, slots=True)
class Play:
    """They speak for so many `seconds` once all have come.

    `window` is entered when all have come, or with the first of them (`from_first`), and left before they
    hang up. `answered`: in how many seconds the speech process answered other questions meanwhile.
    """

    callers: Sequence[Caller]
    port: int
    seconds: float
    window: Callable[[], AbstractContextManager[None]]
    from_first: bool = False
    answered: list[float] = field(default_factory=list)

    async def to_us(self) -> None:
        """To the speech process."""
        asking = asyncio.create_task(self._ask())
        await self._all(lambda caller, until: to_us(caller, self.port, until))
        asking.cancel()

    async def to_peer(self, phrases: tuple[str, ...]) -> None:
        """To the peer."""
        await self._all(lambda caller, until: to_peer(caller, self.port, until, phrases))

    async def _all(self, speaks: Speaks) -> None:
        come = len(self.callers) / COME
        until = time.monotonic() + come + self.seconds
        tasks = [
            asyncio.create_task(_after(place / COME, speaks, caller, until))
            for place, caller in enumerate(self.callers)
        ]
        await asyncio.sleep(0.0 if self.from_first else come)
        for caller in self.callers:
            caller.forget()
        self.answered.clear()
        with self.window():
            await asyncio.sleep(until - time.monotonic())
        await asyncio.gather(*tasks)

    async def _ask(self) -> None:
        """How late it answers is how late it reads its sockets."""
        while True:
            asked = time.monotonic()
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(b"GET /health/live HTTP/1.1\r\nHost: here\r\n\r\n")
            await reader.read()
            writer.close()
            self.answered.append(time.monotonic() - asked)
            await asyncio.sleep(ASKED_EVERY)


async def _after(wait: float, speaks: Speaks, caller: Caller, until: float) -> None:
    await asyncio.sleep(wait)
    await speaks(caller, until)
