"""The exchange over HTTP: the carrier's REST part, and a control surface to build a telephone on.

    POST /exchange/calls {"from", "to"}           -> 201 {"sid"}; with "script": [...] a scripted caller
    GET  /exchange/calls/SID/events?after=N       -> the events beyond N, waiting up to 20 s for the first
    POST /exchange/calls/SID/keys {"keys"}        -> presses keys
    POST /exchange/calls/SID/speaks {"seconds"}   -> speaks
    POST /exchange/calls/SID/silence {}           -> says that nothing will come (where waits take no time)
    POST /exchange/calls/SID/hangup {}            -> leaves
    GET  /exchange/numbers, /exchange/tape, /health/live

Control requests are JSON; another content type is refused, so that no foreign page can place calls.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from exchange.callers import LONGEST_SPEECH, MOST_KEYS, ScriptFault, read_script
from exchange.calls.call import Call
from exchange.calls.line import KEYS, Silence, Speech
from exchange.calls.party import PAUSES, press
from exchange.faults import DialledWrong
from exchange.rest.routes import routes as rest_routes
from exchange.switchboard import Plan, Switchboard

LONGEST_POLL = 20.0
LARGEST_REQUEST = 64 * 1024
MOST_TAPE_EVENTS = 5_000

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Exchange</title>
<body style="font-family: system-ui; max-width: 40rem; margin: 3rem auto; line-height: 1.5">
<h1>A local telephone exchange</h1>
<p>It plays the carrier for a hotline on this machine: it sends signed webhooks, reads the TwiML that comes
back, and writes down everything each caller hears. No real telephone is involved.</p>
<p><a href="/exchange/tape">The tape</a> &middot; <a href="/exchange/numbers">The numbers</a></p>
"""


class Refused(Exception):
    """A control request that cannot be carried out; its text says why."""


def build(board: Switchboard) -> Starlette:
    """The application for a switchboard that is open already."""
    surface = _Surface(board)
    control = [
        Route("/exchange/calls", _json(surface.dial), methods=["POST"]),
        Route("/exchange/calls/{sid}/events", surface.events, methods=["GET"]),
        Route("/exchange/calls/{sid}/{deed}", _json(surface.act), methods=["POST"]),
        Route("/exchange/numbers", surface.numbers, methods=["GET"]),
        Route("/exchange/tape", surface.tape, methods=["GET"]),
        Route("/health/live", _live, methods=["GET"]),
        Route("/", _home, methods=["GET"]),
    ]
    return Starlette(routes=[*control, *rest_routes(board)])


async def _live(_request: Request) -> Response:
    return JSONResponse({"live": True})


async def _home(_request: Request) -> Response:
    return HTMLResponse(_PAGE)


def _json(
    deed: Callable[[Request, dict[str, Any]], Awaitable[Response]],
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            return await deed(request, await _table(request))
        except (Refused, DialledWrong, ScriptFault) as refused:
            return JSONResponse({"error": str(refused)}, status_code=422)

    return endpoint


async def _table(request: Request) -> dict[str, Any]:
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise Refused("the request must be application/json")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_REQUEST:
            raise Refused(f"more than {LARGEST_REQUEST} bytes")
    try:
        table = json.loads(bytes(body) or b"{}")
    except ValueError as error:
        raise Refused(f"not JSON: {error}") from error
    if not isinstance(table, dict):
        raise Refused("the request must be a JSON object")
    return table


class _Surface:
    def __init__(self, board: Switchboard) -> None:
        self._board = board

    async def dial(self, _request: Request, table: dict[str, Any]) -> Response:
        from_, to = table.get("from"), table.get("to")
        if not isinstance(from_, str) or not isinstance(to, str):
            raise Refused('"from" and "to" are texts')
        script = table.get("script")
        steps = None if script is None else read_script(script)
        call = self._board.dial(Plan(from_, to, steps))
        return JSONResponse({"sid": call.sid}, status_code=201)

    async def events(self, request: Request) -> Response:
        after = request.query_params.get("after", "0")
        if not after.isascii() or not after.isdigit():
            return JSONResponse({"error": '"after" is a number'}, status_code=422)
        sid = request.path_params["sid"]
        events = await self._board.events_after(sid, int(after), LONGEST_POLL)
        if not events and not self._board.tape.events(sid):
            return JSONResponse({"error": f"there is no call {sid}"}, status_code=404)
        return JSONResponse([event.as_json() for event in events])

    async def act(self, request: Request, table: dict[str, Any]) -> Response:
        call = self._board.in_progress(request.path_params["sid"])
        if call is None:
            return JSONResponse({"error": "no such call is in progress"}, status_code=404)
        deed = _DEEDS.get(request.path_params["deed"])
        if deed is None:
            return JSONResponse({"error": "no such deed"}, status_code=404)
        deed(call, table)
        return Response(status_code=204)

    async def numbers(self, _request: Request) -> Response:
        return JSONResponse(list(self._board.settings.numbers))

    async def tape(self, _request: Request) -> Response:
        events = [event.as_json() for event in self._board.tape][-MOST_TAPE_EVENTS:]
        lines = "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in events)
        return Response(lines, media_type="application/x-ndjson")


def _press(call: Call, table: dict[str, Any]) -> None:
    keys = table.get("keys")
    if not isinstance(keys, str) or not keys or len(keys) > MOST_KEYS or set(keys) - {*KEYS, *PAUSES}:
        raise Refused('"keys" is a text of 0-9, * and #')
    press(call.line, keys)


def _speak(call: Call, table: dict[str, Any]) -> None:
    seconds = table.get("seconds")
    if not isinstance(seconds, int | float) or not 0 < seconds <= LONGEST_SPEECH:
        raise Refused(f'"seconds" is a number up to {LONGEST_SPEECH:.0f}')
    call.line.put(Speech(float(seconds)))


def _stay_silent(call: Call, _table: dict[str, Any]) -> None:
    if call.clock.instant:
        call.line.put(Silence())


def _hang_up(call: Call, _table: dict[str, Any]) -> None:
    call.line.hang_up()


_DEEDS: dict[str, Callable[[Call, dict[str, Any]], None]] = {
    "keys": _press,
    "speaks": _speak,
    "silence": _stay_silent,
    "hangup": _hang_up,
}
