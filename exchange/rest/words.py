"""How the REST part words an error, reads a form and cuts a list into pages.

Sources: https://www.twilio.com/docs/usage/requests-to-twilio and .../twilios-response (paging, exceptions).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse

INVALID_PARAMETER = 20001
LARGEST_FORM = 64 * 1024
USUAL_PAGE, LARGEST_PAGE = 50, 1_000

Form = Mapping[str, Sequence[str]]


class RestFault(Exception):
    """A request that the carrier refuses, with the status and Twilio's number for it."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


def refusal(status: int, code: int, message: str) -> JSONResponse:
    """An error as the carrier words it."""
    more = f"https://www.twilio.com/docs/errors/{code}"
    body = {"code": code, "message": message, "more_info": more, "status": status}
    return JSONResponse(body, status_code=status)


def missing(request: Request) -> JSONResponse:
    """Nothing is at this address."""
    return refusal(404, 20404, f"The requested resource {request.url.path} was not found")


async def read_form(request: Request) -> Form:
    """The fields of an urlencoded body; a field may stand there more than once. Raises RestFault."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            raise RestFault(413, INVALID_PARAMETER, f"more than {LARGEST_FORM} bytes")
    try:
        return parse_qs(bytes(body).decode(), keep_blank_values=True, strict_parsing=bool(body))
    except ValueError as error:
        raise RestFault(400, INVALID_PARAMETER, f"the body is no form: {error}") from error


@dataclass(frozen=True, slots=True)
class Told:
    """The fields of a request; each stands there once, but for those that are asked for by `all`."""

    form: Form

    def only(self, known: frozenset[str]) -> None:
        """RestFault if there is a field that this exchange does not carry."""
        if unknown := sorted(self.form.keys() - known):
            raise RestFault(400, INVALID_PARAMETER, f"this exchange does not carry {', '.join(unknown)}")

    def one(self, name: str, usual: str = "") -> str:
        """The value of a field. Raises RestFault if it stands there twice."""
        values = self.form.get(name, [usual])
        if len(values) != 1:
            raise RestFault(400, INVALID_PARAMETER, f"{name} is given {len(values)} times")
        return values[0]

    def all(self, name: str, usual: Sequence[str]) -> tuple[str, ...]:
        """The values of a field."""
        return tuple(self.form.get(name, usual))


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


def within_dates(request: Request, name: str) -> Callable[[datetime | None], bool]:
    """Whether a moment is among those asked for by `name`, `name<` and `name>`, bounds included.

    A date is the whole day in UTC. The vendor's client also sends moments (`2026-01-05T10:00:00Z`).
    Raises RestFault.
    """
    day, until, since = (_span(request, name + sign) for sign in ("", "<", ">"))
    if not (day or until or since):
        return lambda _moment: True

    def fits(moment: datetime | None) -> bool:
        return moment is not None and (
            (day is None or day[0] <= moment <= day[1])
            and (until is None or moment <= until[1])
            and (since is None or since[0] <= moment)
        )

    return fits


def _span(request: Request, name: str) -> tuple[datetime, datetime] | None:
    told = request.query_params.get(name)
    if told is None:
        return None
    try:
        if "T" in told:
            moment = datetime.fromisoformat(told)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            return moment, moment
        first = datetime.combine(date.fromisoformat(told), datetime.min.time(), UTC)
        return first, first + timedelta(days=1, microseconds=-1)
    except ValueError:
        raise RestFault(
            400, INVALID_PARAMETER, f"{name} is a date such as 2026-01-05, not {told!r}"
        ) from None


def _uri(request: Request, page: int, size: int) -> str:
    asked = {name: value for name, value in request.query_params.items() if name not in ("Page", "PageSize")}
    return f"{request.url.path}?{urlencode({**asked, 'PageSize': size, 'Page': page})}"


def _number(request: Request, name: str, usual: int, least: int) -> int:
    told = request.query_params.get(name, str(usual))
    if not (told.isascii() and told.isdigit() and len(told) < 6 and int(told) >= least):
        raise RestFault(400, INVALID_PARAMETER, f"{name} is a number of {least} or more, not {told!r}")
    return int(told)
