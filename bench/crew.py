"""A speech process that is measured: real socket, mailbox and decoders; whoever has a token comes in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NoReturn

from foundation import logs
from foundation.clock import SystemClock
from foundation.redaction import Secret
from speech.load import Limits
from speech.mailbox import RedisMailbox
from speech.messengers import BargeIn
from speech.nursery import Nursery
from speech.recognizer import Recognizer
from speech.requests import Service
from speech.server import Entrance
from speech.serving import Serving
from speech.vad import GateAndJudge, Judges
from tests.speech.streaming import KEY

LIMIT = 5.0  # seconds that Redis may take: a measurement is not about Redis
NO_LIMITS = Limits(working=1_000.0, lag=1_000.0)


@dataclass(frozen=True, slots=True)
class Place:
    """Where it listens and how many it hears at once; sound that comes faster than life refuses nobody."""

    redis: str
    port: int
    decoders: int
    capacity: int
    limits: Limits = NO_LIMITS

    def mailbox(self) -> RedisMailbox:
        """One for the process that asks; to be made after every fork."""
        return RedisMailbox(Secret(self.redis), SystemClock(), limit=LIMIT)


def run(place: Place, recognizers: Mapping[str, Recognizer], moves: Callable[[], BargeIn]) -> NoReturn:
    """Be the speech process until SIGTERM. `moves` is asked in it for what moves a call that was heard."""
    logs.configure("development", "warning")
    judges = Judges()

    def serving() -> Serving:
        return Serving(
            Entrance(lambda _target, _given: True, Secret(KEY), "127.0.0.1", place.port),
            place.mailbox(),
            moves(),
            SystemClock(),
            Service({language: one.name for language, one in recognizers.items()}, place.capacity),
            place.decoders,
            place.limits,
        )

    nursery = Nursery(recognizers, lambda: GateAndJudge(judges))
    raise SystemExit(nursery.run(lambda line: serving().run(line)))
