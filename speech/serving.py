"""The speech process from its fork to its end: its decoders, its calls, its socket, and the sign to go."""

from __future__ import annotations

import asyncio
import signal
import socket
from dataclasses import dataclass, field

from foundation.clock import Clock
from foundation.logs import logger
from speech.births import Births, NoNursery
from speech.crew import Crew
from speech.decoders import Decoders
from speech.ears import Ears
from speech.load import Limits
from speech.mailbox import Mailbox
from speech.messengers import BargeIn
from speech.requests import Service
from speech.server import Entrance, SpeechServer

OVER, NO_PORT, NO_DECODER = 0, 5, 6  # what the process returns

_log = logger("speech")


@dataclass(frozen=True, slots=True)
class Serving:
    """What a speech process is made of; `hears`: what it says of itself while nobody is heard.

    `limits`: beyond them no further call is heard, whatever is free by number.
    """

    entrance: Entrance
    mailbox: Mailbox
    barge_in: BargeIn
    clock: Clock
    hears: Service
    decoders: int
    limits: Limits = field(default_factory=Limits)

    def run(self, nursery: socket.socket) -> int:
        """Serve until SIGTERM, or until no decoder can be had; what is returned is the process's code."""
        return asyncio.run(self._serve(nursery))

    async def _serve(self, nursery: socket.socket) -> int:
        told = asyncio.Event()
        bereft = asyncio.Event()
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, told.set)
        loop.add_signal_handler(signal.SIGHUP, lambda: None)

        def orphaned() -> None:
            bereft.set()
            told.set()

        decoders = Decoders(Births(nursery), self.decoders, self.clock, orphaned)
        crew = Crew(decoders, self.clock, self.limits)
        ears = Ears(self.mailbox, crew, self.barge_in, self.clock, self.hears)
        server = SpeechServer(self.entrance, ears, self.clock, self.hears.free)
        try:
            await crew.open(ears)
            await server.open()
        except NoNursery:
            return NO_DECODER
        except OSError as fault:
            _log.error("the port cannot be had", port=self.entrance.port, fault=str(fault))
            return NO_PORT
        ears.open()
        _log.info(
            "callers are heard", port=server.port, languages=self.hears.languages, streams=self.hears.free
        )
        await told.wait()
        _log.info("no further call is heard", streams=ears.heard_now)
        await (server.drain(0.0) if bereft.is_set() else server.drain())
        await ears.close()
        await crew.close()
        return NO_DECODER if bereft.is_set() else OVER
