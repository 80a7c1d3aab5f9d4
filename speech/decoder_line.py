"""Our end of one decoder process: what it is told, what it says, and whether it has frozen."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress

import msgspec

from foundation.clock import Clock
from speech.decoder_words import LENGTH, LONGEST, Done, Event, Order, Sound, read_event, written
from speech.faults import told

# Seconds without a word while sound lies there: one that works may have to share its core with much else.
FROZEN_AFTER = 8.0


class DecoderLine:
    """One decoder process; `heard` gets every event of it, and None when it has gone."""

    def __init__(
        self, process: int, clock: Clock, heard: Callable[[DecoderLine, Event | None], None]
    ) -> None:
        self.process = process
        self.is_leaving = False  # no new stream is given to it
        self._clock = clock
        self._heard = heard
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self._unanswered = 0
        self._spoke_at = clock.monotonic()

    async def open(self, line: socket.socket) -> None:
        """Begin to listen to it."""
        line.setblocking(False)  # noqa: FBT003  # theirs
        reader, self._writer = await asyncio.open_unix_connection(sock=line, limit=LONGEST)
        self._reading = asyncio.create_task(self._read(reader), name=f"decoder {self.process}")

    def tell(self, order: Order) -> None:
        """Order something; what a decoder that has gone is told is lost, and it is known to have gone."""
        if self._writer is None or self._writer.is_closing():
            return
        if isinstance(order, Sound):
            if not self._unanswered:
                self._spoke_at = self._clock.monotonic()
            self._unanswered += 1
        self._writer.write(written(order))

    def is_frozen(self) -> bool:
        """Whether it has had sound for seconds and said nothing."""
        return self._unanswered > 0 and self._clock.monotonic() - self._spoke_at > FROZEN_AFTER

    async def close(self) -> None:
        """End it: it goes when its socket closes."""
        if self._writer is not None:
            self._writer.close()
        if self._reading is not None:
            self._reading.cancel()
            with suppress(asyncio.CancelledError):
                await self._reading

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            with suppress(asyncio.IncompleteReadError, OSError, msgspec.MsgspecError):
                while True:
                    (length,) = LENGTH.unpack(await reader.readexactly(LENGTH.size))
                    self._happened(read_event(await reader.readexactly(length)))
        except Exception as fault:  # noqa: BLE001  # ours, over a word of it: its streams go to another one
            told("a decoder's word", fault)
        finally:  # whatever ended it: nobody reads that process any more
            if self._writer is not None:
                self._writer.close()
            self._heard(self, None)

    def _happened(self, event: Event) -> None:
        self._spoke_at = self._clock.monotonic()
        if isinstance(event, Done):
            self._unanswered -= 1
        self._heard(self, event)
