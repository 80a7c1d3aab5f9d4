"""The recordings of an account, behind its user name and password.

Source: https://www.twilio.com/docs/voice/api/recording.
"""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from exchange.recordings import Recordings
from exchange.rest.door import BASE, Door
from exchange.rest.words import missing, page_of, within_dates


def routes(door: Door, recordings: Recordings) -> list[Route]:
    """The list, and one of them as JSON or as a WAV file."""

    async def every(request: Request) -> Response:
        wanted, fits = request.query_params.get("CallSid"), within_dates(request, "DateCreated")
        found = [one for one in recordings.all() if wanted in (None, one.call_sid) and fits(one.start)]
        return page_of(request, "recordings", [one.as_json(_host(request)) for one in reversed(found)])

    async def one(request: Request) -> Response:
        found = recordings.find(request.path_params["sid"])
        return JSONResponse(found.as_json(_host(request))) if found else missing(request)

    async def media(request: Request) -> Response:
        audio = recordings.audio(request.path_params["sid"])
        return missing(request) if audio is None else Response(audio, media_type="audio/x-wav")

    async def remove(request: Request) -> Response:
        return (
            Response(status_code=204) if recordings.remove(request.path_params["sid"]) else missing(request)
        )

    place = f"{BASE}/Recordings"
    return [
        Route(f"{place}.json", door.guarded("recordings", every), methods=["GET"]),
        Route(f"{place}/{{sid}}.json", door.guarded("recordings", one), methods=["GET"]),
        Route(f"{place}/{{sid}}.json", door.guarded("recordings", remove), methods=["DELETE"]),
        Route(f"{place}/{{sid}}.wav", door.guarded("media", media), methods=["GET"]),
        Route(f"{place}/{{sid}}", door.guarded("media", media), methods=["GET"]),
        Route(f"{place}/{{sid}}", door.guarded("recordings", remove), methods=["DELETE"]),
    ]


def _host(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"
