"""Our speech process for the measurement: `python -m bench.streams.ours REDIS PORT LANGUAGE ADMISSION`.

ADMISSION: `open` refuses nobody, `shipped` those whom the process as it is shipped would. Whoever is heard is
asked the next question at once; the list `decided` of its Redis tells who was heard when, `lags` how long
pieces of sound took.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time

from redis import Redis

from bench import crew
from bench.streams.sound import phrases
from foundation.metrics import SPEECH_DROPPED, SPEECH_LAG
from speech.load import Limits
from speech.messengers import BargeIn
from speech.requests import Kind, ListenRequest
from tests.voices import sphinx, vosk

TOLD_EVERY = 0.2  # seconds
OPEN, SHIPPED = "open", "shipped"
CAPACITY = 10_000  # streams: how many are taken is said by the admission


def request(call: str, turn: int, language: str) -> ListenRequest:
    """The question that is asked of a caller again and again."""
    return ListenRequest(call, turn, language, Kind.CHOICE, phrases(language))


def _tell(redis: Redis) -> None:
    """Say again and again how many pieces took how long: upper bound in seconds -> pieces so far."""
    while True:
        found = {
            sample.labels["le"]: sample.value
            for sample in next(iter(SPEECH_LAG.collect())).samples
            if "le" in sample.labels
        }
        dropped = sum(
            one.value for one in next(iter(SPEECH_DROPPED.collect())).samples if "_total" in one.name
        )
        redis.set("lags", json.dumps({**found, "dropped": dropped}))
        time.sleep(TOLD_EVERY)


def main() -> None:
    redis_url, port, language, admission = sys.argv[1:]
    cores = len(os.sched_getaffinity(0))
    recognizer = sphinx() if language == "en" else vosk()
    limits = Limits() if admission == SHIPPED else crew.NO_LIMITS
    place = crew.Place(redis_url, int(port), cores, CAPACITY, limits)

    def asks_again() -> BargeIn:
        redis, mailbox = Redis.from_url(redis_url), place.mailbox()
        threading.Thread(target=_tell, args=(redis,), daemon=True).start()

        def barge_in(call: str, turn: int) -> None:
            redis.rpush("decided", f"{call} {turn} {time.monotonic()}")
            mailbox.ask(request(call, turn + 1, language))

        return barge_in

    crew.run(place, {language: recognizer}, asks_again)


if __name__ == "__main__":
    main()
