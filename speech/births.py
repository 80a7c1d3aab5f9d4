"""Asking the nursery for decoder processes, and for the end of one that has frozen."""

from __future__ import annotations

import asyncio
import socket

from speech.nursery import ANSWER, FORK, KILL, WORD

BORN_WITHIN = 5.0  # seconds that a fork may take


class NoNursery(Exception):
    """The parent has gone, or does not answer: no decoder can be had any more."""


class Births:
    """The speech process's end of the socket to the nursery; one fork at a time."""

    def __init__(self, nursery: socket.socket) -> None:
        self._nursery = nursery
        self._nursery.setblocking(False)  # noqa: FBT003  # theirs
        self._one = asyncio.Lock()

    async def decoder(self) -> tuple[int, socket.socket]:
        """The number of a new decoder process, and the socket to it. NoNursery."""
        async with self._one:
            await self._said(WORD.pack(FORK, 0))
            try:
                await asyncio.wait_for(self._readable(), BORN_WITHIN)
                answer, files, _, _ = socket.recv_fds(self._nursery, ANSWER.size, 1)
            except (TimeoutError, OSError) as fault:
                raise NoNursery from fault
        if not files:
            raise NoNursery
        return ANSWER.unpack(answer)[0], socket.socket(fileno=files[0])

    async def end(self, decoder: int) -> None:
        """End a decoder at once; NoNursery."""
        await self._said(WORD.pack(KILL, decoder))

    async def _said(self, word: bytes) -> None:
        try:
            await asyncio.get_running_loop().sock_sendall(self._nursery, word)
        except OSError as fault:
            raise NoNursery from fault

    async def _readable(self) -> None:
        loop = asyncio.get_running_loop()
        ready: asyncio.Future[None] = loop.create_future()

        def wake() -> None:
            if not ready.done():
                ready.set_result(None)

        loop.add_reader(self._nursery, wake)
        try:
            await ready
        finally:
            loop.remove_reader(self._nursery)
