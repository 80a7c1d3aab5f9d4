"""Calls in progress, a key every five seconds each: what the hotline needs for them, and how that grows.

Run by `make bench-calls N=1000`: the web process as in production with a Redis of its own, which is reached
through a proxy that counts, and SQLite, or with --postgresql a PostgreSQL. Measures 100, 300, ... N calls in
progress, or with --rate so many new calls a second. Prints, writes to bench/results/, judges nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from redis import Redis

from bench.house import DIALLED, TOLD, database, name_of, options
from bench.load.callers import SEED, Load, Noted
from bench.load.callers import Callers as Thinking
from bench.webhooks.calls import Callers
from bench.webhooks.servers import OURS, Server, serving
from foundation.database import migrate
from storms.proxy import Proxy
from storms.weather import Passed
from tests.end_to_end.running import always_open
from tests.servers import free_port, own_redis, redis_url

STEPS = (100, 300, 1_000)
SECONDS = 30.0
RESULTS = Path(__file__).resolve().parent / "results"
# More begin within a few seconds than a hotline takes from real callers; they are counted all the same.
CROWD = {"CALLS_AT_ONCE": "100000", "CALLS_A_MINUTE": "100000"}
AIMS = "aims: p99 500 ms, no errors, 2 round trips a turn, 4,000 bytes a call"


@dataclass(frozen=True, slots=True)
class Figures:
    """One load: milliseconds, shares of a core, bytes; `a turn` is a webhook that was answered."""

    calls: int
    turns_a_second: float
    p50: float
    p99: float
    slowest: float
    errors: int
    web_cores: float
    web_cpu_a_turn: float
    client_cores: float
    rounds_a_turn: float
    wire_a_turn: float
    redis_a_call: float


@dataclass(frozen=True, slots=True)
class Bench:
    """What is measured, and the counters beside it."""

    web: Server
    proxy: Proxy
    redis: str
    callers: Callers

    def measured(self, load: Load) -> Figures:
        """Run one load."""
        with closing(Redis.from_url(self.redis)) as client:
            client.flushall()
            marks: list[tuple[float, Passed, float]] = []
            thinking = Thinking(load, self.web.port, self.callers.call)
            noted = asyncio.run(thinking.call(lambda: marks.append(self._mark())))
            marks.append(self._mark())
            return _figures(load, noted, marks, _bytes_a_call(client))

    def _mark(self) -> tuple[float, Passed, float]:
        return self.web.cpu(), self.proxy.passed(), time.process_time()


def _figures(load: Load, noted: Noted, marks: Sequence[tuple[float, Passed, float]], kept: float) -> Figures:
    (cpu, passed, client), (cpu_then, passed_then, client_then) = marks
    times, turns, went = sorted(noted.times), len(noted.times), passed_then.since(passed)
    return Figures(
        calls=load.calls or noted.begun,
        turns_a_second=turns / load.seconds,
        p50=times[turns // 2] * 1e3,
        p99=times[int(turns * 0.99)] * 1e3,
        slowest=times[-1] * 1e3,
        errors=noted.faults.total(),
        web_cores=(cpu_then - cpu) / load.seconds,
        web_cpu_a_turn=(cpu_then - cpu) / turns * 1e3,
        client_cores=(client_then - client) / load.seconds,
        rounds_a_turn=went.rounds / turns,
        wire_a_turn=(went.there + went.back) / turns,
        redis_a_call=kept,
    )


def _bytes_a_call(client: Redis) -> float:
    """Memory of one call in Redis, the mean of all that are there."""
    keys = list(client.scan_iter("hotline:call:*", count=1_000))
    return sum(int(client.memory_usage(key, samples=0) or 0) for key in keys) / max(1, len(keys))


def main() -> None:
    """Measure and print."""
    asked = _options()
    print(f"{'calls':>6} {'turns/s':>8} {'p50 ms':>7} {'p99 ms':>7} {'max ms':>7} {'errors':>7}", end=" ")
    print(
        f"{'web cores':>10} {'CPU ms/turn':>12} {'trips/turn':>11} {'wire B/turn':>12} {'Redis B/call':>13}"
    )
    with _bench(asked) as bench:
        found = []
        for load in _loads(asked):
            found.append(bench.measured(load))
            print(line(found[-1]), flush=True)
    print(AIMS)
    print(kept(found, asked))


@contextmanager
def _bench(asked: argparse.Namespace) -> Iterator[Bench]:
    with (
        tempfile.TemporaryDirectory() as name,
        own_redis() as redis,
        Proxy(redis.port) as proxy,
        database(Path(name), asked) as sql,
    ):
        folder = Path(name)
        book = str(always_open(folder / "book"))
        told = {
            **TOLD,
            **CROWD,
            "REDIS_URL": redis_url(proxy.port),
            "DATABASE_URL": sql,
            "BOOKS_DIR": book,
            "SPOOL_DIR": str(folder / "spool"),
        }
        migrate(sql)
        with serving(OURS, free_port(), told, folder / "web.log") as web:
            callers = Callers(TOLD["PUBLIC_URL"], TOLD["TWILIO_AUTH_TOKEN"], DIALLED)
            yield Bench(web, proxy, redis_url(redis.port), callers)


def _options() -> argparse.Namespace:
    parser = options(__doc__)
    parser.add_argument("calls", type=int, nargs="?", default=STEPS[-1], help="in progress at the most")
    parser.add_argument("--rate", type=float, default=0.0, help="new calls a second instead")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="that each load is measured")
    parser.add_argument("--seed", type=int, default=SEED)
    return parser.parse_args()


def _loads(asked: argparse.Namespace) -> Iterator[Load]:
    if asked.rate:
        yield Load(rate=asked.rate, seconds=asked.seconds, seed=asked.seed)
        return
    for calls in (*(step for step in STEPS if step < asked.calls), asked.calls):
        yield Load.in_progress(calls, asked.seconds, asked.seed)


def line(one: Figures) -> str:
    """One load, to read."""
    answers = f"{one.calls:>6} {one.turns_a_second:>8.1f} {one.p50:>7.1f} {one.p99:>7.1f} {one.slowest:>7.0f}"
    costs = f"{one.errors:>7} {one.web_cores:>10.2f} {one.web_cpu_a_turn:>12.2f} {one.rounds_a_turn:>11.2f}"
    return f"{answers} {costs} {one.wire_a_turn:>12.0f} {one.redis_a_call:>13.0f}"


def kept(found: Sequence[Figures], asked: argparse.Namespace) -> Path:
    """The figures as a file."""
    RESULTS.mkdir(exist_ok=True)
    place = RESULTS / f"calls-{name_of(asked)}.json"
    beside = {"seconds": asked.seconds, "seed": asked.seed, "loads": [asdict(one) for one in found]}
    place.write_text(json.dumps(beside, indent=2) + "\n", "utf-8")
    return place


if __name__ == "__main__":
    main()
