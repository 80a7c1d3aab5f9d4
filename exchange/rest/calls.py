"""The calls of an account: placing one, and what became of each.

Source: https://www.twilio.com/docs/voice/api/call-resource, and the pages of errors. Not carried: changing a
live call, TwiML inside the request, sending digits, detecting machines.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from exchange.faults import DialledWrong
from exchange.rest.call_facts import call_as_json, faults_as_json
from exchange.rest.door import BASE, Form, RestFault, form_of, guarded, missing, page_of
from exchange.rest.numbers import checked_method, checked_url
from exchange.rest.placing import check_ends, number_between
from exchange.settings import Method, NumberSettings
from exchange.switchboard import RingPlan, Switchboard

INVALID_PARAMETER = 20001
NO_URL, TOO_MANY = 21205, 20429
USUAL_RING, LONGEST_RING = 60, 600
EVENTS = ("initiated", "ringing", "answered", "completed")
STATUSES = ("queued", "ringing", "in-progress", "canceled", "completed", "failed", "busy", "no-answer")
_KNOWN = frozenset({"To", "From", "Url", "Method", "FallbackUrl", "FallbackMethod", "Timeout"})
_KNOWN_OF_STATUS = frozenset({"StatusCallback", "StatusCallbackMethod", "StatusCallbackEvent"})


@dataclass(frozen=True, slots=True)
class _Told:
    """The fields of a request; each stands there once, but for the events."""

    form: Form

    def one(self, name: str, usual: str = "") -> str:
        values = self.form.get(name, [usual])
        if len(values) != 1:
            raise RestFault(400, INVALID_PARAMETER, f"{name} is given {len(values)} times")
        return values[0]

    def events(self) -> tuple[str, ...]:
        wanted = tuple(self.form.get("StatusCallbackEvent", ["completed"]))
        if set(wanted) - set(EVENTS):
            raise RestFault(400, INVALID_PARAMETER, f"StatusCallbackEvent is any of {', '.join(EVENTS)}")
        return wanted


def routes(board: Switchboard) -> list[Route]:
    """Placing and listing calls, and one of them with the carrier's errors on it."""
    account = board.settings.account

    async def every(request: Request) -> Response:
        if request.method == "POST":
            return JSONResponse(_placed(board, await form_of(request)), status_code=201)
        fits = _filter(request)
        newest_first = reversed(board.tape.calls())
        tables = [table for sid in newest_first if (table := call_as_json(board, sid)) and fits(table)]
        return page_of(request, "calls", tables)

    async def one(request: Request) -> Response:
        table = call_as_json(board, request.path_params["sid"])
        return JSONResponse(table) if table else missing(request)

    async def faults(request: Request) -> Response:
        sid = request.path_params["sid"]
        if call_as_json(board, sid) is None:
            return missing(request)
        return page_of(request, "notifications", faults_as_json(board, sid))

    place = f"{BASE}/Calls"
    return [
        Route(f"{place}.json", guarded(account, every), methods=["GET", "POST"]),
        Route(f"{place}/{{sid}}.json", guarded(account, one), methods=["GET"]),
        Route(f"{place}/{{sid}}/Notifications.json", guarded(account, faults), methods=["GET"]),
    ]


def _placed(board: Switchboard, form: Form) -> dict[str, object]:
    if unknown := sorted(form.keys() - _KNOWN - _KNOWN_OF_STATUS):
        raise RestFault(400, INVALID_PARAMETER, f"this exchange does not carry {', '.join(unknown)}")
    told = _Told(form)
    from_, to = told.one("From"), told.one("To")
    check_ends(board, from_, to)
    asks = NumberSettings(
        voice_url=_document_url(told),
        voice_method=_method(told, "Method"),
        fallback_url=checked_url("FallbackUrl", told.one("FallbackUrl")) or None,
        fallback_method=_method(told, "FallbackMethod"),
        status_url=checked_url("StatusCallback", told.one("StatusCallback")) or None,
        status_method=_method(told, "StatusCallbackMethod"),
        status_events=told.events(),
    )
    timeout = number_between("Timeout", told.one("Timeout", str(USUAL_RING)), 1, LONGEST_RING)
    try:
        call = board.ring(RingPlan(from_, to, asks, timeout))
    except DialledWrong as refused:
        raise RestFault(429, TOO_MANY, str(refused)) from refused
    table = call_as_json(board, call.sid)
    if table is None:
        raise AssertionError("a call that was just placed is there")
    return table


def _document_url(told: _Told) -> str:
    url = checked_url("Url", told.one("Url"))
    if not url:
        raise RestFault(400, NO_URL, "Url parameter is required.")
    return url


def _method(told: _Told, name: str) -> Method:
    return checked_method(name, told.one(name, "POST"))


def _filter(request: Request) -> Callable[[dict[str, object]], bool]:
    wanted = {name: request.query_params.get(asked) for name, asked in _FILTERS}
    if wanted["status"] not in (None, *STATUSES):
        raise RestFault(400, INVALID_PARAMETER, f"Status is one of {', '.join(STATUSES)}")
    return lambda table: all(told in (None, table[name]) for name, told in wanted.items())


_FILTERS: Sequence[tuple[str, str]] = (("to", "To"), ("from", "From"), ("status", "Status"))
