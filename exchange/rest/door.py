"""The door of the REST part: who may come in, how a form is read, how an error and a list are worded.

Sources: https://www.twilio.com/docs/usage/requests-to-twilio and .../twilios-response (paging, exceptions).
"""

import base64
import binascii
import hmac
from collections.abc import Awaitable, Callable, Mapping, Sequence
from urllib.parse import parse_qs, urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from exchange.fields import API_VERSION
from exchange.settings import Account

BASE = f"/{API_VERSION}/Accounts/{{account}}"
LARGEST_FORM = 64 * 1024
USUAL_PAGE, LARGEST_PAGE = 50, 1_000

Endpoint = Callable[[Request], Awaitable[Response]]
Form = Mapping[str, Sequence[str]]


class RestFault(Exception):
    """A request that the carrier refuses, with the status and Twilio's number for it."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


def guarded(account: Account, endpoint: Endpoint, *, keys: bool = True) -> Endpoint:
    """The endpoint, for those who may see this account and no other; `keys`: API keys too."""

    async def endpoint_with_guard(request: Request) -> Response:
        user = _known(account, request.headers.get("authorization", ""))
        if user is None or not (keys or user == account.sid):
            refused = refusal(401, 20003, "Authenticate")
            refused.headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
            return refused
        if request.path_params["account"] != account.sid:
            return missing(request)
        try:
            return await endpoint(request)
        except RestFault as fault:
            return refusal(fault.status, fault.code, str(fault))

    return endpoint_with_guard


def refusal(status: int, code: int, message: str) -> JSONResponse:
    """An error as the carrier words it."""
    more = f"https://www.twilio.com/docs/errors/{code}"
    body = {"code": code, "message": message, "more_info": more, "status": status}
    return JSONResponse(body, status_code=status)


def missing(request: Request) -> JSONResponse:
    """Nothing is at this address."""
    return refusal(404, 20404, f"The requested resource {request.url.path} was not found")


async def form_of(request: Request) -> Form:
    """The fields of an urlencoded body; a field may stand there more than once. Raises RestFault."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            raise RestFault(413, 20001, f"more than {LARGEST_FORM} bytes")
    try:
        return parse_qs(bytes(body).decode(), keep_blank_values=True, strict_parsing=bool(body))
    except ValueError as error:
        raise RestFault(400, 20001, f"the body is no form: {error}") from error


def page_of(request: Request, name: str, found: Sequence[object]) -> JSONResponse:
    """One page of a list, as `Page` and `PageSize` of the query ask for."""
    size = min(_number(request, "PageSize", USUAL_PAGE, least=1), LARGEST_PAGE)
    page = _number(request, "Page", 0, least=0)
    start = page * size
    rows = found[start : start + size]
    more = start + size < len(found)
    body = {
        name: rows,
        "page": page,
        "page_size": size,
        "start": start,
        "end": max(start + len(rows) - 1, 0),
        "uri": _uri(request, page, size),
        "first_page_uri": _uri(request, 0, size),
        "previous_page_uri": _uri(request, page - 1, size) if page else None,
        "next_page_uri": _uri(request, page + 1, size) if more else None,
    }
    return JSONResponse(body)


def _uri(request: Request, page: int, size: int) -> str:
    asked = {name: value for name, value in request.query_params.items() if name not in ("Page", "PageSize")}
    return f"{request.url.path}?{urlencode({**asked, 'PageSize': size, 'Page': page})}"


def _number(request: Request, name: str, usual: int, least: int) -> int:
    told = request.query_params.get(name, str(usual))
    if not (told.isascii() and told.isdigit() and len(told) < 6 and int(told) >= least):
        raise RestFault(400, 20001, f"{name} is a number of {least} or more, not {told!r}")
    return int(told)


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
