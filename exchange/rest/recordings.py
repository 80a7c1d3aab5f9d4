"""The recordings of an account, behind its user name and password.

Source: https://www.twilio.com/docs/voice/api/recording.
"""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from exchange.recordings import Recordings
from exchange.rest.door import BASE, guarded, missing, page_of
from exchange.settings import Account


def routes(account: Account, recordings: Recordings) -> list[Route]:
    """The list, and one of them as JSON or as a WAV file."""

    async def one(request: Request) -> Response:
        sid, _, ending = request.path_params["name"].partition(".")
        recording, audio = recordings.find(sid), recordings.audio(sid)
        if recording is None or audio is None or ending not in ("", "wav", "json"):
            return missing(request)
        if request.method == "DELETE":
            recordings.remove(sid)
            return Response(status_code=204)
        if ending == "json":
            return JSONResponse(recording.as_json())
        return Response(audio, media_type="audio/x-wav")

    async def every(request: Request) -> Response:
        wanted = request.query_params.get("CallSid")
        found = [one.as_json() for one in recordings.all() if wanted in (None, one.call_sid)]
        return page_of(request, "recordings", found)

    return [
        Route(f"{BASE}/Recordings.json", guarded(account, every), methods=["GET"]),
        Route(f"{BASE}/Recordings/{{name}}", guarded(account, one), methods=["GET", "DELETE"]),
    ]
