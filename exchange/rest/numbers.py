"""The numbers of an account: what they are, and where their calls go from now on.

Source: https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource. What is set here changes
the next call. What this exchange does not carry (texts, faxes, addresses) is refused, not pretended.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from exchange.fields import API_VERSION
from exchange.rest.door import BASE, Door, form_of
from exchange.rest.words import INVALID_PARAMETER, Form, RestFault, missing, page_of
from exchange.settings import Method, NumberSettings
from exchange.switchboard import Switchboard

INVALID_URL, INVALID_METHOD = 21402, 21403
_SID = re.compile(r"[A-Z]{2}[0-9a-f]{32}")


def routes(door: Door, board: Switchboard) -> list[Route]:
    """The list of numbers, and one of them to be read and set."""
    account = board.settings.account

    async def every(request: Request) -> Response:
        wanted = _pattern(request.query_params.get("PhoneNumber", ""))
        found = [_as_json(board, number) for number in board.numbers if wanted.search(number)]
        return page_of(request, "incoming_phone_numbers", found)

    async def one(request: Request) -> Response:
        sid = request.path_params["sid"]
        number = next((one for one in board.numbers if _sid(account.sid, one) == sid), None)
        if number is None:
            return missing(request)
        if request.method == "POST":
            board.numbers[number] = _changed(board.numbers[number], form_of(request))
        return JSONResponse(_as_json(board, number))

    place = f"{BASE}/IncomingPhoneNumbers"
    return [
        Route(f"{place}.json", door.guarded("numbers", every), methods=["GET"]),
        Route(f"{place}/{{sid}}.json", door.guarded("numbers", one), methods=["GET", "POST"]),
    ]


def _sid(account: str, number: str) -> str:
    return "PN" + hashlib.sha256(f"{account} {number}".encode()).hexdigest()[:32]


def _pattern(wanted: str) -> re.Pattern[str]:
    # A part of a number is enough, and * stands for any one digit.
    return re.compile(re.escape(wanted.strip()).replace(r"\*", "[0-9]"))


def _as_json(board: Switchboard, number: str) -> dict[str, object]:
    account, told = board.settings.account.sid, board.numbers[number]
    sid, opened = _sid(account, number), format_datetime(board.opened)
    return {
        "sid": sid,
        "account_sid": account,
        "api_version": API_VERSION,
        "phone_number": number,
        "friendly_name": number,
        "capabilities": {"voice": told.takes_calls, "sms": False, "mms": False, "fax": False},
        "voice_url": told.voice_url or None,
        "voice_method": told.voice_method,
        "voice_fallback_url": told.fallback_url,
        "voice_fallback_method": told.fallback_method,
        "voice_application_sid": told.application_sid or None,
        "trunk_sid": told.trunk_sid or None,
        "status_callback": told.status_url or "",
        "status_callback_method": told.status_method,
        "status": "in-use",
        "date_created": opened,
        "date_updated": opened,
        "uri": f"/{API_VERSION}/Accounts/{account}/IncomingPhoneNumbers/{sid}.json",
    }


def _changed(number: NumberSettings, form: Form) -> NumberSettings:
    changes: dict[str, Any] = {}
    for name, values in form.items():
        if name not in _SETTABLE or len(values) != 1:
            raise RestFault(400, INVALID_PARAMETER, f"this exchange sets {', '.join(_SETTABLE)}, not {name}")
        field, checked = _SETTABLE[name]
        changes[field] = checked(name, values[0])
    # A number belongs to one of them: taking the one gives up the other.
    if changes.get("trunk_sid"):
        changes["application_sid"] = ""
    elif changes.get("application_sid"):
        changes["trunk_sid"] = ""
    return replace(number, **changes)


def checked_url(name: str, url: str) -> str:
    """An address with a host, or nothing. Raises RestFault."""
    if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
        raise RestFault(400, INVALID_URL, f"{name} {url} is not a valid URL")
    return url


def checked_method(name: str, method: str) -> Method:
    """GET or POST. Raises RestFault."""
    match method:
        case "GET" | "POST":
            return method
        case _:
            raise RestFault(400, INVALID_METHOD, f"{name} is GET or POST")


def _url_or_none(name: str, url: str) -> str | None:
    return checked_url(name, url) or None


def _checked_sid(name: str, sid: str) -> str:
    if sid and not _SID.fullmatch(sid):
        raise RestFault(400, INVALID_PARAMETER, f"{name} is two letters and 32 hexadecimal digits")
    return sid


_SETTABLE: Mapping[str, tuple[str, Callable[[str, str], str | None]]] = {
    "VoiceUrl": ("voice_url", checked_url),
    "VoiceMethod": ("voice_method", checked_method),
    "VoiceFallbackUrl": ("fallback_url", _url_or_none),
    "VoiceFallbackMethod": ("fallback_method", checked_method),
    "StatusCallback": ("status_url", _url_or_none),
    "StatusCallbackMethod": ("status_method", checked_method),
    "VoiceApplicationSid": ("application_sid", _checked_sid),
    "TrunkSid": ("trunk_sid", _checked_sid),
}
