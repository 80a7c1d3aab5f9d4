"""The media streams of a call that goes on: beginning one, and stopping one by its SID or name.

Source: https://www.twilio.com/docs/voice/api/stream-resource.
"""

import re
from datetime import datetime
from email.utils import format_datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from exchange.calls.call import Call
from exchange.faults import CarrierFault
from exchange.media.door import checked_stream_url
from exchange.media.stream import Stream, StreamPlan
from exchange.media.streams import begin, find, stop
from exchange.rest.call_changes import taken_call
from exchange.rest.call_facts import call_as_json
from exchange.rest.door import BASE, Door, form_of
from exchange.rest.numbers import checked_method, checked_url
from exchange.rest.words import INVALID_PARAMETER, RestFault, Told, missing
from exchange.switchboard import Switchboard
from exchange.twiml.streaming import MOST_PARAMETERS

_KNOWN = frozenset({"Url", "Name", "Track", "StatusCallback", "StatusCallbackMethod"})
_PARAMETER = re.compile(r"Parameter([1-9][0-9]?)\.(Name|Value)")
_PARAMETERS = frozenset(
    f"Parameter{n}.{part}" for n in range(1, MOST_PARAMETERS + 1) for part in ("Name", "Value")
)


def routes(door: Door, board: Switchboard) -> list[Route]:
    """Beginning a stream, and stopping one."""

    async def create(request: Request) -> Response:
        if call_as_json(board, request.path_params["call"]) is None:
            return missing(request)
        call = taken_call(board, request.path_params["call"])
        return _told(board, call, _begun(call, Told(form_of(request))))

    async def update(request: Request) -> Response:
        call = board.in_progress(request.path_params["call"])
        stream = find(call, request.path_params["sid"]) if call else None
        told = Told(form_of(request))
        told.only(frozenset({"Status"}))
        if told.one("Status") != "stopped":
            raise RestFault(400, INVALID_PARAMETER, "Status is stopped")
        if call is None or stream is None:
            return missing(request)
        await stop(call, [stream])
        return _told(board, call, stream)

    place = f"{BASE}/Calls/{{call}}/Streams"
    return [
        Route(f"{place}.json", door.guarded("streams", create), methods=["POST"]),
        Route(f"{place}/{{sid}}.json", door.guarded("streams", update), methods=["POST"]),
    ]


def _begun(call: Call, told: Told) -> Stream:
    told.only(_KNOWN | _PARAMETERS)
    if told.one("Track", "inbound_track") != "inbound_track":
        raise RestFault(400, INVALID_PARAMETER, "this exchange carries the inbound_track alone")
    try:
        plan = StreamPlan(
            name=told.one("Name"),
            url=checked_stream_url(told.one("Url"), "Url"),
            parameters=_parameters(told),
            status_url=checked_url("StatusCallback", told.one("StatusCallback")) or None,
            status_method=checked_method("StatusCallbackMethod", told.one("StatusCallbackMethod", "POST")),
        )
        return begin(call, plan)
    except CarrierFault as fault:
        raise RestFault(400, INVALID_PARAMETER, fault.what) from fault


def _parameters(told: Told) -> dict[str, str]:
    numbers = sorted({int(found[1]) for name in told.form if (found := _PARAMETER.fullmatch(name))})
    return {told.one(f"Parameter{n}.Name"): told.one(f"Parameter{n}.Value") for n in numbers}


def _told(board: Switchboard, call: Call, stream: Stream) -> Response:
    now: datetime = board.settings.now()
    account = board.settings.account.sid
    return JSONResponse(
        {
            "sid": stream.sid,
            "account_sid": account,
            "call_sid": call.sid,
            "name": stream.plan.name or None,
            "status": "stopped" if stream.over else "in-progress",
            "date_updated": format_datetime(now),
            "uri": f"/2010-04-01/Accounts/{account}/Calls/{call.sid}/Streams/{stream.sid}.json",
        }
    )
