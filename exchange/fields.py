"""The form fields a carrier sends with every webhook about a call.

Source: https://www.twilio.com/docs/voice/twiml#request-parameters and #status-callbacks. What the page leaves
open (CallToken, an empty city, the country of a stand-in number) is as in requests that people published.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from math import ceil
from typing import Literal

from exchange.settings import Place

API_VERSION = "2010-04-01"
# What Twilio shows for a caller who withholds the number: a word, or +266696687, which spells ANONYMOUS.
ANONYMOUS = "anonymous"
ANONYMOUS_DIGITS = "+266696687"

# "outbound-api": placed by REST; To is then the person who was rung.
Direction = Literal["inbound", "outbound-api"]

# Only the country is told from a number; cities and postal codes exist for North American numbers alone.
_COUNTRIES = {
    "+1": "US",
    "+31": "NL",
    "+33": "FR",
    "+34": "ES",
    "+44": "GB",
    "+49": "DE",
    "+60": "MY",
    "+61": "AU",
    "+62": "ID",
    "+63": "PH",
    "+65": "SG",
    "+66": "TH",
    "+81": "JP",
    "+82": "KR",
    "+84": "VN",
    "+86": "CN",
    "+91": "IN",
    "+266": "LS",
    "+852": "HK",
    "+853": "MO",
    "+886": "TW",
}


@dataclass(frozen=True, slots=True)
class Dialled:
    """Who called whom, as the carrier knows it when it rings; `direction` in the carrier's word."""

    call_sid: str
    account_sid: str
    from_: str
    to: str
    token: str
    stir_verstat: str | None = None
    places: Mapping[str, Place] = field(default_factory=dict)
    direction: Direction = "inbound"


def country_of(number: str) -> str:
    """The two letters of a number's country, or "" where it has none that we know."""
    for length in (4, 3, 2):
        if found := _COUNTRIES.get(number[:length]):
            return found
    return ""


def voice_fields(dialled: Dialled, status: str) -> dict[str, str]:
    """The fields of every voice webhook; `status` is the call's status at that moment."""
    fields = {
        "AccountSid": dialled.account_sid,
        "ApiVersion": API_VERSION,
        "CallSid": dialled.call_sid,
        "CallStatus": status,
        "Direction": dialled.direction,
    }
    if dialled.direction == "inbound":
        fields["CallToken"] = _call_token(dialled.token)
    if dialled.stir_verstat is not None:
        fields["StirVerstat"] = dialled.stir_verstat
    for names, number in ((("From", "Caller"), dialled.from_), (("To", "Called"), dialled.to)):
        place = dialled.places.get(number, Place())
        for name in names:
            fields |= {name: number, f"{name}Country": place.country or country_of(number)}
            fields |= {f"{name}City": place.city, f"{name}State": place.state, f"{name}Zip": place.zip}
    return fields


def _call_token(token: str) -> str:
    opaque = base64.urlsafe_b64encode(bytes.fromhex(token)).decode().rstrip("=")
    return json.dumps({"parentCallInfoToken": opaque, "identityHeaderTokens": []})


def status_fields(sequence: int, at: datetime, seconds: float | None) -> dict[str, str]:
    """What a status callback adds; `seconds` is the length of the call, once it has ended."""
    fields = {
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(sequence),
        "Timestamp": format_datetime(at),
    }
    if seconds is not None:
        fields |= {"CallDuration": str(round(seconds)), "Duration": str(ceil(seconds / 60))}
    return fields
