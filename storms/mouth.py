"""Callers who speak, without any sound: what a speech process would leave in the mailbox."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from random import Random

from foundation.clock import SystemClock
from foundation.redaction import Secret
from foundation.settings import Settings
from processes.call_parts import redis_url
from speech.mailbox import RedisMailbox
from speech.requests import Alternative, Heard, Kind, ListenRequest, Service

PATIENT = 10.0  # seconds for a word of the mailbox
AGAIN = 1.0  # second between two signs of life; one is good for three
LANGUAGES = {"en": "storm", "zh": "storm"}
ROOM = 1_000  # streams
DIGIT = "one"


@dataclass(frozen=True)
class Mouth:
    """Says something for the turns that listen."""

    mailbox: RedisMailbox

    def speak(self, call: str, turn: int, chance: Random) -> bool:
        """Whether this turn listens; then something that may be said there was heard, more or less surely."""
        asked = self.mailbox.request(call)
        if asked is None or asked.turn != turn:
            return False
        said = Alternative(_words(asked, chance), chance.choice((0.3, 0.6, 0.95)))
        self.mailbox.propose(Heard(call, turn, (said,), "storm", 1.0))
        return True


def _words(asked: ListenRequest, chance: Random) -> str:
    if asked.kind is Kind.NUMBER:
        return " ".join([DIGIT] * max(1, asked.shortest))
    return chance.choice(asked.phrases or (DIGIT,))


@contextmanager
def speaking(settings: Settings) -> Iterator[Mouth]:
    """A speech process that lives as long as this, but for its ears."""
    ending = threading.Event()
    with closing(RedisMailbox(Secret(redis_url(settings).reveal()), SystemClock(), limit=PATIENT)) as mailbox:

        def lives() -> None:
            while True:
                mailbox.serves(Service(LANGUAGES, ROOM))
                if ending.wait(AGAIN):
                    return

        mailbox.serves(Service(LANGUAGES, ROOM))
        living = threading.Thread(target=lives)
        living.start()
        try:
            yield Mouth(mailbox)
        finally:
            ending.set()
            living.join()
