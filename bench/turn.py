"""What a turn costs a worker's CPU, against the least: a signature, one Redis GET, a constant answer.

Run by `make bench-turn`; it starts a Redis of its own. One process, one thread of requests and the
journal's own; slices of both kinds in turn, CPU of the whole process, no web server on
either side. Prints microseconds and the ratio; judges nothing.
"""

from __future__ import annotations

import hmac
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from redis import Redis

from foundation.clock import Deadline, SystemClock
from foundation.database import Database, migrate
from foundation.logs import configure
from foundation.redaction import Secret
from ivr.calls.journal import Journal
from ivr.calls.play import Asked
from ivr.calls.sealing import Seal
from ivr.calls.store import RedisCallStore
from ivr.calls.turn import TurnRequest, Turns
from ivr.channels.addresses import Addresses
from ivr.channels.twiml import Person, TwimlWriter
from ivr.flow.inputs import Answered, Digits
from ivr.flow.replies import Recalled, Result
from ivr.menus.loader import load
from ivr.menus.model import MenuBook
from tests.servers import redis_server

SLICES = 20
TURNS_A_SLICE = 100
BUDGET = 1.8
LIBRARY = Path(__file__).resolve().parents[1] / "ivr" / "menus" / "library"
SIGNED = b"x" * 900  # about as much as the carrier signs
AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
CLOCK = SystemClock()


class OneBook:
    """The shipped book."""

    def __init__(self) -> None:
        self._book = load(LIBRARY)

    def current(self) -> MenuBook:
        """For a new call."""
        return self._book

    def pinned(self, version: str, deadline: Deadline | None = None) -> MenuBook | None:
        """For a call that began."""
        del version, deadline
        return self._book


class NothingKnown:
    """Errands are not what is measured."""

    def run(self, asked: Asked, deadline: Deadline) -> Result:
        """No language is remembered; nothing else is asked."""
        del asked, deadline
        return Recalled(None)


def signature() -> None:
    """Both sides pay for it."""
    hmac.digest(b"token", SIGNED, "sha1")


def floor(redis: Redis) -> Callable[[int], None]:
    """The least a turn can be."""
    redis.set("bench:floor", b"s" * 2_000)

    def one(_turn: int) -> None:
        signature()
        redis.get("bench:floor")

    return one


def ours(turns: Turns) -> Callable[[int], None]:
    """A caller who asks for the question again and again: one turn each, no errand."""

    def one(turn: int) -> None:
        signature()
        call, number = f"CA{turn // TURNS_A_SLICE:032x}", turn % TURNS_A_SLICE
        deadline = Deadline.after(BUDGET, CLOCK)
        if number == 0:
            answered = Answered(AT, call, "+6281234567801", "+622150001000")
            turns.take(TurnRequest(call, 0, "answer", answered), deadline)
        else:
            turns.take(TurnRequest(call, number, "keys", Digits(AT, "#")), deadline)

    return one


def cpu(one: Callable[[int], None], first: int) -> float:
    """Microseconds of CPU for each turn of a slice."""
    started = time.process_time()
    for turn in range(first, first + TURNS_A_SLICE):
        one(turn)
    return (time.process_time() - started) / TURNS_A_SLICE * 1e6


def main() -> None:
    """Print the figures."""
    with (
        redis_server() as url,
        tempfile.TemporaryDirectory() as folder,
        Path(os.devnull).open("w") as nowhere,
    ):
        configure("production", "info", nowhere)
        sql = f"sqlite:///{folder}/bench.sqlite"
        migrate(sql)
        key = Secret("a key for measuring and nothing else")
        journal = Journal(Database(sql, CLOCK), Seal(key))
        person = Person("+622150001001", "+622150001000")
        writer = TwimlWriter(Addresses("https://hotline.example", key, CLOCK), person)
        store = RedisCallStore(url, CLOCK)
        turns = Turns(store, journal, OneBook(), NothingKnown(), writer.turn, writer.wait, CLOCK)
        least, mine = floor(Redis.from_url(url, single_connection_client=True)), ours(turns)
        cpu(least, 0)
        cpu(mine, SLICES * TURNS_A_SLICE)
        pairs = [(cpu(least, 0), cpu(mine, place * TURNS_A_SLICE)) for place in range(SLICES)]
        journal.close()
    lows, highs = [low for low, _ in pairs], [high for _, high in pairs]
    ratio = statistics.median(low / high for low, high in pairs)
    print(f"floor {statistics.median(lows):6.0f} us   turn {statistics.median(highs):6.0f} us of CPU")
    print(f"floor / turn {ratio:.2f} (median of {SLICES} interleaved slices of {TURNS_A_SLICE})")


if __name__ == "__main__":
    main()
