"""The blows of a storm, done to a hotline one after the other while callers call."""

from __future__ import annotations

import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from typing import assert_never

from foundation.fault_points import KNOWN
from ivr.calls.claims import LEASE_SECONDS
from storms.line import StormLine, killed, send
from storms.strikes import KILLS, Blow, Plan, Strike
from tests.servers import Server

GAP = 0.3  # seconds from one blow to the next, so that what callers feel can be told apart
LOOK = 0.02  # seconds between two looks at how many calls have ended
POINT_LIMIT = 2.0  # seconds until somebody has come to a fault point
CHILD_LIMIT = 10.0  # seconds until there is a web worker to be struck
BEGIN_TRIES = 5  # a database that was killed may still have something of itself running


class Striker:
    """Does what the plan says in a thread of its own; `ended` tells how many calls are over."""

    def __init__(self, line: StormLine, plan: Plan, ended: Callable[[], int], chance: Random) -> None:
        self._line = line
        self._plan = plan
        self._ended = ended
        self._chance = chance
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="striker", daemon=True)
        self._fault: BaseException | None = None
        self.done: Counter[Blow] = Counter()
        self.latest: Blow | None = None

    @contextmanager
    def striking(self) -> Iterator[None]:
        """While this is open. Raises what went wrong with a blow: a storm without blows shows nothing."""
        self._thread.start()
        try:
            yield
        finally:
            self._over.set()
            self._thread.join()
        if self._fault is not None:
            raise self._fault

    def strikes(self) -> bool:
        """Whether blows are still to fall."""
        return self._thread.is_alive()

    def killed(self) -> int:
        """How many kills are done, each of something that ran."""
        return sum(times for blow, times in self.done.items() if blow in KILLS)

    def _run(self) -> None:
        try:
            for strike in self._plan.falling(self.killed):
                while self._ended() < strike.after and not self._over.wait(LOOK):
                    pass
                if self._over.is_set():
                    return
                self._line.worker.keep()  # whoever dies at a fault point may be this one
                self.latest = strike.blow
                if self._struck(strike):
                    self.done[strike.blow] += 1
                self._over.wait(GAP)
        except BaseException as fault:  # noqa: BLE001  # told to whoever waits for the storm
            self._fault = fault

    def _struck(self, strike: Strike) -> bool:
        """Do it, and take back what can be. False: there was nothing to strike."""
        line, lasts = self._line, strike.lasts
        match strike.blow:
            case Blow.KILL_WEB:
                return send(signal.SIGKILL, self._one_web()) > 0
            case Blow.KILL_AT_POINT | Blow.FREEZE_AT_POINT:
                return self._at_a_point(strike)
            case Blow.KILL_WORKER:
                there = line.worker.lives()
                line.worker.end(signal.SIGKILL)
                line.worker.begin()
                return there
            case Blow.KILL_REDIS:
                self._down(line.redis, lasts)
            case Blow.KILL_SQL | Blow.RESTART_SQL | Blow.FREEZE_SQL:
                return self._on_sql(strike)
            case Blow.FREEZE_WEB:
                send(signal.SIGSTOP, self._one_web())
                time.sleep(lasts)
                line.thaw()
            case Blow.FREEZE_REDIS:
                with line.redis.frozen():
                    time.sleep(lasts)
            case Blow.FLUSH_REDIS:
                line.flush_redis()
            case Blow.FILL_DISK:
                return self._on_disk(lasts)
            case _:
                assert_never(strike.blow)
        return True

    def _one_web(self) -> list[int]:
        """One of those that serve callers, by chance; the one just killed may not have an heir yet."""
        until = time.monotonic() + CHILD_LIMIT
        while not (there := self._line.web_workers()) and time.monotonic() < until:
            time.sleep(LOOK)
        return [self._chance.choice(there)]

    def _at_a_point(self, strike: Strike) -> bool:
        """Whoever comes to a point first dies or stops there; to some nobody comes while all is well."""
        points = self._chance.sample(sorted(KNOWN), len(KNOWN))
        deed = "kill" if strike.blow is Blow.KILL_AT_POINT else "stop"
        struck = any(self._taken(self._line.orders / point, deed) for point in points)
        if struck and deed == "stop":
            # Longer than a turn is leased: somebody else takes it over before its owner goes on.
            time.sleep(LEASE_SECONDS + strike.lasts)
            self._line.thaw()
        return struck

    def _taken(self, order: Path, deed: str) -> bool:
        order.write_text(deed, "ascii")
        until = time.monotonic() + POINT_LIMIT
        while order.exists() and time.monotonic() < until and not self._over.is_set():
            time.sleep(LOOK)
        try:
            order.unlink()
        except FileNotFoundError:
            return True
        return False

    def _on_sql(self, strike: Strike) -> bool:
        sql = self._line.sql
        if sql is None:
            return False
        if strike.blow is Blow.FREEZE_SQL:
            with sql.frozen():
                time.sleep(strike.lasts)
        elif strike.blow is Blow.RESTART_SQL:
            sql.end(signal.SIGINT)  # at once, in order
            begun(sql)
        else:
            self._down(sql, strike.lasts)
        return True

    def _on_disk(self, lasts: float) -> bool:
        if self._line.disk is None:
            return False
        with self._line.disk.full():
            time.sleep(lasts)
        if self._line.sql is not None and not self._line.sql.lives():
            begun(self._line.sql)  # without room for its log it has ended itself
        return True

    def _down(self, server: Server, lasts: float) -> None:
        killed(server)
        time.sleep(lasts)
        begun(server)


def begun(server: Server) -> None:
    """Started again, at the same place."""
    for _ in range(BEGIN_TRIES - 1):
        with suppress(BaseException):  # the tests' own way to say that it did not start
            server.begin()
            return
        time.sleep(1.0)
    server.begin()
