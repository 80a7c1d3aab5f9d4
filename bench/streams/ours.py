"""Our speech process for the measurement: `python -m bench.streams.ours REDIS PORT LANGUAGE CAPACITY`.

Whoever is heard is asked the next question at once; the list `decided` of its Redis tells who was heard when.
"""

from __future__ import annotations

import os
import sys
import time

from redis import Redis

from bench import crew
from bench.streams.sound import phrases
from speech.ears import BargeIn
from speech.requests import Kind, ListenRequest
from tests.voices import sphinx, vosk


def request(call: str, turn: int, language: str) -> ListenRequest:
    """The question that is asked of a caller again and again."""
    return ListenRequest(call, turn, language, Kind.CHOICE, phrases(language))


def main() -> None:
    redis_url, port, language, capacity = sys.argv[1:]
    place = crew.Place(redis_url, int(port), len(os.sched_getaffinity(0)), int(capacity))

    def asks_again() -> BargeIn:
        redis, mailbox = Redis.from_url(redis_url), place.mailbox()

        def barge_in(call: str, turn: int) -> None:
            redis.rpush("decided", f"{call} {turn} {time.monotonic()}")
            mailbox.ask(request(call, turn + 1, language))

        return barge_in

    crew.run(place, {language: sphinx() if language == "en" else vosk()}, asks_again)


if __name__ == "__main__":
    main()
