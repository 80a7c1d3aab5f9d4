"""The pages of the browser phone, and the book as the customer's server draws it."""

import re
from pathlib import Path

import httpx
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from exchange.surface.requests import Endpoint, refusal
from exchange.switchboard import Switchboard

FOLDER = Path(__file__).resolve().parents[1] / "pages"
# Brought by npm, if somebody ran it; the pages are legible without.
PICO = Path(__file__).resolve().parents[2] / "node_modules" / "@picocss" / "pico" / "css" / "pico.min.css"
TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
# One plain name: no folder, no dot in front, nothing that leads out.
_FILE = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}(?:\.[a-z0-9_-]{1,30})?\.(html|css|js|svg)")
_VERSION = re.compile(r"[0-9A-Za-z_-]{1,128}")

LONGEST_DRAWING = 10.0  # seconds
LARGEST_DRAWING = 8 * 1024 * 1024  # bytes
# A drawing carries its own style, and nothing that runs.
DRAWING_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"

_HOME = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Exchange</title>
<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/pages/pico.css"></head>
<body><main class="container"><h1>A local telephone exchange</h1>
<p>It plays the carrier for a hotline on this machine: it sends signed webhooks, reads the TwiML that comes
back, and writes down everything each caller hears. No real telephone is involved.</p>
<ul><li><a href="/phone">Call the hotline from this browser</a></li>
<li><a href="/book">The menus, drawn</a></li>
<li><a href="/exchange/tape">The tape</a></li><li><a href="/exchange/numbers">The numbers</a></li></ul>
</main></body></html>
"""


def routes(board: Switchboard) -> list[BaseRoute]:
    """The routes of pages."""
    return [
        Route("/", _home, methods=["GET"]),
        Route("/phone", _page("phone.html"), methods=["GET"]),
        Route("/book", _page("book.html"), methods=["GET"]),
        Route("/pages/pico.css", _pico, methods=["GET"]),
        Route("/pages/{file}", _file, methods=["GET"]),
        Route("/exchange/book.svg", _drawing(board), methods=["GET"]),
    ]


async def _home(_request: Request) -> Response:
    return HTMLResponse(_HOME)


def _page(name: str) -> Endpoint:
    async def page(_request: Request) -> Response:
        return _answer(FOLDER / name, "html")

    return page


async def _pico(_request: Request) -> Response:
    # An empty sheet and no 404: the pages name it in any case, and a browser would complain.
    return _answer(PICO, "css") if PICO.is_file() else Response("", media_type=TYPES["css"])


async def _file(request: Request) -> Response:
    name = request.path_params["file"]
    fits = _FILE.fullmatch(name)
    return _answer(FOLDER / name, fits[1]) if fits else refusal(404, "there is no such page")


def _answer(path: Path, ending: str) -> Response:
    if not path.is_file():
        return refusal(404, f"there is no {path.name} here")
    return FileResponse(path, media_type=TYPES[ending])


def _drawing(board: Switchboard) -> Endpoint:
    async def drawing(request: Request) -> Response:
        surface = board.settings.surface
        base = surface.inside.get(request.query_params.get("to", ""))
        if base is None:
            return refusal(404, "nobody tells what is inside this number")
        version = request.query_params.get("version")
        if version is not None and not _VERSION.fullmatch(version):
            return refusal(422, '"version" is the hash of a book')
        asked = {} if version is None else {"version": version}
        return await _fetched(f"{base.rstrip('/')}/book.svg", asked, surface.inside_token)

    return drawing


async def _fetched(url: str, asked: dict[str, str], token: str) -> Response:
    headers = {"Authorization": f"Bearer {token}"}
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=LONGEST_DRAWING) as client:
            reply = await client.get(url, params=asked, headers=headers)
    except httpx.HTTPError as error:
        return refusal(502, f"the hotline did not draw the book: {type(error).__name__}: {error}")
    if reply.status_code != 200 or len(reply.content) > LARGEST_DRAWING:
        return refusal(502, f"the hotline did not draw the book: status {reply.status_code}")
    return Response(reply.content, 200, {"Content-Security-Policy": DRAWING_POLICY}, TYPES["svg"])
