"""Callers one after the other on real streams: from the sound on a socket to the proposal in the mailbox.

Sound is sent as fast as the decoder works through it, which the speech process itself counts: it hears by
the clock of the sound, so that nothing is heard otherwise for it.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from msgspec.structs import replace
from prometheus_client import CollectorRegistry
from prometheus_client.multiprocess import MultiProcessCollector
from websockets.exceptions import ConnectionClosed

from bench.hearing.process import Engine
from foundation.metrics_folder import VARIABLE
from speech.listened import PIECE, UNDERWAY, WAITING
from speech.requests import BYTES_A_SAMPLE, RATE, Heard, ListenRequest
from speech.server import AHEAD
from tests.servers import free_port
from tests.speech.streaming import PATIENT, CarrierStream, SpeechProcess, awaited, speech_process
from tests.voices import in_pieces

PIECES = RATE // PIECE  # a second
UNHEARD = (
    WAITING - UNDERWAY
)  # pieces that are sent before they are heard; of more the oldest would be dropped
TRIES = 8  # to say something undisturbed
LOOKED_EVERY = 0.02  # seconds between two looks at what is counted
MARKED_EVERY = 50  # looks
EARLY = (AHEAD - 1) * PIECES  # pieces that are sent before their time; more would close the socket


class Disturbed(Exception):
    """The machine was too busy: sound was dropped, or a decoder was replaced for being slow."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What a speech process has counted: pieces of sound heard, proposals with words, and what went wrong."""

    heard: int
    words: int
    wrong: int


@dataclass
class Line:
    """A speech process, where it counts, and the numbers of its calls."""

    process: SpeechProcess
    counts: Path
    calls: Iterator[int] = field(init=False)

    def __post_init__(self) -> None:
        # Requests are published to all speech processes of a Redis: no two may have a call of one number.
        self.calls = count(self.process.port * 1_000_000)

    def say(self, asked: ListenRequest, sound: bytes) -> Heard | None:
        """What is proposed for this turn of a new call when such sound comes, 16 bits; None for nothing.

        Its `call` is set here. What was disturbed is said again, to a new call; Disturbed if it always is.
        """
        for _ in range(TRIES - 1):
            with suppress(Disturbed, ConnectionClosed):
                return self._said(asked, sound)
            print("  disturbed, and said again", file=sys.stderr, flush=True)
            awaited(lambda: self.process.health()["free"])  # the call that was given up has been left
        return self._said(asked, sound)

    def _said(self, asked: ListenRequest, sound: bytes) -> Heard | None:
        stream = self.process.stream(next(self.calls))
        mailbox = self.process.mailbox
        mailbox.ask(replace(asked, call=stream.call))
        before = self._counted()
        with stream:
            stream.begin()
            now = self._wait(stream, before, self._send(stream, sound, before))
            if now.words > before.words:
                # What is counted is on its way to the mailbox, or there.
                awaited(lambda: (seen := mailbox.look(stream.call, asked.turn).heard) and seen.alternatives)
            stream.stop()
            stream.closed()
        return mailbox.look(stream.call, asked.turn).heard

    def _send(self, stream: CarrierStream, sound: bytes, before: Counted) -> int:
        """Send it all; how many pieces it was."""
        begun, heard = time.monotonic(), 0
        for sent, piece in enumerate(in_pieces(sound, PIECE)):
            time.sleep(max(0.0, begun + (sent - EARLY) / PIECES - time.monotonic()))
            if sent - heard >= UNHEARD:
                heard = self._wait(stream, before, sent - UNHEARD + 1).heard - before.heard
            stream.say(piece)
        return len(sound) // (PIECE * BYTES_A_SAMPLE)  # what is no whole one is never handed on

    def _wait(self, stream: CarrierStream, before: Counted, pieces: int) -> Counted:
        """What is counted once so many pieces were heard since. Disturbed."""
        for look in count(1):
            now = self._counted()
            if now.heard >= before.heard + pieces:
                return now
            if now.wrong > before.wrong or look * LOOKED_EVERY > PATIENT:
                break
            if look % MARKED_EVERY == 0:
                stream.mark()
            time.sleep(LOOKED_EVERY)
        raise Disturbed

    def _counted(self) -> Counted:
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=str(self.counts))  # type: ignore[no-untyped-call]
        found = {
            (one.name, one.labels.get("outcome", "")): int(one.value)
            for metric in registry.collect()
            for one in metric.samples
        }
        return Counted(
            found.get(("hotline_speech_lag_seconds_count", ""), 0),
            found.get(("hotline_speech_heard_total", "words"), 0),
            found.get(("hotline_speech_dropped_total", ""), 0)
            + found.get(("hotline_speech_decoders_lost_total", ""), 0),
        )


@contextmanager
def opened(engine: Engine, redis_url: str, folder: Path) -> Iterator[Line]:
    """A speech process with this recogniser."""
    port = free_port()
    counts = folder / f"counts-{port}"
    counts.mkdir()
    command = [sys.executable, "-m", "bench.hearing.process", redis_url, str(port), engine.written]
    with speech_process(command, redis_url, port, folder, {**os.environ, VARIABLE: str(counts)}) as running:
        yield Line(running, counts)
