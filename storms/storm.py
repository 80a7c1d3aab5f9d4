"""One storm: callers call, blows fall, and then what was told is held against what stands."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from random import Random

from exchange.exchange import CallPlan, Exchange
from exchange.settings import NumberSettings
from exchange.tape import TapeEvent
from foundation.clock import Deadline, SystemClock
from foundation.spool import Counts, Spool
from processes.connect.connecting import addresses
from storms import callers
from storms.fallback import carriers_own
from storms.ledger import Verdict, judged
from storms.line import StormLine
from storms.machine import Machine
from storms.standing import standing
from storms.strikes import Blow, Plan, Strike, more_kills
from storms.striking import Striker
from storms.tapes import Tapes
from storms.told import Told, told

MOST = 3  # times as many calls as were asked for, if the blows take long
BATCH = 500  # calls on one tape, which is then thrown away; at its end fewer and fewer are in progress
FURTHER = 100  # calls on one tape once all that were asked for are held, and blows are still to fall
AT_ONCE = 40  # calls in progress
LATE = 2.0  # seconds that every answer may take, less those in which the machine did something else
SETTLING = 30.0  # seconds for what was kept in the spool to become rows
LOOK_LIMIT = 5.0  # seconds for one look into it
LOOK = 0.25  # seconds between two looks at that


@dataclass(slots=True)
class Felt:
    """What callers felt, by the blow that fell last: answers that were late, and those that did not come."""

    ended: int = 0
    late: Counter[Blow | None] = field(default_factory=Counter)
    missing: Counter[Blow | None] = field(default_factory=Counter)

    def note(self, event: TapeEvent, latest: Blow | None, machine: Machine) -> None:
        """One event of the tape, which `machine` has noted before."""
        self.ended += event.kind == "ended"
        self.late[latest] += event.kind == "document" and machine.spent(event) > LATE
        self.missing[latest] += event.kind == "fault" and event.details["heard"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it."""

    told: tuple[Told, ...]
    verdict: Verdict
    done: Counter[Blow]
    felt: Felt
    left: Counts
    tapes: Tapes
    seconds: float


@dataclass(frozen=True, slots=True)
class Storm:
    """At least so many calls while these blows fall; the seed says who calls and who is struck.

    `kills`: at least so many are done; for each that found nobody another one is drawn.
    """

    calls: int
    strikes: Sequence[Strike]
    seed: int
    kills: int = 0


def weathered(line: StormLine, storm: Storm) -> Outcome:
    """Hold the calls, and more of them until the last blow has fallen."""
    began, felt, found, tapes = time.monotonic(), Felt(), list[Told](), Tapes()
    machine = Machine(line.hotline.pid)
    plans = callers.calls(line.hotline.settings.hotline_number, Random(f"{storm.seed} calls"))
    chance = Random(f"{storm.seed} struck")
    further = more_kills(Random(f"{storm.seed} more"), storm.kills, server=line.sql is not None)
    plan = Plan(storm.strikes, storm.kills, further)
    striker = Striker(line, plan, lambda: felt.ended, chance)
    with carriers_own() as fallback, striker.striking():
        while len(found) < storm.calls or (striker.strikes() and len(found) < MOST * storm.calls):
            wanting = storm.calls - len(found)
            some = islice(plans, min(BATCH, wanting) if wanting > 0 else min(FURTHER, storm.calls))
            with _carrier(line, fallback) as exchange:
                exchange.tape.listen(machine.note)
                exchange.tape.listen(lambda event: felt.note(event, striker.latest, machine))
                found += _held(exchange, some, line.hotline.web, tapes)
    left = _settled(line)
    verdict = judged(found, standing(line.hotline))
    return Outcome(tuple(found), verdict, striker.done, felt, left, tapes, time.monotonic() - began)


def _held(exchange: Exchange, plans: Iterable[CallPlan], web: str, tapes: Tapes) -> list[Told]:
    """All of these calls, each read as soon as it has ended; the exchange waits 300 s for each."""

    def hold(plan: CallPlan) -> Told:
        record = exchange.call(from_=plan.from_, to=plan.to, script=plan.script)
        tapes.keep(record)
        return told(record, f"{web}/")

    with ThreadPoolExecutor(AT_ONCE) as telephones:
        return list(telephones.map(hold, plans))


@contextmanager
def _carrier(line: StormLine, fallback: str) -> Iterator[Exchange]:
    """Told of the number what `hotline connect` tells it."""
    told_of = addresses(line.hotline.web, fallback)
    number = NumberSettings(told_of.voice, told_of.status, told_of.fallback)
    with line.hotline.exchange(numbers={line.hotline.settings.hotline_number: number}) as exchange:
        yield exchange


def _settled(line: StormLine) -> Counts:
    """Everything is up again, and the worker makes what waits in the spool; what is left there."""
    line.thaw()
    line.worker.keep()
    clock = SystemClock()
    until = Deadline.after(SETTLING, clock)
    with closing(Spool(line.hotline.settings.spool_dir)) as spool:
        while (left := spool.counts(Deadline.after(LOOK_LIMIT, clock))).waiting and not until.passed():
            time.sleep(LOOK)
    return left
