"""What a telephone number is: who may be called back, and which callers have shown no number at all."""

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

NUMBERS_KEPT = 512  # judged before; a call asks about the same number again and again
LONGEST_RAW = 40  # characters; an E.164 number has at most fifteen digits

# What carriers put in From when the caller hides: the letters of ANONYMOUS, RESTRICTED, UNAVAILABLE and
# BLOCKED on a keypad. They look like numbers and belong to nobody (or, worse, to somebody).
STAND_INS = frozenset({"+266696687", "+7378742833", "+86282452253", "+2562533"})
WITHHELD = frozenset(
    {"", "anonymous", "restricted", "unknown", "unavailable", "blocked", "private", "withheld"}
)

_CALLED_KINDS = frozenset(
    {
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.VOIP,
    }
)


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """One number, as `+6281234567890` (ITU-T E.164), with its country (ISO 3166, two letters, "" if none)."""

    e164: str
    country: str

    @property
    def last_four(self) -> str:
        """The last four digits: what a caller is asked for to prove whose ticket it is."""
        return self.e164[-4:]


class Refusal(Enum):
    """Why a number is not called."""

    NOT_VALID = "not valid"
    PREMIUM = "premium rate"
    SHARED_COST = "shared cost"
    KIND_NOT_CALLED = "neither a landline nor a mobile"
    COUNTRY_NOT_ALLOWED = "country not allowed"


def parse(raw: str, region: str) -> PhoneNumber | None:
    """The number written in `raw`, read as somebody in `region` (ISO 3166) would dial it, if there is one."""
    number = _read(raw, region)
    if number is None or not phonenumbers.is_possible_number(number):
        return None
    return _named(number)


def caller_number(from_field: str) -> PhoneNumber | None:
    """The number a caller shows, or None: withheld, a stand-in, an app (`client:`) or an address (`sip:`).

    A number shown is a hint and never a proof: it can be forged.
    """
    shown = from_field.strip()
    if shown.lower() in WITHHELD or shown in STAND_INS or not shown.startswith("+"):
        return None
    return parse(shown, "ZZ")


@lru_cache(maxsize=NUMBERS_KEPT)
def callable_number(raw: str, region: str, allowed_countries: tuple[str, ...]) -> PhoneNumber | Refusal:
    """The number to call, or the reason why we will not: a caller must not make us ring at our own cost."""
    number = _read(raw, region)
    if number is None or not phonenumbers.is_valid_number(number):
        return Refusal.NOT_VALID
    named = _named(number)
    kind = phonenumbers.number_type(number)
    if kind == PhoneNumberType.PREMIUM_RATE:
        return Refusal.PREMIUM
    if kind == PhoneNumberType.SHARED_COST:
        return Refusal.SHARED_COST
    if kind not in _CALLED_KINDS or named.e164 in STAND_INS:
        return Refusal.KIND_NOT_CALLED
    return named if named.country in allowed_countries else Refusal.COUNTRY_NOT_ALLOWED


def as_dialled(e164: str, region: str) -> str:
    """The digits that somebody in `region` dials for this number: at home without the country's code."""
    number = _read(e164, region)
    if number is None or phonenumbers.region_code_for_number(number) != region:
        return e164.lstrip("+")
    written = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    return phonenumbers.normalize_digits_only(written)


def _read(raw: str, region: str) -> phonenumbers.PhoneNumber | None:
    if len(raw) > LONGEST_RAW:
        return None
    try:
        return phonenumbers.parse(raw, region)
    except phonenumbers.NumberParseException:
        return None


def _named(number: phonenumbers.PhoneNumber) -> PhoneNumber:
    # A number of no known range still has a country code; the code's main country is the best guess.
    country = phonenumbers.region_code_for_number(number)
    if country is None and number.country_code is not None:
        country = phonenumbers.region_code_for_country_code(number.country_code)
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return PhoneNumber(e164, country if country and country.isalpha() and country != "ZZ" else "")
