"""The exchange over HTTP: the carrier's REST part, and the control surface that telephones are built on.

    WS   /exchange/line?from=&to=                 a call, held from ring to end (surface/line.py)
    POST /exchange/calls {"from", "to"}           -> 201 {"sid"}; with "script": [...] a scripted caller
    GET  /exchange/calls/SID/events?after=N       -> the events beyond N, waiting up to 20 s for the first
    WS   /exchange/calls/SID/microphone           the caller speaks, live (surface/microphone.py)
    POST /exchange/calls/SID/sound                the caller speaks this WAV file now
    GET  /exchange/calls/SID/sounds/N             -> the sound of what event N says
    GET  /exchange/calls/SID/recordings/RE...     -> what the caller left
    GET  /exchange/calls/SID/conversation         -> the call as a conversation file
    POST /exchange/play {"conversation", ...}     -> 201 {"sid", "hears"}: a conversation file, played
    GET, POST, DELETE /exchange/mishaps           what goes wrong with requests to the REST part
    GET  /exchange/numbers, /callers, /voices, /tape, /book.svg?to=
    GET  /phone, /book, /pages/FILE, /health/live

Control requests are JSON, sounds audio/wav; another content type is refused, so that no foreign page can
place calls; who may ask at all stands in surface/guard.py.
"""

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from exchange.hanging_up import Connection
from exchange.rest.routes import routes as rest_routes
from exchange.surface import calls, line, microphone, mishaps, pages, playing, sounds
from exchange.surface.guard import Guard
from exchange.surface.requests import LARGEST_REQUEST
from exchange.switchboard import Switchboard

# What is cut off when the exchange is told to end, in seconds.
CLOSING = 3


def build(board: Switchboard) -> Starlette:
    """The application for a switchboard that is open already."""
    routes = [
        *line.routes(board),
        *calls.routes(board),
        *sounds.routes(board),
        *microphone.routes(board),
        *playing.routes(board),
        *mishaps.routes(board),
        *pages.routes(board),
        Route("/health/live", _live, methods=["GET"]),
        *rest_routes(board),
    ]
    guard = Middleware(Guard, allowed_hosts=board.settings.surface.allowed_hosts)
    return Starlette(routes=routes, middleware=[guard])


def server_config(board: Switchboard, port: int = 0) -> uvicorn.Config:
    """How uvicorn serves it, on this machine alone."""
    return uvicorn.Config(
        build(board),
        host="127.0.0.1",
        port=port,
        lifespan="off",
        http=Connection,
        ws="websockets-sansio",
        ws_max_size=LARGEST_REQUEST,
        ws_per_message_deflate=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=CLOSING,
    )


async def _live(_request: Request) -> Response:
    return JSONResponse({"live": True})
