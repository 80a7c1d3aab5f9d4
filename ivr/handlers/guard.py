"""Who may come in: the carrier with a signed form, and nobody else; nothing sent from outside raises here."""

import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps

from flask import Response
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Request

from foundation.clock import Clock, Deadline
from foundation.logs import logger
from foundation.metrics import WEBHOOKS
from foundation.watchdog import Watchdog
from ivr.channels.twilio_form import Form, Refused, read_form
from ivr.channels.twilio_signature import HEADER, SignatureCheck

LARGEST_BODY = 64 * 1024  # bytes; a genuine webhook has one to three thousand
BODY_LIMIT = 1.0  # seconds for the body to arrive; the server itself would wait for ever, a thread with it
BUDGET = 1.8  # seconds for one webhook, from its arrival to its answer
UNAVAILABLE = 503
FORBIDDEN, BROKEN = 403, 500  # statuses: not let in; this one and above: our own fault
FORM_TYPE = "application/x-www-form-urlencoded"
ANSWERED, APOLOGY, REFUSED, FAILED = OUTCOMES = ("answered", "apology", "refused", "failed")
# The line of the request as it came; a server hands it over under one of these names.
_RAW_TARGETS = ("RAW_URI", "REQUEST_URI")


@dataclass(frozen=True, slots=True)
class Webhook:
    """A request that the carrier has signed: its form, and until when it must be answered.

    `asked`: the request itself, for what we wrote into its address.
    """

    form: Form
    deadline: Deadline
    asked: Request


class Apology(Response):
    """What a caller hears when something of ours has failed: a status of 200, and no turn taken."""


class CutShort(Exception):
    """Less of a body has come in time than its head announces; whose it is cannot be told."""


class Guard:
    """Lets signed forms in. Everything else is answered 403 without a word about what was wrong."""

    def __init__(self, signature: SignatureCheck, clock: Clock) -> None:
        self._signature = signature
        self._clock = clock
        self._watchdog = Watchdog()

    def signed(self, view: Callable[..., Response]) -> Callable[..., Response]:
        """The view behind the guard, to be called with the request and the parts of its address.

        The view itself is called with the `Webhook` before the parts.
        """
        # Bound once: finding a label costs more than counting does.
        observe = {outcome: WEBHOOKS.labels(view.__name__, outcome).observe for outcome in OUTCOMES}

        @wraps(view)
        def guarded(asked: Request, **parts: str | int) -> Response:
            deadline = Deadline.after(BUDGET, self._clock)
            outcome = FAILED
            try:
                form = self._admitted(asked)
                if isinstance(form, str | Refused):
                    answer = refusal(form)
                else:
                    answer = view(Webhook(form, deadline, asked), **parts)
                outcome = _outcome_of(answer)
            except RequestEntityTooLarge:
                outcome = REFUSED
                raise
            except CutShort:
                outcome = REFUSED
                logger("handlers").warning("request refused", reason="only a part of it came")
                # After this status the carrier asks again, after 403 it would not. A lost packet is enough.
                return Response("", status=UNAVAILABLE, content_type="text/plain; charset=utf-8")
            else:
                return answer
            finally:
                observe[outcome](self._clock.monotonic() - deadline.at + BUDGET)

        return guarded

    def _admitted(self, asked: Request) -> Form | Refused | str:
        """The form, or why there is none to be trusted."""
        # No signature of a form covers a JSON body: there would be no fields, and the check would hold.
        if _kind_of_body(asked) != FORM_TYPE:
            return "not a form"
        target = raw_target(asked)
        if "bodySHA256" in target:
            return "the signature of another kind of body"
        form = read_form(self._body(asked))
        if isinstance(form, Refused):
            return form
        if not self._signature.holds(target, form.signed, asked.headers.get(HEADER)):
            return "no genuine signature"
        return form

    def _body(self, asked: Request) -> bytes:
        """The body as it came. One that does not say how long it is, is cut at the limit by the framework."""
        with self._watchdog.watch(BODY_LIMIT, _hang_up_on(asked)):
            body = asked.get_data(cache=False, parse_form_data=False)
        if len(body) >= LARGEST_BODY:
            raise RequestEntityTooLarge
        if len(body) < (asked.content_length or 0):
            raise CutShort
        return body


def nothing(_webhook: Webhook) -> Response:
    """204 and no deed: by this door whoever sets us up sees from outside that signatures hold."""
    return Response(status=204)


def _hang_up_on(asked: Request) -> Callable[[], None]:
    """Ends the reading of a request, where the server lets us at its socket."""
    line: socket.socket | None = asked.environ.get("gunicorn.socket")

    def hang_up() -> None:
        if line is not None:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RD)

    return hang_up


def _outcome_of(answer: Response) -> str:
    if isinstance(answer, Apology):
        return APOLOGY
    if answer.status_code == FORBIDDEN:
        return REFUSED
    return FAILED if answer.status_code >= BROKEN else ANSWERED


def _kind_of_body(asked: Request) -> str:
    """The type of the body. The framework would read its parameters too, which nobody asks for."""
    return str(asked.environ.get("CONTENT_TYPE", "")).partition(";")[0].strip().lower()


def raw_target(asked: Request) -> str:
    """Path and query as they stood in the request line, undecoded; empty if the server does not tell."""
    return next((str(asked.environ[name]) for name in _RAW_TARGETS if name in asked.environ), "")


def refusal(reason: Refused | str) -> Response:
    """403, and a line in the log that says why."""
    why = reason.value if isinstance(reason, Refused) else reason
    logger("handlers").warning("request refused", reason=why)
    return Response("", status=FORBIDDEN, content_type="text/plain; charset=utf-8")
