"""Callers on one event loop: each asks, listens, thinks, presses; what they waited for is noted."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from bench.load.lines import Lines, NoAnswer
from bench.webhooks.calls import Asked

GOOD = range(200, 300)
BEGUN = 0.6  # share of warming up in which calls begin; in the rest it becomes quiet
CALLS_AT_MOST = 100_000  # of one load
BROUGHT_A_SECOND = 40  # calls that are brought to their places in a second of warming up
SEED = 20261129


@dataclass(frozen=True, slots=True)
class Load:
    """How many call: `calls` in progress all the time, or a new one `rate` times a second.

    `thinking`: seconds from an answer to the next key, drawn between the two. `warming` and `seconds`: how
    long it runs before and while it is measured. The same `seed` brings the same thoughts.
    """

    calls: int = 0
    rate: float = 0.0
    thinking: tuple[float, float] = (4.0, 6.0)
    warming: float = 10.0
    seconds: float = 30.0
    seed: int = SEED

    @classmethod
    def in_progress(cls, calls: int, seconds: float, seed: int) -> Load:
        """So many, with time to bring each to its place."""
        return cls(calls, warming=cls().warming + calls / BROUGHT_A_SECOND, seconds=seconds, seed=seed)


@dataclass(slots=True)
class Noted:
    """What was measured: seconds until each answer, faults by kind, and how many calls were in progress."""

    times: list[float] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    in_progress: int = 0
    begun: int = 0


class Callers:
    """Runs a load against one port; `new_call` brings all requests of a further call, in order."""

    def __init__(self, load: Load, port: int, new_call: Callable[[], Sequence[Asked]]) -> None:
        self._load = load
        self._lines = Lines(port)
        self._new_call = new_call
        self._chance = Random(load.seed)
        self._measuring = False
        self._calling: set[asyncio.Task[None]] = set()
        self.noted = Noted()

    async def call(self, measured: Callable[[], None]) -> Noted:
        """Warm up, then measure; `measured` is told when that begins."""
        beginning = asyncio.create_task(self._begin())
        await asyncio.sleep(self._load.warming)
        self._measuring = True
        measured()
        await asyncio.sleep(self._load.seconds)
        self._measuring = False
        for task in (beginning, *self._calling):
            task.cancel()
        await asyncio.gather(beginning, *self._calling, return_exceptions=True)
        await self._lines.close()
        return self.noted

    async def _begin(self) -> None:
        """Those in progress come one after the other while it warms up; by a rate they come by chance."""
        load = self._load
        for _ in range(load.calls or CALLS_AT_MOST):
            task = asyncio.create_task(self._one_after_another() if load.calls else self._one())
            self._calling.add(task)
            task.add_done_callback(self._calling.discard)
            pause = BEGUN * load.warming / load.calls if load.calls else self._chance.expovariate(load.rate)
            await asyncio.sleep(pause)

    async def _one_after_another(self) -> None:
        # The first call is hurried to a place by chance: else all would begin, and file tickets, at once.
        await self._one(hurried=self._chance.random())
        for _ in range(CALLS_AT_MOST):
            await self._one()

    async def _one(self, hurried: float = 0.0) -> None:
        """One call; so much of it without thinking."""
        self.noted.in_progress += 1
        self.noted.begun += 1
        call = self._new_call()
        try:
            for place, asked in enumerate(call, 1):
                right = await self._asked(asked)
                if place > hurried * len(call):
                    await asyncio.sleep(self._chance.uniform(*self._load.thinking))
                if not right:
                    return  # this caller hears nothing more, and another one calls
        finally:
            self.noted.in_progress -= 1

    async def _asked(self, asked: Asked) -> bool:
        began = asyncio.get_running_loop().time()
        try:
            status, body = await self._lines.ask(asked.sent)
            wrong = "" if status in GOOD and asked.holds in body else f"status {status}, not the answer"
        except NoAnswer as fault:
            wrong = str(fault)
        if self._measuring:
            self.noted.times.append(asyncio.get_running_loop().time() - began)
            self.noted.faults.update([wrong] if wrong else [])
        return not wrong
