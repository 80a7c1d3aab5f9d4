"""What time it is, as a part that is handed in, and how much of a budget is left."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Two readings: the wall for what people are told, the monotonic one for every limit."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds since some fixed moment; never goes back when the wall clock is set."""
        ...


class SystemClock:
    """The machine's own clock: the only reader of real time in this file."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class StoppedClock:
    """A clock that moves only when told: for tests, replays and the terminal."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("a clock is set with a moment that names its zone")
        self._at = at.astimezone(UTC)
        self._elapsed = 0.0

    def now(self) -> datetime:
        return self._at

    def monotonic(self) -> float:
        return self._elapsed

    def advance(self, by: timedelta) -> None:
        """Let time pass on both readings; time does not run back (ValueError)."""
        if by < timedelta(0):
            raise ValueError("time does not run back")
        self._at += by
        self._elapsed += by.total_seconds()


@dataclass(frozen=True, slots=True)
class Deadline:
    """One budget shared by several waits: each gets the smaller of its own limit and what is left."""

    clock: Clock
    at: float

    @classmethod
    def after(cls, seconds: float, clock: Clock) -> "Deadline":
        """A deadline that many seconds from now."""
        return cls(clock, clock.monotonic() + seconds)

    def left(self) -> float:
        """Seconds that remain, never below zero."""
        return max(0.0, self.at - self.clock.monotonic())

    def passed(self) -> bool:
        """Whether the budget is spent."""
        return self.clock.monotonic() >= self.at

    def allow(self, limit: float) -> float:
        """How long one wait may last, in seconds: its own limit, or what is left if that is less."""
        return min(limit, self.left())
