"""How many streams are heard at once: ours, and vosk-server beside it on the same model and sound.

Run by `make bench-streams PEER=/path/to/asr_server.py` (without PEER ours alone). PEER_PYTHON names the
Python that runs it: vosk-server needs `websockets` before 14. A number of streams is held while 95 in 100
replies come within half a second after the end of their sound: for us from the end of 100 ms until a decoder
has worked through it, and how late our socket is read; for the peer from a message of 20 ms to its reply.
The number rises, ours and the peer's in turn, until it is not held. Then twice as many as are held come to
the process as it is shipped, which refuses some. Beside it stands what a stream costs, what the callers
themselves and other work took of the machine, and how late the callers sent: what is DISTURBED is measured
once more, and if it is so again, the machine was not quiet enough.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from redis import Redis

from bench.streams.callers import Caller
from bench.streams.lags import Lags
from bench.streams.machine import Share, Spent
from bench.streams.ours import OPEN, SHIPPED, request
from bench.streams.play import Play
from bench.streams.servers import our_server, peer
from bench.streams.sound import Speech, listening, phrases, talking
from bench.streams.verdicts import Measure, Step, risen, verdicts
from foundation.clock import SystemClock
from foundation.redaction import Secret
from speech.mailbox import RedisMailbox
from tests.servers import redis_server

RISING = (5, 10, 15, 20, 25, 30, 35, 40, 50, 60, 70, 80, 90, 100, 120, 140, 160, 180, 200)


def main() -> None:
    """Run and print."""
    asked = _options()
    kinds = {"hardly pausing": talking(asked.language), "mostly listening": listening(asked.language)}
    said: list[str] = []
    with redis_server() as redis, tempfile.TemporaryDirectory() as name:
        for kind, speech in kinds.items():
            print(f"\n{kind}, a voice {speech.share:.0%} of the time, {asked.seconds:.0f} s each", flush=True)
            said += [f"{kind}: {line}" for line in _measured(kind, speech, redis, Path(name), asked)]
    print("\n" + "\n".join(said))


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


def _measured(
    kind: str, speech: Speech, redis: str, folder: Path, asked: argparse.Namespace
) -> Sequence[str]:
    """Print each step as it is done; what they say about the aims."""
    numbers = [number for number in RISING if number <= asked.most]
    with ExitStack() as running:
        at = running.enter_context(our_server(redis, asked.language, OPEN, folder))
        measures: dict[str, Measure] = {"ours": Ours(redis, at, speech, asked)}
        if asked.peer:
            measures["peer"] = _peers(running.enter_context(peer(asked.peer, folder)), speech, asked)
        steps = risen(measures, numbers, lambda line: print(f"  {line}", flush=True))
    with our_server(redis, asked.language, SHIPPED, folder) as at:
        beyond = Ours(redis, at, speech, asked, from_first=True)(2 * max(1, steps["ours"].held))
        print(f"  beyond {beyond}", flush=True)
    return verdicts(kind, steps["ours"], steps.get("peer"), beyond)


class Ours:
    """Measures our speech process at `(port, pid)`; every caller of it is a new one."""

    def __init__(
        self,
        redis_url: str,
        at: tuple[int, int],
        speech: Speech,
        asked: argparse.Namespace,
        *,
        from_first: bool = False,
    ) -> None:
        self._redis_url = redis_url
        self._port, self._pid = at
        self._speech = speech
        self._asked = asked
        self._from_first = from_first
        self._callers = 0

    def __call__(self, streams: int) -> Step:
        callers = [Caller(self._callers + number, self._speech) for number in range(streams)]
        self._callers += streams
        with closing(RedisMailbox(Secret(self._redis_url), SystemClock(), limit=5.0)) as mailbox:
            for caller in callers:
                mailbox.ask(request(caller.call, 1, self._asked.language))
        with closing(Redis.from_url(self._redis_url)) as redis:
            watched = Watched(self._pid, redis)
            play = Play(callers, self._port, self._asked.seconds, watched.window, self._from_first)
            asyncio.run(play.to_us())
            return watched.step(callers, watched.lags.p95, p95(play.answered), _decided(redis, callers))


def _peers(at: tuple[int, int], speech: Speech, asked: argparse.Namespace) -> Measure:
    port, pid = at

    def measure(streams: int) -> Step:
        callers = [Caller(number, speech) for number in range(streams)]
        watched = Watched(pid)
        asyncio.run(Play(callers, port, asked.seconds, watched.window).to_peer(phrases(asked.language)))
        if all(caller.was_refused for caller in callers):
            raise SystemExit(
                "the peer took nobody: has the Python of PEER_PYTHON `vosk`, and `websockets` before 14?"
            )
        return watched.step(callers, p95([lag for caller in callers for lag in caller.lags]))

    return measure


class Watched:
    """What is looked at before and after a window of time."""

    def __init__(self, pid: int, redis: Redis | None = None) -> None:
        self._pid = pid
        self._redis = redis
        self.lags = Lags({})
        self._share = Share(0.0, 0.0, 0.0)

    @contextmanager
    def window(self) -> Iterator[None]:
        lags, spent = self._lags(), Spent.now(self._pid)
        yield
        self.lags, self._share = self._lags().since(lags), Spent.now(self._pid).since(spent)

    def step(
        self, callers: Sequence[Caller], lag: float, behind: float = 0.0, decided: float | None = None
    ) -> Step:
        """What became of these callers in it."""
        late = p95([late for caller in callers for late in caller.late])
        refused = sum(caller.was_refused for caller in callers)
        share = self._share
        return Step(
            len(callers), lag, share.server, share.callers, share.others, late, behind, refused, decided
        )

    def _lags(self) -> Lags:
        return Lags.told(self._redis.get("lags") if self._redis is not None else None)  # type: ignore[arg-type]


def _decided(redis: Redis, callers: Sequence[Caller]) -> float | None:
    """From the last frame of an utterance to its decision, 95 in 100 of them."""
    rows: list[bytes] = redis.lrange("decided", 0, -1)  # type: ignore[assignment]
    redis.delete("decided")
    ended = {caller.call: caller.ended for caller in callers}
    found = []
    for row in rows:
        call, _, at = row.decode().split()
        before = [moment for moment in ended.get(call, ()) if moment <= float(at)]
        if before:
            found.append(float(at) - before[-1])
    return p95(found) if found else None


def p95(numbers: Sequence[float]) -> float:
    """The number that 95 in 100 do not exceed; without end where there are not two."""
    return statistics.quantiles(numbers, n=20)[-1] if len(numbers) > 1 else float("inf")


if __name__ == "__main__":
    main()
