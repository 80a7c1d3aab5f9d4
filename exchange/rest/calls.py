"""The calls of an account: placing one, and what became of each.

Source: https://www.twilio.com/docs/voice/api/call-resource, and the pages of errors. Not carried: placing one
with TwiML inside the request, sending digits, detecting machines.
"""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from exchange.faults import DialledWrong
from exchange.rest.call_changes import changed
from exchange.rest.call_facts import call_as_json, faults_as_json, listed_calls
from exchange.rest.door import BASE, Door, form_of
from exchange.rest.numbers import checked_method, checked_url
from exchange.rest.placing import check_ends, number_between
from exchange.rest.words import INVALID_PARAMETER, RestFault, Told, missing, page_of, within_dates
from exchange.settings import Method, NumberSettings
from exchange.switchboard import RingPlan, Switchboard

NO_URL, TOO_MANY = 21205, 20429
USUAL_RING, LONGEST_RING = 60, 600
LONGEST_TALK = 4 * 3_600
EVENTS = ("initiated", "ringing", "answered", "completed")
STATUSES = ("queued", "ringing", "in-progress", "canceled", "completed", "failed", "busy", "no-answer")
_KNOWN = frozenset({"To", "From", "Url", "Method", "FallbackUrl", "FallbackMethod", "Timeout", "TimeLimit"})
_KNOWN_OF_STATUS = frozenset({"StatusCallback", "StatusCallbackMethod", "StatusCallbackEvent"})


def routes(door: Door, board: Switchboard) -> list[Route]:
    """Placing and listing calls, and one of them: to be read, to be ended, and the carrier's errors on it."""

    async def create(request: Request) -> Response:
        return JSONResponse(call_as_json(board, _placed(board, Told(form_of(request)))), status_code=201)

    async def every(request: Request) -> Response:
        return page_of(request, "calls", _found(board, request))

    async def one(request: Request) -> Response:
        sid = request.path_params["sid"]
        if request.method == "POST" and call_as_json(board, sid):
            await changed(board, sid, Told(form_of(request)))
        table = call_as_json(board, sid)
        return JSONResponse(table) if table else missing(request)

    async def faults(request: Request) -> Response:
        sid = request.path_params["sid"]
        if call_as_json(board, sid) is None:
            return missing(request)
        return page_of(request, "notifications", faults_as_json(board, sid))

    place = f"{BASE}/Calls"
    return [
        Route(f"{place}.json", door.guarded("calls", create), methods=["POST"]),
        Route(f"{place}.json", door.guarded("calls", every), methods=["GET"]),
        Route(f"{place}/{{sid}}.json", door.guarded("calls", one), methods=["GET", "POST"]),
        Route(f"{place}/{{sid}}/Notifications.json", door.guarded("notifications", faults), methods=["GET"]),
    ]


def _placed(board: Switchboard, told: Told) -> str:
    """Place a call and return its SID. Raises RestFault."""
    told.only(_KNOWN | _KNOWN_OF_STATUS)
    from_, to = told.one("From"), told.one("To")
    check_ends(board, from_, to)
    asks = NumberSettings(
        voice_url=_document_url(told),
        voice_method=_method(told, "Method"),
        fallback_url=checked_url("FallbackUrl", told.one("FallbackUrl")) or None,
        fallback_method=_method(told, "FallbackMethod"),
        status_url=checked_url("StatusCallback", told.one("StatusCallback")) or None,
        status_method=_method(told, "StatusCallbackMethod"),
        status_events=_events(told),
    )
    timeout = number_between("Timeout", told.one("Timeout", str(USUAL_RING)), 1, LONGEST_RING)
    limit = number_between("TimeLimit", told.one("TimeLimit", str(LONGEST_TALK)), 1, LONGEST_TALK)
    try:
        call = board.ring(RingPlan(from_, to, asks, timeout, limit))
    except DialledWrong as refused:
        raise RestFault(429, TOO_MANY, str(refused)) from refused
    return call.sid


def _document_url(told: Told) -> str:
    url = checked_url("Url", told.one("Url"))
    if not url:
        raise RestFault(400, NO_URL, "Url parameter is required.")
    return url


def _events(told: Told) -> tuple[str, ...]:
    wanted = told.all("StatusCallbackEvent", ["completed"])
    if set(wanted) - set(EVENTS):
        raise RestFault(400, INVALID_PARAMETER, f"StatusCallbackEvent is any of {', '.join(EVENTS)}")
    return wanted


def _method(told: Told, name: str) -> Method:
    return checked_method(name, told.one(name, "POST"))


def _found(board: Switchboard, request: Request) -> list[dict[str, object]]:
    """What a list asks for, the newest first; a call that is too new is not among them yet."""
    asked = request.query_params
    status, fits = asked.get("Status"), within_dates(request, "StartTime")
    if status not in (None, *STATUSES):
        raise RestFault(400, INVALID_PARAMETER, f"Status is one of {', '.join(STATUSES)}")
    newest = board.settings.now() - timedelta(seconds=board.settings.list_delay)
    calls = listed_calls(board, asked.get("To"), asked.get("From"), newest, fits)
    return [table for table in calls if status in (None, table["status"])]
