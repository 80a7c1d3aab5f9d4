"""Kept connections to the web process, as a carrier has them: the one used last is used first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

HOST = "127.0.0.1"
ANSWER_LIMIT = 15.0  # seconds; a carrier waits no longer
LARGEST_HEAD = 65_536


_Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class NoAnswer(Exception):
    """Nothing came, or not all of it; the text is the kind of fault."""


@dataclass(slots=True)
class Lines:
    """As many as are in use at once; an idle one is taken again."""

    port: int
    _idle: list[_Line] = field(default_factory=list)

    async def ask(self, sent: bytes) -> tuple[int, bytes]:
        """Send a request; status and body of the answer. NoAnswer."""
        try:
            async with asyncio.timeout(ANSWER_LIMIT), self._line() as (reader, writer):
                writer.write(sent)
                return await _answer(reader)
        except TimeoutError:
            raise NoAnswer(f"none within {ANSWER_LIMIT:.0f} s") from None
        except (OSError, asyncio.IncompleteReadError) as fault:
            raise NoAnswer(type(fault).__name__) from fault

    @asynccontextmanager
    async def _line(self) -> AsyncIterator[_Line]:
        """One connection; it is kept only if all went well on it."""
        line = (
            self._idle.pop()
            if self._idle
            else await asyncio.open_connection(HOST, self.port, limit=LARGEST_HEAD)
        )
        try:
            yield line
        except BaseException:
            line[1].close()
            raise
        self._idle.append(line)

    async def close(self) -> None:
        for _, writer in self._idle:
            writer.close()
        for _, writer in self._idle:
            with suppress(OSError):
                await writer.wait_closed()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    _, _, rest = head.lower().partition(b"content-length:")
    size = int(rest.partition(b"\r\n")[0]) if rest else 0
    return int(head.split(b" ", 2)[1]), await reader.readexactly(size)
