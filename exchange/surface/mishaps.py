"""What goes wrong at the REST part, told and changed while the exchange is open."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from exchange.mishaps import LONGEST_DELAY, MOST_PLANNED, Chance, Mishap, mishap_kind
from exchange.surface.requests import Refused, number_of, takes_json, text_of
from exchange.switchboard import Switchboard

LONGEST_NAME = 60


def routes(board: Switchboard) -> list[BaseRoute]:
    """The route of mishaps."""
    mishaps = board.settings.mishaps

    async def read(_request: Request) -> Response:
        return _told(board)

    async def add(_request: Request, table: dict[str, Any]) -> Response:
        what, mishap = text_of(table, "what", LONGEST_NAME), _mishap(table)
        try:
            if "chance" in table:
                mishaps.change([*mishaps.chances(), Chance(what, mishap, number_of(table, "chance", 0, 1))])
            else:
                times = round(number_of({"times": 1, **table}, "times", 1, MOST_PLANNED))
                mishaps.plan(what, mishap, times)
        except ValueError as refused:
            raise Refused(str(refused)) from refused
        return _told(board, 201)

    async def clear(_request: Request) -> Response:
        mishaps.clear()
        return _told(board)

    place = "/exchange/mishaps"
    return [
        Route(place, read, methods=["GET"]),
        Route(place, takes_json(add), methods=["POST"]),
        Route(place, clear, methods=["DELETE"]),
    ]


def _mishap(table: dict[str, Any]) -> Mishap:
    try:
        kind = mishap_kind(text_of(table, "kind", LONGEST_NAME))
    except ValueError as refused:
        raise Refused(str(refused)) from refused
    return Mishap(kind, number_of({"seconds": Mishap(kind).seconds, **table}, "seconds", 0, LONGEST_DELAY))


def _told(board: Switchboard, status: int = 200) -> Response:
    mishaps = board.settings.mishaps
    planned = [{"what": what, **_as_json(mishap)} for what, mishap in mishaps.planned()]
    chances = [
        {"what": one.what, **_as_json(one.mishap), "chance": one.probability} for one in mishaps.chances()
    ]
    return JSONResponse({"planned": planned, "chances": chances}, status_code=status)


def _as_json(mishap: Mishap) -> dict[str, object]:
    return {"kind": mishap.kind, "seconds": mishap.seconds}
