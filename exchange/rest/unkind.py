"""What becomes of a request when something goes wrong: before it is carried out, or after.

Sources: https://www.twilio.com/docs/api/errors/20429 (never carried out), .../20500 (nobody knows).
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import assert_never

from starlette.requests import Request
from starlette.responses import Response

from exchange.hanging_up import NoAnswer, until_gone
from exchange.mishaps import LONGEST_DELAY, Mishap
from exchange.rest.words import refusal

TOO_MANY, UNWELL = 20429, 20500
BAD = 400  # from this status on a request was refused, and there is nothing whose answer could be lost


async def suffered(
    mishap: Mishap, request: Request, carry_out: Callable[[], Awaitable[Response]]
) -> Response:
    """The answer to a request that suffers this mishap; `carry_out` does what was asked."""
    match mishap.kind:
        case "too-many":
            refused = refusal(429, TOO_MANY, "Too Many Requests")
            refused.headers["Retry-After"] = str(max(round(mishap.seconds), 1))
            return refused
        case "fails-before":
            return _unwell()
        case "torn":
            return NoAnswer()
        case "black-hole":
            return await _never(request)
        case "fails-after" | "lost" | "slow":
            answer = await carry_out()
            return answer if answer.status_code >= BAD else await _spoilt(mishap, answer)
        case "refused" | "dropped" | "jitter" | "loss" | "stalls":
            raise ValueError(f"a request cannot suffer {mishap.kind}: that befalls media streams")
        case _:
            assert_never(mishap.kind)


async def _spoilt(mishap: Mishap, answer: Response) -> Response:
    if mishap.kind == "slow":
        await asyncio.sleep(mishap.seconds)
        return answer
    return _unwell() if mishap.kind == "fails-after" else NoAnswer()


async def _never(request: Request) -> Response:
    with suppress(TimeoutError):
        await asyncio.wait_for(until_gone(request.receive), LONGEST_DELAY)
    return NoAnswer()


def _unwell() -> Response:
    return refusal(500, UNWELL, "Internal Server Error")
