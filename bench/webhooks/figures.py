"""What the slices say: each side's figures, their ratios with their spread; lines to read, JSON to keep."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

RESULTS = Path(__file__).resolve().parents[1] / "results"


@dataclass(frozen=True, slots=True)
class Slice:
    """One stretch of requests to one server: what each took, and CPU of server and client; all in seconds."""

    times: Sequence[float]
    took: float
    cpu: float
    client: float

    @classmethod
    def joined(cls, parts: Sequence[Slice]) -> Slice:
        """Stretches that followed one another, as one."""
        times = [seconds for part in parts for seconds in part.times]
        return cls(
            times,
            sum(part.took for part in parts),
            sum(part.cpu for part in parts),
            sum(part.client for part in parts),
        )

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.times) / self.took

    @property
    def cost(self) -> float:
        """Microseconds of the server's CPU a request."""
        return self.cpu / len(self.times) * 1e6

    @property
    def client_cost(self) -> float:
        """Microseconds of the client's CPU a request."""
        return self.client / len(self.times) * 1e6

    def within(self, share: float) -> float:
        """Milliseconds in which this share of the answers came."""
        return sorted(self.times)[int(len(self.times) * share)] * 1e3


@dataclass(frozen=True, slots=True)
class Spread:
    """A figure of all slices: its median and its quartiles."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, figures: Sequence[float]) -> Spread:
        """The spread of two figures or more."""
        low, median, high = statistics.quantiles(figures, n=4)
        return cls(median, low, high)

    def __str__(self) -> str:
        return f"{self.median:6.2f} ({self.low:.2f} to {self.high:.2f})"


# A figure of one slice, or of one of ours against the floor's beside it; above 1 is more, whatever it is of.
FIGURES: dict[str, Callable[[Slice], float]] = {
    "requests a second": lambda one: one.rate,
    "CPU, us a request": lambda one: one.cost,
    "p50, ms": lambda one: one.within(0.50),
    "p99, ms": lambda one: one.within(0.99),
    "client's CPU, us a request": lambda one: one.client_cost,
}
RATIOS: dict[str, Callable[[Slice, Slice], float]] = {
    "requests a second, of the floor's": lambda floor, ours: ours.rate / floor.rate,
    "CPU, the floor's of ours": lambda floor, ours: floor.cost / ours.cost,
    "p50, times the floor's": lambda floor, ours: ours.within(0.50) / floor.within(0.50),
    "p99, times the floor's": lambda floor, ours: ours.within(0.99) / floor.within(0.99),
}

Side = Sequence[Slice]  # one server's slices, in the order of time
Told = dict[str, dict[str, Spread]]


def told(floor: Side, ours: dict[str, Side]) -> Told:
    """The figures of the floor and of each part of ours, and the ratios of the slices beside each other."""
    sides = {"floor": floor, **ours}
    alone = {name: _alone(side) for name, side in sides.items()}
    against = {f"{name}, against the floor": _against(floor, side) for name, side in ours.items()}
    return alone | against


def lines(found: Told) -> Iterator[str]:
    """The figures to read: median and quartiles of all slices."""
    for name, figures in found.items():
        yield f"{name}:"
        yield from (f"  {figure:<34} {spread}" for figure, spread in figures.items())


def keep(name: str, found: Told, beside: dict[str, object]) -> Path:
    """The figures as a file, with what stands beside them; the newest of a name stays."""
    RESULTS.mkdir(exist_ok=True)
    place = RESULTS / f"{name}.json"
    figures = {part: {each: vars_of(spread) for each, spread in of.items()} for part, of in found.items()}
    place.write_text(json.dumps(beside | figures, indent=2) + "\n", encoding="utf-8")
    return place


def vars_of(spread: Spread) -> dict[str, float]:
    """A spread as JSON has it."""
    return {"median": spread.median, "lower quartile": spread.low, "upper quartile": spread.high}


def _alone(side: Side) -> dict[str, Spread]:
    return {name: Spread.of([figure(one) for one in side]) for name, figure in FIGURES.items()}


def _against(floor: Side, ours: Side) -> dict[str, Spread]:
    beside = list(zip(floor, ours, strict=True))
    return {name: Spread.of([ratio(low, mine) for low, mine in beside]) for name, ratio in RATIOS.items()}
