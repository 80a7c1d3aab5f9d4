"""What the steps of a measurement say about the aims; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bench.streams.lags import HELD

DECIDED = 0.7  # seconds from the end of speech, 95 in 100, at half of what is held
CALLERS_LATE = 0.05  # seconds, 95 in 100 of their frames: later, they measure themselves
OTHERS_TAKE = 0.2  # cores: with more, other work is measured too
AGAINST_PEER = {"hardly pausing": 2.0, "mostly listening": 4.0}  # times as many streams


@dataclass(frozen=True, slots=True)
class Step:
    """What a number of streams came to; times in seconds, 95 in 100 were no later.

    `lag`: of pieces of sound. `behind`: how long the process took to answer on a socket meanwhile. `decided`:
    from the end of speech. `late`: frames of the callers. `cost`, `callers`, `others`: cores.
    """

    streams: int
    lag: float
    cost: float
    callers: float
    others: float
    late: float
    behind: float = 0.0
    refused: int = 0
    decided: float | None = None

    @property
    def taken(self) -> int:
        return self.streams - self.refused

    @property
    def is_held(self) -> bool:
        return self.lag + self.behind <= HELD and not self.refused

    @property
    def is_disturbed(self) -> bool:
        return self.others > OTHERS_TAKE or self.late > CALLERS_LATE

    def __str__(self) -> str:
        parts = [f"{self.streams:5d} streams: p95 {_ms(self.lag)}"]
        parts += [f"socket {_ms(self.behind)}"] if self.behind else []
        parts += [f"{self.cost / max(1, self.taken) * 100:.1f} % of a core each"]
        parts += [f"decided p95 {_ms(self.decided)}"] if self.decided is not None else []
        parts += [
            f"callers {self.callers:.2f} cores, late {_ms(self.late)}",
            f"others {self.others:.2f} cores",
        ]
        parts += [f"{self.refused} refused"] if self.refused else []
        return ", ".join(parts) + self.mark

    @property
    def mark(self) -> str:
        """Said behind whatever was measured while the machine was not ours."""
        return "  DISTURBED" if self.is_disturbed else ""


Measure = Callable[[int], Step]  # so many streams


@dataclass(frozen=True, slots=True)
class Risen:
    """The steps of one server, each with more streams, up to the first that was not held."""

    steps: tuple[Step, ...]

    @property
    def held(self) -> int:
        """The most streams that were held."""
        return max((step.streams for step in self.steps if step.is_held), default=0)

    @property
    def half(self) -> Step | None:
        """The step at half of what is held, or the next smaller one."""
        fit = [step for step in self.steps if step.is_held and step.streams <= self.held / 2]
        return fit[-1] if fit else None

    @property
    def mark(self) -> str:
        """Whether the last that was held or the first that was not was measured beside other work."""
        last = [step for step in self.steps if step.streams == self.held or not step.is_held]
        return next((step.mark for step in last if step.is_disturbed), "")


def risen(
    measures: Mapping[str, Measure], numbers: Sequence[int], say: Callable[[str], None]
) -> dict[str, Risen]:
    """Each server with more and more streams, in turn, so that what else the machine does meets all alike.

    What is not held, and disturbed, is measured once more.
    """
    steps: dict[str, tuple[Step, ...]] = dict.fromkeys(measures, ())
    for number in numbers:
        for name, measure in measures.items():
            if all(step.is_held for step in steps[name]):
                steps[name] += (_best(name, measure, number, say),)
    return {name: Risen(found) for name, found in steps.items()}


def _best(name: str, measure: Measure, number: int, say: Callable[[str], None]) -> Step:
    step = _measured(name, measure, number, say)
    if step.is_disturbed and not step.is_held:
        step = _measured(name, measure, number, say)
    return step


def _measured(name: str, measure: Measure, number: int, say: Callable[[str], None]) -> Step:
    step = measure(number)
    say(f"{name} {step}{'' if step.is_held else '  NOT HELD'}")
    return step


def verdicts(kind: str, ours: Risen, peer: Risen | None, beyond: Step) -> Sequence[str]:
    """A line for each aim: what was measured, and whether it is reached."""
    said = []
    if peer is not None:
        aim = AGAINST_PEER[kind]
        times = ours.held / peer.held if peer.held else float("inf") if ours.held else 0.0
        said.append(
            f"held: {ours.held} where the peer holds {peer.held}, {times:.1f} times as many; "
            f"{_reached(times >= aim, f'{aim:.0f} times')}{ours.mark or peer.mark}"
        )
    half = ours.half
    if half is not None and half.decided is not None:
        said.append(
            f"decided: {_ms(half.decided)} after the end of speech with {half.streams} streams; "
            f"{_reached(half.decided <= DECIDED, _ms(DECIDED))}{half.mark}"
        )
    late = beyond.lag + beyond.behind
    said.append(
        f"beyond: {beyond.streams} come, {beyond.taken} are taken, p95 of those {_ms(late)}; "
        f"{_reached(bool(beyond.taken) and late <= HELD, _ms(HELD))}{beyond.mark}"
    )
    return said


def _reached(is_so: bool, aim: str) -> str:  # noqa: FBT001  # ours alone
    return f"the aim is {aim}: {'reached' if is_so else 'MISSED'}"


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"
