"""A speech process whose recogniser is scripted, run by its path: everything else of it is the real thing.

What it has callers moved to stands in the list `moves` of its Redis. While the file lies there that is named
last, the machine has no process to give. Words that break it: `abort` ends the decoder like Vosk's own abort
does, `early` does it with its first sound, `fault` raises, `long` takes as long as the longest utterance does
on a busy machine, `hang` hears for ever.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from redis import Redis

from foundation import logs
from foundation.clock import SystemClock
from foundation.redaction import Secret
from speech.decoder import Bounds
from speech.mailbox import RedisMailbox
from speech.nursery import Nursery
from speech.requests import Alternative, ListenRequest, Service
from speech.scripted import ScriptedDecoder, ScriptedRecognizer
from speech.server import Entrance
from speech.serving import Serving
from speech.vad import ByLoudness

GENUINE = "genuine"  # the signature that is taken for the carrier's


class Breakable(ScriptedDecoder):
    def feed(self, sound: bytes) -> None:
        super().feed(sound)
        if self.partial().words == "early":
            os.kill(os.getpid(), signal.SIGABRT)

    def finish(self) -> tuple[Alternative, ...]:
        said = super().finish()
        match said[0].words if said else "":
            case "abort":
                os.kill(os.getpid(), signal.SIGABRT)
            case "fault":
                raise RuntimeError("a recogniser that breaks")
            case "long":
                time.sleep(4)
            case "hang":
                time.sleep(3_600)
            case "grow":
                bytearray(8_000_000_000)
            case _:
                pass
        return said


class BreakableRecognizer(ScriptedRecognizer):
    def decoder(self, request: ListenRequest) -> ScriptedDecoder:
        return Breakable(self, request)


def unless(no_process: Path, fork: Callable[[], int]) -> Callable[[], int]:
    def forked() -> int:
        if no_process.exists():
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        return fork()

    return forked


def main() -> None:
    redis_url, port, key, decoders, capacity, utterances, no_process = sys.argv[1:]
    os.fork = unless(Path(no_process), os.fork)
    logs.configure("development", "debug")
    moves = Redis.from_url(redis_url)

    def barge_in(call: str, turn: int) -> None:
        moves.rpush("moves", f"{call} {turn}")

    def serving() -> Serving:
        return Serving(
            Entrance(lambda _target, given: given == GENUINE, Secret(key), "127.0.0.1", int(port)),
            RedisMailbox(Secret(redis_url), SystemClock(), limit=10.0),
            barge_in,
            SystemClock(),
            Service({"en": "scripted"}, int(capacity)),
            int(decoders),
        )

    nursery = Nursery({"en": BreakableRecognizer()}, ByLoudness, Bounds(utterances=int(utterances)))
    raise SystemExit(nursery.run(lambda line: serving().run(line)))


main()
