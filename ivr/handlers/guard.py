"""Who may come in: the carrier with a signed form, and nobody else; nothing sent from outside raises here."""

import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps

from flask import Response
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
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
FORBIDDEN, BROKEN = 403, 500  # statuses: not let in; this one and above: our own fault
ASK_AGAIN = 503  # the carrier asks again after it, and never after a 403
FORM_TYPE = "application/x-www-form-urlencoded"
ANSWERED, APOLOGY, REFUSED, CUT, FAILED = OUTCOMES = ("answered", "apology", "refused", "cut", "failed")
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


@dataclass(frozen=True, slots=True)
class Cut:
    """A body that did not arrive whole in time: the signature covers all of it, so it cannot be judged."""

    arrived: int
    announced: int | None


class Apology(Response):
    """What a caller hears when something of ours has failed: a status of 200, and no turn taken."""


class Guard:
    """Lets signed forms in. What is whole and not signed is answered 403 without a word about what was wrong.

    What is not whole is answered 503: on a slow machine it may be the carrier's own.
    """

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
                match form:
                    case Cut():
                        answer, outcome = _ask_again(form), CUT
                    case str() | Refused():
                        answer, outcome = refusal(form), REFUSED
                    case _:
                        answer = view(Webhook(form, deadline, asked), **parts)
                        outcome = _outcome_of(answer)
            except RequestEntityTooLarge:
                outcome = REFUSED
                raise
            else:
                return answer
            finally:
                observe[outcome](self._clock.monotonic() - deadline.at + BUDGET)

        return guarded

    def _admitted(self, asked: Request) -> Form | Cut | Refused | str:
        """The form, or why there is none to be trusted."""
        # No signature of a form covers a JSON body: there would be no fields, and the check would hold.
        if _kind_of_body(asked) != FORM_TYPE:
            return "not a form"
        target = raw_target(asked)
        if "bodySHA256" in target:
            return "the signature of another kind of body"
        body = self._body(asked)
        if isinstance(body, Cut):
            return body
        form = read_form(body)
        if isinstance(form, Refused):
            return form
        if not self._signature.holds(target, form.signed, asked.headers.get(HEADER)):
            return "no genuine signature"
        return form

    def _body(self, asked: Request) -> bytes | Cut:
        """The body as it came. One that does not say how long it is, is cut at the limit by the framework."""
        try:
            with self._watchdog.watch(BODY_LIMIT, _hang_up_on(asked)):
                body = asked.get_data(cache=False, parse_form_data=False)
        except ClientDisconnected:  # the line was lost, or it ended in a chunk or between two
            return Cut(0, asked.content_length)
        if len(body) >= LARGEST_BODY:
            raise RequestEntityTooLarge
        if len(body) < (asked.content_length or 0):
            return Cut(len(body), asked.content_length)
        return body


def nothing(_webhook: Webhook) -> Response:
    """204 and no deed: by this door whoever sets us up sees from outside that signatures hold."""
    return Response(status=204)


def _hang_up_on(asked: Request) -> Callable[[], None]:
    """Ends the reading of a request, where the server lets us at its socket.

    What has arrived by then is still read: a thread that got the processor late loses nothing.
    """
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


def _ask_again(cut: Cut) -> Response:
    """503, and a line in the log. A lost packet is enough for a body to be cut short."""
    logger("handlers").warning("request not whole", arrived=cut.arrived, announced=cut.announced)
    return Response("", status=ASK_AGAIN, content_type="text/plain; charset=utf-8")


def refusal(reason: Refused | str) -> Response:
    """403, and a line in the log that says why."""
    why = reason.value if isinstance(reason, Refused) else reason
    logger("handlers").warning("request refused", reason=why)
    return Response("", status=FORBIDDEN, content_type="text/plain; charset=utf-8")
