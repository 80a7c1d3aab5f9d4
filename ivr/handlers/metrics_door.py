"""What is counted, for whoever watches over the hotline; opened by a token, and by nothing else."""

import hmac
import threading
from collections.abc import Callable, Mapping

from flask import Response, request

from foundation.clock import Clock, Deadline
from foundation.database import DatabaseUnavailable
from foundation.logs import logger
from foundation.metrics import Look
from foundation.metrics_text import exposed
from foundation.redaction import Secret
from ivr.handlers.guard import refusal

TEXT = "text/plain; version=0.0.4; charset=utf-8"  # the form that Prometheus reads
LOOK_LIMIT = 0.5  # seconds for what has to be looked up in SQL
KEPT_SECONDS = 2.0  # what was looked up is told for so long: asking often must not cost SQL anything
BEARER = "Bearer "
CLOSED = "the metrics without their token"  # for the log; who asks hears 403 alone

LookUp = Callable[[Deadline], Mapping[Look, float]]  # raises DatabaseUnavailable


class MetricsDoor:
    """Tells the counts of all processes of this machine, and what `look_up` finds.

    While SQL cannot be read, what is looked up is left out: a number that nobody knows is not a zero. One
    request looks at a time; those that come meanwhile are told what was found before.
    """

    def __init__(self, token: Secret, look_up: LookUp, clock: Clock) -> None:
        self._opens = f"{BEARER}{token.reveal()}".encode()
        self._look_up = look_up
        self._clock = clock
        self._looking = threading.Lock()
        self._found: Mapping[Look, float] = {}
        self._until = Deadline.after(0.0, clock)

    def scrape(self) -> Response:
        """200 and the text, or 403."""
        shown = request.headers.get("Authorization", "").encode()
        if not hmac.compare_digest(shown, self._opens):
            return refusal(CLOSED)
        return Response(exposed(self._looked_up()), content_type=TEXT)

    def _looked_up(self) -> Mapping[Look, float]:
        if self._until.passed() and self._looking.acquire(blocking=False):
            try:
                self._found = self._look_up(Deadline.after(LOOK_LIMIT, self._clock))
            except DatabaseUnavailable as fault:
                logger("handlers").warning("metrics without those of sql", fault=str(fault))
                self._found = {}
            finally:
                self._until = Deadline.after(KEPT_SECONDS, self._clock)
                self._looking.release()
        return self._found
