"""Whether this process lives, and whether it can serve calls: what is asked before traffic is sent here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Response, jsonify

from foundation.logs import logger

WELL = "ok"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: `fault` in one line without secrets, None if all is well; does it stop calls?"""

    fault: str | None = None
    stops: bool = True


Check = Callable[[], Finding]


class Health:
    """Answers for the whole process. Each check has its own time limit."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = checks

    def live(self) -> Response:
        """200 as long as the process answers at all."""
        return jsonify(live=True)

    def ready(self) -> Response:
        """200 if calls can be served, else 503; each check with `ok` or its fault."""
        found = {name: _found(name, check) for name, check in self._checks.items()}
        ready = not any(finding.fault and finding.stops for finding in found.values())
        answer = jsonify(ready=ready, checks={name: one.fault or WELL for name, one in found.items()})
        answer.status_code = 200 if ready else 503
        return answer


def _found(name: str, check: Check) -> Finding:
    try:
        return check()
    except Exception as fault:  # noqa: BLE001  # whatever a check does, readiness is answered
        logger("handlers").warning("health check failed", check=name, fault=type(fault).__name__)
        return Finding(f"cannot be asked ({type(fault).__name__})")
