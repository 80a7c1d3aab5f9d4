"""Asking the nursery for decoder processes, and for the end of one that has frozen."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from collections.abc import Callable

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
        self._born: asyncio.Future[tuple[int, socket.socket]] | None = None

    def watch(self, gone: Callable[[], None]) -> None:
        """Begin to listen; `gone` is told when the nursery has ended."""
        asyncio.get_running_loop().add_reader(self._nursery, self._read, gone)

    async def decoder(self) -> tuple[int, socket.socket]:
        """The number of a new decoder process, and the socket to it.

        NoNursery; OSError while the machine has no process, memory or file to give.
        """
        async with self._one:
            self._born = asyncio.get_running_loop().create_future()
            await self._said(WORD.pack(FORK, 0))
            try:
                return await asyncio.wait_for(self._born, BORN_WITHIN)
            except TimeoutError as fault:
                raise NoNursery from fault

    async def end(self, decoder: int) -> None:
        """End a decoder at once; NoNursery."""
        await self._said(WORD.pack(KILL, decoder))

    async def _said(self, word: bytes) -> None:
        try:
            await asyncio.get_running_loop().sock_sendall(self._nursery, word)
        except OSError as fault:
            raise NoNursery from fault

    def _read(self, gone: Callable[[], None]) -> None:
        try:
            answer, files, _, _ = socket.recv_fds(self._nursery, ANSWER.size, 1)
        except BlockingIOError:
            return
        except OSError:
            answer, files = b"", []
        if not answer:
            asyncio.get_running_loop().remove_reader(self._nursery)
            gone()
        elif files:
            self._bear(ANSWER.unpack(answer)[0], socket.socket(fileno=files[0]))
        else:
            # It was forked, but we have no file left for its socket: without one it ends by itself.
            why = max(0, -ANSWER.unpack(answer)[0]) or errno.EMFILE
            self._fail(OSError(why, os.strerror(why)))

    def _bear(self, decoder: int, line: socket.socket) -> None:
        if self._born is None or self._born.done():
            line.close()  # it came too late; without a socket it ends by itself
        else:
            self._born.set_result((decoder, line))

    def _fail(self, fault: OSError) -> None:
        if self._born is not None and not self._born.done():
            self._born.set_exception(fault)
