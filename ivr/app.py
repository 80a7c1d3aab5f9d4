"""The web process as a Flask application: which address leads to which door, what every answer carries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from flask import Flask, Response
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Request

from foundation.logs import logger
from ivr.calls.admission import Met
from ivr.handlers.apology import MESSAGE, PERSON, Apologies
from ivr.handlers.guard import LARGEST_BODY, Guard, nothing
from ivr.handlers.health import Health
from ivr.handlers.inside import InsideDoor
from ivr.handlers.metrics_door import MetricsDoor
from ivr.handlers.pages import TIMES, PageDoor
from ivr.handlers.reception import TIMES_ASKED
from ivr.handlers.recordings import RecordingDoor
from ivr.handlers.voice import VoiceDoor

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LAST_TURN = 9_999  # far above what a call may have; a larger number is no address of ours
HEADERS = (
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Referrer-Policy", "no-referrer"),
    ("Strict-Transport-Security", "max-age=31536000"),  # heard by browsers over https alone
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
)


@dataclass(frozen=True, slots=True)
class Parts:
    """The doors, built and joined; `closing` gives back what they hold, in this order.

    `inside`: on a laptop alone; `metrics`: where a token opens them; `pages`: those to the people on call.
    Without these there are no such routes.
    """

    guard: Guard
    voice: VoiceDoor
    apologies: Apologies
    recordings: RecordingDoor
    health: Health
    closing: tuple[Callable[[], None], ...] = ()
    inside: InsideDoor | None = None
    metrics: MetricsDoor | None = None
    pages: PageDoor | None = None

    def close(self) -> None:
        """End the parts: what waits to be written is written, connections are given back."""
        for close in self.closing:
            try:
                close()
            except Exception:  # noqa: BLE001  # one part that cannot end must not keep the others
                logger("app").exception("a part did not close")


class SignedRequest(Request):
    """A request at a door of the carrier's."""

    max_content_length = LARGEST_BODY  # beyond it nothing is read


class Hotline(Flask):
    """Flask, but for the carrier's doors: they need nothing of its contexts, signals and sessions.

    Those cost a turn a tenth of its CPU; and what a door of a call uses is handed to it.
    """

    def __init__(self) -> None:
        super().__init__("hotline", static_folder=None, template_folder=None)
        self.signed: dict[str, Callable[..., Response]] = {}
        self._addresses = self.url_map.bind("")

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """One request: through the guard's doors directly, all others (and no door) by Flask."""
        answered = _with_headers(start_response)
        try:
            path = environ["PATH_INFO"].encode("latin-1").decode(errors="replace")  # PEP 3333
            address, parts = self._addresses.match(path, environ["REQUEST_METHOD"])
        except HTTPException:
            address, parts = "", {}
        door = self.signed.get(address)
        if door is None:
            return super().wsgi_app(environ, answered)
        answer = _opened(door, SignedRequest(environ), parts)
        # As it is: it has its length, and no address in its headers that the framework would make whole.
        answered(answer.status, answer.headers.to_wsgi_list())
        return cast(list[bytes], answer.response)


def create_app(parts: Parts) -> Flask:
    """The application; it keeps no state of its own and sets no cookies."""
    app = Hotline()
    # Flask's own limits do not apply to urlencoded forms: without this one 10 MB are read.
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    _open_doors(app, parts)
    app.register_error_handler(HTTPException, _in_plain_words)
    app.register_error_handler(Exception, _last_resort)
    return app


def _open_doors(app: Hotline, parts: Parts) -> None:
    signed, voice, apologies = parts.guard.signed, parts.voice, parts.apologies
    call = "/voice/calls/<string(length=34):call>"
    _posted(app, "/voice/answer", signed(voice.answer))
    _posted(app, f"{call}/turns/<int(min=1, max={LAST_TURN}):turn>", signed(voice.turn))
    _posted(app, f"{call}/turns/<int(min=1, max={LAST_TURN}):turn>/heard", signed(voice.heard))
    refused = f"<any({Met.OVERFLOW.value}, {Met.CAPPED.value}):why>/<int(min=1, max={TIMES_ASKED}):times>"
    _posted(app, f"{call}/not-taken/{refused}", signed(voice.not_taken))
    _posted(app, "/voice/status", signed(voice.status))
    _posted(app, "/voice/check", signed(nothing))
    _posted(app, f"{call}/apology/{PERSON}", signed(apologies.after_person))
    _posted(app, f"{call}/apology/{MESSAGE}", signed(apologies.after_message))
    _asked(app, "/voice/recordings/<string(length=34):recording>", parts.recordings.play)
    _asked(app, "/health/live", parts.health.live)
    _asked(app, "/health/ready", parts.health.ready)
    if parts.pages is not None:
        page = "/voice/pages/<string(length=32):attempt>"
        _posted(app, f"{page}/<int(min=0, max={TIMES}):time>", signed(parts.pages.page))
        _posted(app, f"{page}/status", signed(parts.pages.page_status))
    if parts.inside is not None:
        _asked(app, "/inside/calls/<call>", parts.inside.call)
        _asked(app, "/inside/book.svg", parts.inside.book)
    if parts.metrics is not None:
        _asked(app, "/metrics", parts.metrics.scrape)


def _posted(app: Hotline, address: str, door: Callable[..., Response]) -> None:
    app.signed[address] = door
    # Without OPTIONS: nobody but the carrier posts here, and it does not ask.
    app.add_url_rule(address, address, door, methods=["POST"], provide_automatic_options=False)


def _asked(app: Flask, address: str, door: Callable[..., Response]) -> None:
    app.add_url_rule(address, address, door, methods=["GET"], provide_automatic_options=False)


def _opened(door: Callable[..., Response], asked: Request, parts: Mapping[str, str | int]) -> Response:
    try:
        return door(asked, **parts)
    except HTTPException as fault:
        return _in_plain_words(fault)
    except Exception as fault:  # noqa: BLE001  # as Flask does for its own doors
        return _last_resort(fault)


def _with_headers(start_response: StartResponse) -> StartResponse:
    def started(status: str, headers: list[tuple[str, str]], *fault: Any) -> Any:  # noqa: ANN401  # WSGI's own
        return start_response(status, [*headers, *HEADERS], *fault)

    return started


def _in_plain_words(fault: HTTPException) -> Response:
    # The usual page repeats parts of the request.
    return Response(f"{fault.name}\n", status=fault.code or 500, content_type="text/plain; charset=utf-8")


def _last_resort(fault: Exception) -> Response:
    logger("app").error("unexpected fault", exc_info=fault)
    return _in_plain_words(InternalServerError())
