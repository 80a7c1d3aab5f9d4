"""What the carrier's refusals and faults mean, in plain words, each with its cure.

Numbers: https://www.twilio.com/docs/api/errors.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from telephony.placed_calls import CallFault
from telephony.recordings import CarrierAccount
from telephony.rest import Refused, Trouble, Unclear, Unreached


@dataclass(frozen=True, slots=True)
class Said:
    """One line of what is wrong, and one of what to do."""

    what: str
    cure: str


_VERIFY = "verify it in the carrier's console (Phone Numbers, Verified Caller IDs), or upgrade the account"
_GEO = "allow its country in the console (Voice, Settings, Geo permissions)"
_WRITE = "write it with + and the country, as +6281234567890"
_REFUSALS: Mapping[int, tuple[str, str]] = {
    10001: ("the account is not active", "look at its balance and messages in the carrier's console"),
    10002: ("a trial account may not do that", "upgrade the account in the carrier's console"),
    13227: ("the account may not call that country", _GEO),
    20005: ("the account is not active", "look at its balance and messages in the carrier's console"),
    21201: ("there is no number to call", _WRITE),
    21202: ("the carrier calls no premium number", "give a number of your own"),
    21203: ("the account may not call abroad", _GEO),
    21210: ("the number to call from is not the account's", "give a number that the account has"),
    21211: ("the number to call is not valid", _WRITE),
    21212: ("the number to call from is not valid", _WRITE),
    21213: ("there is no number to call from", "give a number that the account has"),
    21214: ("the number to call cannot be reached", "look at the number"),
    21215: ("the account may not call that number", _GEO),
    21216: ("the carrier does not call that number", "give another one"),
    21217: ("the number to call is not valid", _WRITE),
    21219: ("a trial account calls verified numbers alone", _VERIFY),
    21402: ("the carrier takes one of the addresses for none", "look at PUBLIC_URL and --fallback-url"),
    573002: (
        "a trial account calls this person from another number",
        "see in the console which trial number belongs to that verified number",
    ),
    573005: ("the number to call is not verified yet", _VERIFY),
}
_FAULTS: Mapping[int, str] = {
    11100: "our address is none",
    11200: "our document could not be fetched",
    11203: "our web process did not answer in time",
    11205: "our web process could not be connected to",
    11210: "the name of our host is not known",
    11215: "our address redirected too often",
    11220: "the TLS connection to us failed",
    11237: "the carrier does not trust our TLS certificate; it needs the whole chain",
    12100: "what we answered is no XML",
    12200: "what we answered is no TwiML",
    12300: "what we answered has the wrong content type",
}


def in_words(trouble: Trouble, account: CarrierAccount) -> Said:
    """Why the carrier did not do what it was asked, and the cure."""
    match trouble:
        case Unreached(reason):
            cure = "look at TWILIO_API_URL and the way out of here"
            return Said(f"{account.url} cannot be reached: {reason}", cure)
        case Unclear(reason):
            return Said(f"{account.url}: {reason}", "ask again in a minute; status.twilio.com tells outages")
        case Refused():
            return _refused(trouble, account)
        case _:
            assert_never(trouble)


def fault_in_words(fault: CallFault) -> str:
    """What went wrong on a call."""
    meaning = _FAULTS.get(fault.code) or fault.words or "see its page"
    where = f", at {fault.url}" if fault.url else ""
    return f"the carrier's error {fault.code}: {meaning}{where} ({_page(fault.code)})"


def _refused(refused: Refused, account: CarrierAccount) -> Said:
    if refused.code in _REFUSALS:
        what, cure = _REFUSALS[refused.code]
        return Said(f"{what} ({refused.code})", cure)
    match refused.status:
        case 401 | 403:
            own = account.user == account.sid
            who = "TWILIO_AUTH_TOKEN" if own else "TWILIO_API_KEY_SID and its secret"
            cure = f"mend {who}; a restricted key needs rights for numbers and calls"
            return Said(f"account {account.sid[:6]}... is not let in at {account.url}", cure)
        case 404:
            return Said("the carrier does not know it", "look at TWILIO_ACCOUNT_SID")
        case 429:
            again = f"in {refused.wait:.0f} s" if refused.wait else "in a minute"
            return Said("the carrier is asked too often at this moment", f"run this again {again}")
        case _:
            words = refused.words or "without a word of explanation"
            cure = f"see {_page(refused.code)}" if refused.code else "look at TWILIO_API_URL"
            return Said(f"the carrier refused it with {refused.status}: {words}", cure)


def _page(code: int) -> str:
    return f"https://www.twilio.com/docs/errors/{code}"
