"""A TCP proxy between the hotline and what it depends on: fair at first, then as unkind as it is told.

with Proxy(port_of_redis) as proxy:         # clients connect to 127.0.0.1, proxy.port
    proxy.change(Way.BACK, Weather(delay=0.3))   # each reply is late, on connections that live as on new ones
    proxy.swallow(b"COMMIT")                # the next request with these bytes is done, its reply never comes
"""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from storms.weather import FAIR, HOLE, Passed, Way, Weather

HOST = "127.0.0.1"
OPENING = 10.0  # seconds to open, to close, or to make a change
CONNECT_LIMIT = 10.0  # seconds until the server behind has taken a connection
WAITING = 512  # connections that wait to be accepted
LARGEST = 1 << 16  # bytes taken at once; what is not taken waits at its sender
SLICE_GAP = 0.0002  # seconds between slices: without them the kernel would join what was cut
RESET = struct.pack("ii", 1, 0)  # linger for no time: closing sends a reset


@dataclass(slots=True)
class _Swallow:
    containing: bytes
    left: int
    silent: bool


@dataclass(slots=True, eq=False)
class _Link:
    """A client's connection and the one behind it. `since` counts the bytes since the weather changed."""

    writers: dict[Way, asyncio.StreamWriter]  # where the bytes of each direction go
    since: dict[Way, int] = field(default_factory=lambda: dict.fromkeys(Way, 0))
    spoke: Way | None = None
    swallow: _Swallow | None = None

    def reset(self) -> None:
        for writer in self.writers.values():
            plug = writer.get_extra_info("socket")
            if plug is not None and plug.fileno() >= 0:
                plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            writer.transport.abort()


class Proxy:
    """Stands before the port `target` of this machine. A context manager; steered from any thread."""

    def __init__(self, target: int) -> None:
        self._target = target
        self.port = 0
        self._weather = dict.fromkeys(Way, FAIR)
        self._links: set[_Link] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._swallows: list[_Swallow] = []
        self._counts: Counter[str] = Counter()
        self._closing, self._changed = asyncio.Event(), asyncio.Event()

    def __enter__(self) -> Self:
        opened: Future[None] = Future()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live(opened)), daemon=True)
        self._thread.start()
        opened.result(OPENING)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._closing.set)
        self._thread.join(OPENING)

    def change(self, way: Way, weather: Weather) -> None:
        """From now on the bytes of this direction fare so, also those that wait."""

        def changed() -> None:
            self._weather[way] = weather
            for link in self._links:
                link.since[way] = 0
            self._changed.set()
            self._changed.clear()

        self._do(changed)

    def black_hole(self) -> None:
        """Nothing passes in either direction; connecting works, as with a server that is frozen."""
        for way in Way:
            self.change(way, HOLE)

    def clear(self) -> None:
        """Fair weather in both directions, and no reply is kept back any more."""
        self._do(self._swallows.clear)
        for way in Way:
            self.change(way, FAIR)

    def reset(self) -> None:
        """Reset every connection that lives; new ones are served."""

        def all_cut() -> None:
            for link in list(self._links):
                self._cut(link)

        self._do(all_cut)

    def swallow(self, containing: bytes, times: int = 1, *, silent: bool = False) -> None:
        """The next requests with these bytes reach the server, and their reply is kept back.

        Then the connection is reset, or if `silent` stays open and says nothing more. The bytes must stand
        in one piece of what the client sends, as the commands of our clients do.
        """
        self._do(lambda: self._swallows.append(_Swallow(containing, times, silent)))

    def refuse(self) -> None:
        """Take no new connection until `listen`; those that live go on."""
        self._do(self._server_closed)

    def listen(self) -> None:
        """Take connections again, on the same port."""
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(OPENING)

    def lead_to(self, target: int) -> None:
        """New connections go to another port of this machine; those that live stay where they are."""
        self._target = target

    def passed(self) -> Passed:
        """What went through until now."""
        return Passed(**self._counts)

    def _do(self, deed: Callable[[], object]) -> None:
        done: Future[None] = Future()

        def doing() -> None:
            deed()
            done.set_result(None)

        self._loop.call_soon_threadsafe(doing)
        done.result(OPENING)

    async def _live(self, opened: Future[None]) -> None:
        self._loop = asyncio.get_running_loop()
        try:
            await self._listen()
        except OSError as error:
            opened.set_exception(error)  # whoever opens it waits for this
            return
        opened.set_result(None)
        await self._closing.wait()
        self._server_closed()
        for link in self._links:
            link.reset()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._accepted, HOST, self.port, backlog=WAITING)
        self.port = self._server.sockets[0].getsockname()[1]

    def _server_closed(self) -> None:
        self._server.close()

    def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._counts["connections"] += 1
        task = self._loop.create_task(self._carry(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(CONNECT_LIMIT):
                behind, to_behind = await asyncio.open_connection(HOST, self._target)
        except OSError:
            _Link({Way.BACK: writer}).reset()  # as near as a proxy comes to a connection that is refused
            return
        link = _Link({Way.THERE: to_behind, Way.BACK: writer})
        self._links.add(link)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pump(link, Way.THERE, reader))
                both.create_task(self._pump(link, Way.BACK, behind))
        except* OSError:
            link.reset()
        finally:
            self._links.discard(link)
            for line in link.writers.values():
                line.close()

    async def _pump(self, link: _Link, way: Way, reader: asyncio.StreamReader) -> None:
        while chunk := await reader.read(LARGEST):
            if not self._kept_back(link, way, chunk):
                await self._pass(link, way, chunk)
        if link.writers[way].can_write_eof():
            link.writers[way].write_eof()

    def _kept_back(self, link: _Link, way: Way, chunk: bytes) -> bool:
        """Note what came, and whether it is the reply that must not arrive."""
        turned, link.spoke = link.spoke is not way, way
        if way is Way.THERE:
            self._counts["rounds"] += turned
            link.swallow = link.swallow or self._armed(chunk)
            return False
        if link.swallow is None:
            return False
        self._counts["swallowed"] += turned
        if not link.swallow.silent:
            self._cut(link)
        return True

    def _armed(self, chunk: bytes) -> _Swallow | None:
        for swallow in self._swallows:
            if swallow.left and swallow.containing in chunk:
                swallow.left -= 1
                return swallow
        return None

    async def _pass(self, link: _Link, way: Way, chunk: bytes) -> None:
        while (weather := self._weather[way]).held:
            await self._changed.wait()
        if weather.delay:
            await asyncio.sleep(weather.delay)
        whole = len(chunk)
        if weather.cut_after is not None:
            chunk = chunk[: max(0, weather.cut_after - link.since[way])]
        link.since[way] += len(chunk)
        self._counts[way.name.lower()] += len(chunk)
        await _write(link.writers[way], chunk, weather.slice)
        if len(chunk) < whole:
            self._cut(link)

    def _cut(self, link: _Link) -> None:
        self._counts["resets"] += 1
        link.reset()


async def _write(writer: asyncio.StreamWriter, chunk: bytes, step: int) -> None:
    if not step:
        writer.write(chunk)
        await writer.drain()
        return
    for start in range(0, len(chunk), step):
        writer.write(chunk[start : start + step])
        await writer.drain()
        await asyncio.sleep(SLICE_GAP)
