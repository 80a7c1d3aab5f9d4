"""The texts of an account: sending one, and what became of each.

Source: https://www.twilio.com/docs/messaging/api/message-resource, and the pages of errors. Not carried:
messaging services, media, texts at a later time, changing and deleting one.
"""

from collections.abc import Callable
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from exchange.calls.clock import CallClock
from exchange.messages import Message, Text
from exchange.rest.door import BASE, Door, form_of
from exchange.rest.numbers import checked_url
from exchange.rest.placing import INVALID_TO, NOT_ACTIVE, is_number
from exchange.rest.words import RestFault, Told, missing, page_of, within_dates
from exchange.switchboard import Switchboard

LONGEST_BODY = 1_600
NO_BODY, NO_FROM, NO_TO, TOO_LONG = 21602, 21603, 21604, 21617
FROM_NOT_OURS, TO_NOT_VERIFIED, INVALID_CALLBACK = 21606, 21608, 21609
# Fates that are told at once, with what the carrier says of them.
_REFUSED = {
    "stopped": (21610, "Attempt to send to unsubscribed recipient"),
    "landline": (21614, "'To' number is not a valid mobile number"),
}
_KNOWN = frozenset({"To", "From", "Body", "StatusCallback"})


def routes(door: Door, board: Switchboard) -> list[Route]:
    """Sending and listing texts, and one of them."""
    settings = board.settings

    async def create(request: Request) -> Response:
        text = _text(board, Told(form_of(request)))
        fate = settings.texts.get(text.to, "delivered")
        if fate in _REFUSED:
            raise RestFault(400, *_REFUSED[fate])
        message = board.messages.send(text, fate, CallClock(settings.now(), settings.speed))
        return JSONResponse(message.as_json(), status_code=201)

    async def every(request: Request) -> Response:
        fits = _filter(request)
        newest = settings.now() - timedelta(seconds=settings.list_delay)
        found = [one for one in board.messages.all() if one.created <= newest and fits(one)]
        return page_of(request, "messages", [one.as_json() for one in reversed(found)])

    async def one(request: Request) -> Response:
        found = board.messages.find(request.path_params["sid"])
        return JSONResponse(found.as_json()) if found else missing(request)

    place = f"{BASE}/Messages"
    return [
        Route(f"{place}.json", door.guarded("messages", create), methods=["POST"]),
        Route(f"{place}.json", door.guarded("messages", every), methods=["GET"]),
        Route(f"{place}/{{sid}}.json", door.guarded("messages", one), methods=["GET"]),
    ]


def _text(board: Switchboard, told: Told) -> Text:
    """A text that may be sent. Raises RestFault."""
    told.only(_KNOWN)
    text = Text(told.one("From"), told.one("To"), told.one("Body"), told.one("StatusCallback") or None)
    _check_ends(board, text)
    if not text.body:
        raise RestFault(400, NO_BODY, "Message body is required.")
    if len(text.body) > LONGEST_BODY:
        raise RestFault(
            400, TOO_LONG, f"The concatenated message body exceeds the {LONGEST_BODY} characters."
        )
    try:
        checked_url("StatusCallback", text.status_url or "")
    except RestFault as fault:
        raise RestFault(400, INVALID_CALLBACK, str(fault)) from fault
    return text


def _check_ends(board: Switchboard, text: Text) -> None:
    account = board.settings.account
    if account.status != "active":
        raise RestFault(403, NOT_ACTIVE, "Account not active")
    if not text.to:
        raise RestFault(400, NO_TO, "A 'To' phone number is required.")
    if not text.from_:
        raise RestFault(400, NO_FROM, "A 'From' phone number is required.")
    if not is_number(text.to):
        raise RestFault(400, INVALID_TO, f"Invalid 'To' Phone Number: {text.to}")
    if text.from_ not in board.numbers:
        raise RestFault(400, FROM_NOT_OURS, f"{text.from_} is not a phone number of this account for texts.")
    if account.kind == "Trial" and text.to not in account.verified:
        raise RestFault(400, TO_NOT_VERIFIED, f"The number {text.to} is unverified.")


def _filter(request: Request) -> Callable[[Message], bool]:
    to, from_ = (request.query_params.get(name) for name in ("To", "From"))
    fits = within_dates(request, "DateSent")
    return lambda one: to in (None, one.text.to) and from_ in (None, one.text.from_) and fits(one.sent)
