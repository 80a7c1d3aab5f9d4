"""Calls for tools: placed over plain HTTP, with or without a script, and read back."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from exchange.callers import read_script
from exchange.surface.line import LONGEST_NUMBER
from exchange.surface.requests import refusal, takes_json, text_of
from exchange.switchboard import Plan, Switchboard

LONGEST_POLL = 20.0
MOST_TAPE_EVENTS = 5_000


def routes(board: Switchboard) -> list[BaseRoute]:
    """The routes of calls, numbers and the tape."""

    async def dial(_request: Request, table: dict[str, Any]) -> Response:
        from_, to = (text_of(table, name, LONGEST_NUMBER) for name in ("from", "to"))
        script = table.get("script")
        call = board.dial(Plan(from_, to, None if script is None else read_script(script)))
        return JSONResponse({"sid": call.sid}, status_code=201)

    async def events(request: Request) -> Response:
        after = request.query_params.get("after", "0")
        if not after.isascii() or not after.isdigit():
            return refusal(422, '"after" is a number')
        sid = request.path_params["sid"]
        found = await board.followers.events_after(sid, int(after), LONGEST_POLL)
        if not found and not board.tape.events(sid):
            return refusal(404, f"there is no call {sid}")
        return JSONResponse([event.as_json() for event in found])

    async def numbers(_request: Request) -> Response:
        names = board.settings.surface.names
        return JSONResponse([{"number": one, "name": names.get(one, "")} for one in board.numbers])

    async def callers(_request: Request) -> Response:
        words = ("number", "name", "language", "account", "pin")
        known = board.settings.surface.callers
        return JSONResponse([{word: getattr(one, word) for word in words} for one in known])

    async def tape(_request: Request) -> Response:
        found = [event.as_json() for event in board.tape][-MOST_TAPE_EVENTS:]
        lines = "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in found)
        return Response(lines, media_type="application/x-ndjson")

    return [
        Route("/exchange/calls", takes_json(dial), methods=["POST"]),
        Route("/exchange/calls/{sid}/events", events, methods=["GET"]),
        Route("/exchange/numbers", numbers, methods=["GET"]),
        Route("/exchange/callers", callers, methods=["GET"]),
        Route("/exchange/tape", tape, methods=["GET"]),
    ]
