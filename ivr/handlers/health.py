"""Whether this process lives, and whether it can serve calls: what is asked before traffic is sent here."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import Response, jsonify

from foundation.clock import Clock, Deadline, SystemClock
from foundation.logs import logger

WELL = "ok"
KEPT_SECONDS = 1.0  # the door is open to everybody: asking it often must not cost Redis and SQL anything
FIRST_WAIT = 3.0  # seconds that others wait for the very first findings; the checks are quicker


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: `fault` in one line without secrets, None if all is well; does it stop calls?

    `tells`: what else is to be known, under names of its own.
    """

    fault: str | None = None
    stops: bool = True
    tells: Mapping[str, object] = field(default_factory=dict)


Check = Callable[[], Finding]


@dataclass(frozen=True, slots=True)
class _Kept:
    found: Mapping[str, Finding]
    until: Deadline


class Health:
    """Answers for the whole process, for any thread. Each check has its own time limit.

    What the checks found is told for `KEPT_SECONDS`. After that one request asks anew; those that come
    meanwhile are told the findings before, so that no second thread waits for a slow store.
    """

    def __init__(self, checks: Mapping[str, Check], clock: Clock | None = None) -> None:
        self._checks = checks
        self._clock = clock or SystemClock()
        self._asking = threading.Lock()
        self._kept: _Kept | None = None

    def live(self) -> Response:
        """200 as long as the process answers at all."""
        return jsonify(live=True)

    def ready(self) -> Response:
        """200 if calls can be served, else 503; each check with `ok` or its fault."""
        found = self._findings()
        ready = not any(finding.fault and finding.stops for finding in found.values())
        checks = {name: one.fault or WELL for name, one in found.items()}
        tells = {name: told for one in found.values() for name, told in one.tells.items()}
        answer = jsonify(ready=ready, checks=checks, **tells)
        answer.status_code = 200 if ready else 503
        return answer

    def _findings(self) -> Mapping[str, Finding]:
        kept = self._kept
        if kept is not None and not kept.until.passed():
            return kept.found
        if not self._asking.acquire(timeout=0 if kept else FIRST_WAIT):
            return kept.found if kept else {"checks": Finding("do not answer yet")}
        try:
            return self._asked()
        finally:
            self._asking.release()

    def _asked(self) -> Mapping[str, Finding]:
        kept = self._kept
        # Who waited for the first findings has them now.
        if kept is None or kept.until.passed():
            found = {name: _found(name, check) for name, check in self._checks.items()}
            kept = self._kept = _Kept(found, Deadline.after(KEPT_SECONDS, self._clock))
        return kept.found


def _found(name: str, check: Check) -> Finding:
    try:
        return check()
    except Exception as fault:  # noqa: BLE001  # whatever a check does, readiness is answered
        logger("handlers").warning("health check failed", check=name, fault=type(fault).__name__)
        return Finding(f"cannot be asked ({type(fault).__name__})")
