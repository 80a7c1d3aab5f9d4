"""What one step of the engine costs on the shipped book, against the least a pure step can do.

Run by `make bench-step`. Walks random calls with a fixed seed through the real book; times `step()` alone, in
interleaved slices with a floor: one dictionary look-up and one new state. Prints microseconds and ratios.
"""

from __future__ import annotations

import random
import statistics
import time
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from ivr.flow.engine import begin, step
from ivr.flow.errands import CheckPin, Errand, FindTicket, OpenTicket, RecallCaller
from ivr.flow.inputs import Answered, CallerInput, Digits, Reply, Silence
from ivr.flow.replies import Done, PinAccepted, Recalled, Result, TicketFound, TicketOpened
from ivr.flow.state import CallState
from ivr.menus.loader import load
from ivr.menus.model import MenuBook

SEED = 20261122
CALLS = 400
TURNS = 25
SLICES = 20
AIM_MICROSECONDS = 50.0
AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
LIBRARY = Path(__file__).resolve().parents[1] / "ivr" / "menus" / "library"
KEYS = ("1", "2", "3", "4", "1", "2", "*", "#", "50000", "1234567890", "081234567801", "0", "9")

Recorded = tuple[CallState, CallerInput]


def brought(errand: Errand) -> Result:
    """The answer of a world in which everything goes well."""
    match errand:
        case RecallCaller():
            return Recalled(None)
        case CheckPin():
            return PinAccepted("1234567897")
        case OpenTicket():
            return TicketOpened("123456784", AT)
        case FindTicket():
            return TicketFound("123456784", "refund", "promised", AT)
        case _:
            return Done()


def walks(book: MenuBook, chance: random.Random) -> list[Recorded]:
    """Every (state, input) of many random calls: what is then timed, one step at a time."""
    steps: list[Recorded] = []
    for number in range(CALLS):
        heard: CallerInput = Answered(AT, f"CA{number:032x}", "+6281234567801", "+622150001000")
        state = begin(book, heard) if isinstance(heard, Answered) else None
        assert state is not None
        for _ in range(TURNS):
            steps.append((state, heard))
            turn = step(book, state, heard)
            state = replace(turn.state, turn=turn.state.turn + 1)
            if turn.errand is not None:
                heard = Reply(AT, brought(turn.errand))
            else:
                heard = Silence(AT) if chance.random() < 0.1 else Digits(AT, chance.choice(KEYS))
    return steps


def floor(book: MenuBook, state: CallState) -> CallState:
    """The least that a pure step does: find the node, make a new state."""
    node = book.nodes[state.place.node]
    return replace(state, turn=state.turn + (node is not None))


def main() -> None:
    """Print the figures; exit 1 if the mean of a step is over the aim."""
    book = load(LIBRARY)
    steps = walks(book, random.Random(SEED))
    ours, floors = [], []
    size = len(steps) // SLICES
    for place in range(SLICES):
        part = steps[place * size : (place + 1) * size]
        started = time.perf_counter()
        for state, heard in part:
            step(book, state, heard)
        ours.append((time.perf_counter() - started) / size * 1e6)
        started = time.perf_counter()
        for state, _ in part:
            floor(book, state)
        floors.append((time.perf_counter() - started) / size * 1e6)
    median, p99 = _each(book, steps)
    ratios = [mine / least for mine, least in zip(ours, floors, strict=True)]
    mean = statistics.mean(ours)
    print(f"steps {len(steps)}, slices {SLICES}, seed {SEED}, nodes in the book {len(book.nodes)}")
    print(f"step()  mean {mean:6.1f} us   median of single steps {median:6.1f} us   p99 {p99:6.1f} us")
    print(f"floor   mean {statistics.mean(floors):6.1f} us   (one look-up, one new state)")
    print(f"ratio   median {statistics.median(ratios):.1f}, from {min(ratios):.1f} to {max(ratios):.1f}")
    print(f"aim     {AIM_MICROSECONDS:.0f} us: {'held' if mean <= AIM_MICROSECONDS else 'MISSED'}")
    raise SystemExit(mean > AIM_MICROSECONDS)


def _each(book: MenuBook, steps: list[Recorded]) -> tuple[float, float]:
    times = []
    for state, heard in steps:
        started = time.perf_counter()
        step(book, state, heard)
        times.append((time.perf_counter() - started) * 1e6)
    times.sort()
    return statistics.median(times), times[int(len(times) * 0.99)]


if __name__ == "__main__":
    main()
