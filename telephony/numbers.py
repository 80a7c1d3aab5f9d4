"""The account at the carrier and its numbers: what they are, and where their calls go.

Sources: https://www.twilio.com/docs/iam/api/account and
https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from telephony.rest import CarrierRest, Table, Told, Trouble, Unclear

MOST_LISTED = 10  # numbers told to somebody who asked for one that is not there
MOST_FOUND = 50  # the carrier also finds numbers that only contain the one asked for

# Where a call goes: the carrier's name for a setting, and for what it answers.
SETTINGS: Mapping[str, str] = {
    "VoiceUrl": "voice_url",
    "VoiceMethod": "voice_method",
    "VoiceFallbackUrl": "voice_fallback_url",
    "VoiceFallbackMethod": "voice_fallback_method",
    "StatusCallback": "status_callback",
    "StatusCallbackMethod": "status_callback_method",
    "VoiceApplicationSid": "voice_application_sid",
    "TrunkSid": "trunk_sid",
}

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class AccountState:
    """`status`: active, suspended or closed; `kind`: Full or Trial; in the carrier's words."""

    status: str
    kind: str


@dataclass(frozen=True, slots=True)
class CarrierNumber:
    """A number of the account; `settings` by the names of SETTINGS, "" for what is not set."""

    sid: str
    number: str
    takes_calls: bool
    settings: Mapping[str, str]

    @property
    def elsewhere(self) -> str:
        """The trunk or application its calls go to instead of the address, or ""."""
        return self.settings["TrunkSid"] or self.settings["VoiceApplicationSid"]


class CarrierNumbers:
    """Reads the account and its numbers, and sets where the calls of one go."""

    def __init__(self, rest: CarrierRest) -> None:
        self._rest = rest

    def account(self) -> AccountState | Trouble:
        """The account. A standard or restricted API key may not read it: Refused with 401 or 403."""
        return _read(self._rest.ask(".json"), _account)

    def find(self, number: str) -> CarrierNumber | Trouble | None:
        """The number of the account that is exactly this one (E.164); None if it has none such."""
        query = {"PhoneNumber": number, "PageSize": str(MOST_FOUND)}
        found = _read(self._rest.ask("/IncomingPhoneNumbers.json", query), _numbers)
        if not isinstance(found, tuple):
            return found
        return next((one for one in found if one.number == number), None)

    def some(self) -> tuple[CarrierNumber, ...] | Trouble:
        """Some of the account's numbers, MOST_LISTED at most."""
        query = {"PageSize": str(MOST_LISTED)}
        return _read(self._rest.ask("/IncomingPhoneNumbers.json", query), _numbers)

    def set(self, number: CarrierNumber, settings: Mapping[str, str]) -> CarrierNumber | Trouble:
        """Set these settings, read the number again, and return what it says then."""
        place = f"/IncomingPhoneNumbers/{number.sid}.json"
        outcome = self._rest.set(place, settings)
        return _read(self._rest.ask(place), _number) if isinstance(outcome, Told) else outcome


def _read(outcome: Told | Trouble, read: Callable[[Table], Read]) -> Read | Trouble:
    """What `read` makes of an answer; an answer that lacks what must be in it is none."""
    if not isinstance(outcome, Told):
        return outcome
    try:
        return read(outcome.table)
    except (KeyError, TypeError, AttributeError):
        return Unclear("it answered something else than was asked for")


def _account(table: Table) -> AccountState:
    return AccountState(str(table["status"]), str(table["type"]))


def _numbers(table: Table) -> tuple[CarrierNumber, ...]:
    return tuple(_number(one) for one in table["incoming_phone_numbers"])


def _number(table: Table) -> CarrierNumber:
    settings = {name: str(table[said] or "") for name, said in SETTINGS.items()}
    return CarrierNumber(
        str(table["sid"]), str(table["phone_number"]), bool(table["capabilities"]["voice"]), settings
    )
