"""Reads control requests: bounded, of the right type, and refused with a sentence that says why."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from exchange.callers import ScriptFault
from exchange.faults import DialledWrong

LARGEST_REQUEST = 64 * 1024

Endpoint = Callable[[Request], Awaitable[Response]]


class Refused(Exception):
    """A control request that cannot be carried out; its text says why."""


def refusal(status: int, why: str) -> JSONResponse:
    """An error of the control surface: `{"error": ...}`."""
    return JSONResponse({"error": why}, status_code=status)


def takes_json(deed: Callable[[Request, dict[str, Any]], Awaitable[Response]]) -> Endpoint:
    """An endpoint that is handed the JSON object of its request; what it refuses is answered 422."""

    async def endpoint(request: Request) -> Response:
        try:
            return await deed(request, await _table(request))
        except (Refused, DialledWrong, ScriptFault) as refused:
            return refusal(422, str(refused))

    return endpoint


async def _table(request: Request) -> dict[str, Any]:
    # No page of a stranger can send this type without asking first, and nobody answers it.
    body = await read_body(request, ("application/json",), LARGEST_REQUEST)
    return table_of(body)


async def read_body(request: Request, kinds: tuple[str, ...], largest: int) -> bytes:
    """The body of a request of one of these content types. Raises Refused."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in kinds:
        raise Refused(f"the request must be {' or '.join(kinds)}")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            raise Refused(f"more than {largest} bytes")
    return bytes(body)


def table_of(body: bytes | str) -> dict[str, Any]:
    """A JSON object. Raises Refused."""
    try:
        table = json.loads(body or "{}")
    except (ValueError, RecursionError) as error:
        raise Refused(f"not JSON: {error}") from error
    if not isinstance(table, dict):
        raise Refused("the request must be a JSON object")
    return table


def text_of(table: dict[str, Any], name: str, longest: int) -> str:
    """A text of the object, of printable characters. Raises Refused."""
    text = table.get(name)
    if not isinstance(text, str) or not 0 < len(text) <= longest or not text.isprintable():
        raise Refused(f'"{name}" is a text of up to {longest} characters')
    return text


def number_of(table: dict[str, Any], name: str, least: float, most: float) -> float:
    """A number of the object between two bounds. Raises Refused."""
    number = table.get(name)
    # True is an int to Python, and no number to anybody else; NaN is never between bounds.
    if isinstance(number, bool) or not isinstance(number, int | float) or not least <= number <= most:
        raise Refused(f'"{name}" is a number from {least:g} to {most:g}')
    return float(number)
