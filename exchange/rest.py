"""The REST part of the carrier: the recordings of an account, behind its user name and password.

Source: https://www.twilio.com/docs/voice/api/recording. Errors have the carrier's shape and numbers.
"""

import base64
import binascii
import hmac
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from exchange.fields import API_VERSION
from exchange.recordings import Recordings
from exchange.settings import Account

_BASE = f"/{API_VERSION}/Accounts/{{account}}/Recordings"
Endpoint = Callable[[Request], Awaitable[Response]]


def routes(account: Account, recordings: Recordings) -> list[Route]:
    """The routes of the REST part."""

    async def one(request: Request) -> Response:
        sid, _, ending = request.path_params["name"].partition(".")
        recording, audio = recordings.find(sid), recordings.audio(sid)
        if recording is None or audio is None or ending not in ("", "wav", "json"):
            return refusal(404, 20404, f"The requested resource {request.url.path} was not found")
        if request.method == "DELETE":
            recordings.remove(sid)
            return Response(status_code=204)
        if ending == "json":
            return JSONResponse(recording.as_json())
        return Response(audio, media_type="audio/x-wav")

    async def every(request: Request) -> Response:
        wanted = request.query_params.get("CallSid")
        found = [one.as_json() for one in recordings.all() if wanted in (None, one.call_sid)]
        return JSONResponse({"recordings": found, "page": 0, "page_size": len(found), "next_page_uri": None})

    return [
        Route(f"{_BASE}.json", guarded(account, every), methods=["GET"]),
        Route(f"{_BASE}/{{name}}", guarded(account, one), methods=["GET", "DELETE"]),
    ]


def guarded(account: Account, endpoint: Endpoint) -> Endpoint:
    """The endpoint, for those who may see this account and no other."""

    async def endpoint_with_guard(request: Request) -> Response:
        if not _known(account, request.headers.get("authorization", "")):
            refused = refusal(401, 20003, "Authenticate")
            refused.headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
            return refused
        if request.path_params["account"] != account.sid:
            return refusal(404, 20404, f"The requested resource {request.url.path} was not found")
        return await endpoint(request)

    return endpoint_with_guard


def refusal(status: int, code: int, message: str) -> JSONResponse:
    """An error as the carrier words it."""
    more = f"https://www.twilio.com/docs/errors/{code}"
    body = {"code": code, "message": message, "more_info": more, "status": status}
    return JSONResponse(body, status_code=status)


def _known(account: Account, header: str) -> bool:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return False
    try:
        user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return False
    secret = account.credentials().get(user, "")
    return bool(secret) and hmac.compare_digest(secret.encode(), password.encode())
