"""How many streams are heard at once: ours, and vosk-server beside it on the same model and sound.

Run by `make bench-streams PEER=/path/to/asr_server.py` (without PEER ours alone). PEER_PYTHON names the
Python that runs it: vosk-server needs `websockets` before 14. A number of streams is held while 95 in 100
replies come within half a second after the end of their sound: for us from the end of 100 ms until a decoder
has worked through it, for the peer from a message of 20 ms to its reply. The number rises until it is not
held. Beside it stands what a stream costs in processor time, which a busy machine changes less. Prints, and
judges nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import tempfile
import threading
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from redis import Redis

from bench.streams.callers import JOIN, Caller, ours, theirs
from bench.streams.ours import request
from bench.streams.servers import our_server, peer
from bench.streams.sound import Speech, listening, phrases, talking
from foundation.clock import SystemClock
from foundation.redaction import Secret
from speech.mailbox import RedisMailbox
from tests.servers import children_of, redis_server

RISING = (5, 10, 20, 30, 40, 50, 60, 80, 100, 130, 160, 200)
HELD = 0.5  # seconds, of 95 in 100
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Step:
    """What a number of streams came to; times in seconds. `decided`: from the end of speech."""

    streams: int
    lag: float
    cost: float
    refused: int = 0
    decided: float | None = None

    @property
    def is_held(self) -> bool:
        return self.lag <= HELD and not self.refused

    def __str__(self) -> str:
        said = f"{self.streams:5d} streams: p95 {self.lag * 1000:6.0f} ms, CPU {self.cost * 100:5.1f} % each"
        said += f", decided p95 {self.decided * 1000:.0f} ms" if self.decided is not None else ""
        return (
            said
            + (f", {self.refused} refused" if self.refused else "")
            + ("" if self.is_held else "  NOT HELD")
        )


Measure = Callable[[int, Speech], Step]


def main() -> None:
    """Run and print."""
    asked = _options()
    kinds = {"hardly pausing": talking(asked.language), "mostly listening": listening(asked.language)}
    with redis_server() as redis, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for told, speech in kinds.items():
            print(f"\n{told}, a voice {speech.share:.0%} of the time, {asked.seconds:.0f} s each")
            with our_server(redis, asked.language, 10_000, folder) as (port, pid):
                mine = _risen("ours", Ours(redis, port, pid, asked), speech, asked.most)
            if asked.peer:
                with peer(asked.peer, folder) as (port, pid):
                    theirs_ = _risen("peer", _peers(port, pid, asked), speech, asked.most)
                print(
                    f"  ours / peer: {_ratio(mine.streams, theirs_.streams)} streams held, "
                    f"{_ratio(theirs_.cost, mine.cost)} as cheap at the number that each holds"
                )
            _beyond(redis, mine, speech, asked, folder)


def _options() -> argparse.Namespace:
    known = argparse.ArgumentParser(description=__doc__)
    known.add_argument("--peer", default="", help="asr_server.py of vosk-server")
    known.add_argument(
        "--language", choices=("ko", "en"), default="ko", help="ko: Vosk; en: PocketSphinx, without a peer"
    )
    known.add_argument("--seconds", type=float, default=10.0)
    known.add_argument("--most", type=int, default=max(RISING))
    asked = known.parse_args()
    if asked.peer and asked.language != "ko":
        known.error("the peer hears with the Korean model: --language ko")
    return asked


def _risen(name: str, measure: Measure, speech: Speech, most: int) -> Step:
    """The last number that was held; the first one if none was."""
    best: Step | None = None
    for streams in (one for one in RISING if one <= most):
        step = measure(streams, speech)
        print(f"  {name} {step}", flush=True)
        if not step.is_held:
            break
        best = step
    return best or Step(0, HELD, 0.0)


class Ours:
    """Measures our speech process; every caller of it is a new one."""

    def __init__(self, redis_url: str, port: int, pid: int, asked: argparse.Namespace) -> None:
        self._redis_url = redis_url
        self._port = port
        self._pid = pid
        self._asked = asked
        self._callers = 0

    def __call__(self, streams: int, speech: Speech) -> Step:
        callers = [Caller(self._callers + number, speech) for number in range(streams)]
        self._callers += streams
        with closing(RedisMailbox(Secret(self._redis_url), SystemClock(), limit=5.0)) as mailbox:
            for caller in callers:
                mailbox.ask(request(caller.call, 1, self._asked.language))
        seconds = self._asked.seconds
        with _polled(self._port) as lags:
            cost = _cost(self._pid, lambda: asyncio.run(ours(callers, self._port, seconds)))
        refused = sum(caller.was_refused for caller in callers)
        decided = _decided(self._redis_url, callers)
        return Step(streams, _p95(lags), cost / streams / seconds, refused, decided)


def _peers(port: int, pid: int, asked: argparse.Namespace) -> Measure:
    def measure(streams: int, speech: Speech) -> Step:
        callers = [Caller(number, speech) for number in range(streams)]
        told = phrases(asked.language)
        cost = _cost(pid, lambda: asyncio.run(theirs(callers, port, asked.seconds, told)))
        lags = [lag for caller in callers for lag in caller.lags]
        return Step(streams, _p95(lags), cost / streams / asked.seconds)

    return measure


def _beyond(redis: str, held: Step, speech: Speech, asked: argparse.Namespace, folder: Path) -> None:
    """Twice as many come as are taken: those who are heard must not notice."""
    limit = max(1, held.streams)
    with our_server(redis, asked.language, limit, folder) as (port, pid):
        step = Ours(redis, port, pid, asked)(2 * limit, speech)
    taken = 2 * limit - step.refused
    print(f"  beyond: {2 * limit} come, {taken} are taken, p95 {step.lag * 1000:.0f} ms of those")


def _decided(redis_url: str, callers: Sequence[Caller]) -> float | None:
    """From the last frame of an utterance to its decision, 95 in 100 of them."""
    with closing(Redis.from_url(redis_url)) as redis:
        rows: list[bytes] = redis.lrange("decided", 0, -1)  # type: ignore[assignment]
        redis.delete("decided")
    ended = {caller.call: caller.ended for caller in callers}
    found = []
    for row in rows:
        call, _, at = row.decode().split()
        before = [moment for moment in ended.get(call, ()) if moment <= float(at)]
        if before:
            found.append(float(at) - before[-1])
    return _p95(found) if found else None


def _p95(numbers: Sequence[float]) -> float:
    return statistics.quantiles(numbers, n=20)[-1] if len(numbers) > 1 else float("inf")


def _ratio(one: float, other: float) -> str:
    return f"{one / other:.1f} x" if one and other else "-"


def _cost(pid: int, work: Callable[[], object]) -> float:
    """Seconds of processor time that a family of processes spends on some work."""
    before = _spent(pid)
    work()
    return _spent(pid) - before


def _spent(pid: int) -> float:
    total = 0
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
        total = int(fields[11]) + int(fields[12])
    return total / TICKS + sum(_spent(child) for child in children_of(pid))


@contextmanager
def _polled(port: int) -> Iterator[list[float]]:
    """What the speech process says of its lag, twice a second, once all have come."""
    lags: list[float] = []
    ended = threading.Event()

    def poll() -> None:
        ended.wait(JOIN)
        while not ended.wait(0.5):
            with (
                suppress(OSError, ValueError),
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5) as told,
            ):  # ours
                lags.append(json.load(told)["lag"])

    thread = threading.Thread(target=poll)
    thread.start()
    try:
        yield lags
    finally:
        ended.set()
        thread.join()


if __name__ == "__main__":
    main()
