"""The door of the REST part: who may come in, what goes wrong on the way, and the tape that tells of both.

Source: https://www.twilio.com/docs/usage/requests-to-twilio (user name and password).
"""

import base64
import binascii
import hmac
from collections.abc import Awaitable, Callable
from itertools import count

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from exchange.fields import API_VERSION
from exchange.hanging_up import NoAnswer
from exchange.mishaps import Mishap
from exchange.rest.unkind import suffered
from exchange.rest.words import Form, RestFault, missing, read_form, refusal
from exchange.settings import Account
from exchange.switchboard import Switchboard

BASE = f"/{API_VERSION}/Accounts/{{account}}"
LARGEST_ON_TAPE = 64 * 1024

Endpoint = Callable[[Request], Awaitable[Response]]
_DEEDS = {
    ("GET", False): "list",
    ("GET", True): "fetch",
    ("POST", False): "create",
    ("POST", True): "update",
    ("DELETE", True): "delete",
}


class Door:
    """Lets in who may see the account. What came and what was answered stand on the tape under its SID."""

    def __init__(self, board: Switchboard) -> None:
        self._account = board.settings.account
        self._mishaps = board.settings.mishaps
        self._board = board
        self._requests = count(1)

    def guarded(self, room: str, endpoint: Endpoint, *, keys: bool = True) -> Endpoint:
        """The endpoint behind this door; what is asked is called `room.deed`. `keys`: API keys may enter."""

        async def guarded_endpoint(request: Request) -> Response:
            what, number = f"{room}.{_deed(room, request)}", next(self._requests)
            unread = await _read_form(request)
            self._note_asked(number, what, request)
            mishap = None
            answer = unread or self._refused(request, keys=keys)
            if answer is None:
                mishap = self._mishaps.next(what)
                answer = await _answered(mishap, request, endpoint)
            self._note_told(number, what, answer, mishap)
            return answer

        return guarded_endpoint

    def _refused(self, request: Request, *, keys: bool) -> Response | None:
        user = _known(self._account, request.headers.get("authorization", ""))
        if user is None or not (keys or user == self._account.sid):
            refused = refusal(401, 20003, "Authenticate")
            refused.headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
            return refused
        return None if request.path_params["account"] == self._account.sid else missing(request)

    def _note_asked(self, number: int, what: str, request: Request) -> None:
        fields = {**request.query_params, **_flat(form_of(request))}
        self._note(
            "asked", request=number, what=what, method=request.method, path=request.url.path, fields=fields
        )

    def _note_told(self, number: int, what: str, answer: Response, mishap: Mishap | None) -> None:
        body = bytes(answer.body) if isinstance(answer, JSONResponse) else b""
        self._note(
            "told",
            request=number,
            what=what,
            status=None if isinstance(answer, NoAnswer) else answer.status_code,
            mishap=mishap.kind if mishap else None,
            body=body.decode() if len(body) <= LARGEST_ON_TAPE else "",
        )

    def _note(self, kind: str, **details: object) -> None:
        self._board.tape.note(self._account.sid, self._board.settings.now(), kind, details)


def form_of(request: Request) -> Form:
    """The fields that came in the body of a request which has passed the door."""
    form: Form = request.state.form
    return form


async def _read_form(request: Request) -> Response | None:
    """Put the form where `form_of` finds it; the refusal, if it is none."""
    try:
        request.state.form = await read_form(request)
    except RestFault as fault:
        request.state.form = {}
        return refusal(fault.status, fault.code, str(fault))
    return None


async def _answered(mishap: Mishap | None, request: Request, endpoint: Endpoint) -> Response:
    async def carry_out() -> Response:
        try:
            return await endpoint(request)
        except RestFault as fault:
            return refusal(fault.status, fault.code, str(fault))

    return await (carry_out() if mishap is None else suffered(mishap, request, carry_out))


def _deed(room: str, request: Request) -> str:
    # There is one account, and its address names no other.
    return _DEEDS[request.method, room == "account" or "sid" in request.path_params]


def _flat(form: Form) -> dict[str, object]:
    return {name: values[0] if len(values) == 1 else list(values) for name, values in form.items()}


def _known(account: Account, header: str) -> str | None:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    secret = account.credentials().get(user, "")
    right = bool(secret) and hmac.compare_digest(secret.encode(), password.encode())
    return user if right else None
