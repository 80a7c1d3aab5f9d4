"""Our speech process for the measurement: `python -m bench.streams.ours REDIS PORT LANGUAGE CAPACITY`.

Whoever is heard is asked the next question at once; the list `decided` of its Redis tells who was heard when.
"""

from __future__ import annotations

import os
import sys
import time

from redis import Redis

from bench.streams.sound import phrases
from foundation import logs
from foundation.clock import SystemClock
from foundation.redaction import Secret
from speech.mailbox import RedisMailbox
from speech.nursery import Nursery
from speech.recognizer import Recognizer
from speech.requests import Kind, ListenRequest
from speech.server import Entrance
from speech.serving import Serving
from speech.vad import GateAndJudge, Judges
from tests.voices import sphinx, vosk

KEY = "5c" * 32


def request(call: str, turn: int, language: str) -> ListenRequest:
    """The question that is asked of a caller again and again."""
    return ListenRequest(call, turn, language, Kind.CHOICE, phrases(language))


def main() -> None:
    redis_url, port, language, capacity = sys.argv[1:]
    logs.configure("development", "warning")
    recognizers: dict[str, Recognizer] = {language: sphinx() if language == "en" else vosk()}
    judges = Judges()

    def serving() -> Serving:
        redis = Redis.from_url(redis_url)
        mailbox = RedisMailbox(Secret(redis_url), SystemClock(), limit=5.0)

        def barge_in(call: str, turn: int) -> None:
            redis.rpush("decided", f"{call} {turn} {time.monotonic()}")
            mailbox.ask(request(call, turn + 1, language))

        return Serving(
            Entrance(lambda _target, _given: True, Secret(KEY), "127.0.0.1", int(port)),
            mailbox,
            barge_in,
            SystemClock(),
            {language: recognizers[language].name},
            len(os.sched_getaffinity(0)),
            int(capacity),
        )

    raise SystemExit(Nursery(recognizers, lambda: GateAndJudge(judges)).run(lambda line: serving().run(line)))


if __name__ == "__main__":
    main()
