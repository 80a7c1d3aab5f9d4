"""Whether the carrier lets our account in and knows our number, asked without changing anything."""

import httpx

from foundation.clock import SystemClock
from foundation.settings import Settings
from processes.carrier import carrier_account
from processes.connect.connecting import leads_here
from processes.doctor.carrier_words import in_words
from processes.doctor.findings import Finding
from telephony.numbers import CarrierNumber, CarrierNumbers
from telephony.recordings import CarrierAccount
from telephony.rest import CarrierRest, Trouble

WHAT = "carrier"
NUMBER = "number"
ANSWER_LIMIT = 4.0  # seconds for each step: reaching it, and its first words
# Asked for one line of the list of recordings: what our account must be let into, and nothing is changed.
# Source: https://www.twilio.com/docs/voice/api/recording#get-all-recordings
ASKED = "/2010-04-01/Accounts/{sid}/Recordings.json?PageSize=1"


def look_at_carrier(settings: Settings) -> Finding:
    """Whether its REST part answers, and with our account."""
    account = carrier_account(settings)
    if account is None:
        cure = "set TWILIO_ACCOUNT_SID, as in the carrier's console"
        return Finding(WHAT, "no account: recordings cannot be fetched, calls not placed", cure)
    try:
        return _judged(account, _status(account))
    except httpx.HTTPError:
        cure = "mend TWILIO_API_URL, or look why it cannot be reached from here"
        if settings.in_development:
            cure = "start the local exchange, `hotline run`"
        return Finding(WHAT, f"{account.url} does not answer", cure)


def _status(account: CarrierAccount) -> int:
    who = (account.user, account.password.reveal())
    address = account.url + ASKED.format(sid=account.sid)
    # The body is not read: it is of any length, and the status says enough.
    with httpx.stream("GET", address, auth=who, timeout=ANSWER_LIMIT, trust_env=False) as answer:
        return answer.status_code


def _judged(account: CarrierAccount, status: int) -> Finding:
    known = f"account {account.sid[:6]}..."
    match status:
        case httpx.codes.OK:
            return Finding(WHAT, f"{known} is let in at {account.url}")
        case httpx.codes.UNAUTHORIZED | httpx.codes.FORBIDDEN:
            who = "TWILIO_AUTH_TOKEN" if account.user == account.sid else "TWILIO_API_KEY_SID and its secret"
            return Finding(WHAT, f"{known} is not let in at {account.url}", f"mend {who}")
        case httpx.codes.NOT_FOUND:
            return Finding(WHAT, f"{known} is not known at {account.url}", "mend TWILIO_ACCOUNT_SID")
        case _:
            return Finding(WHAT, f"{account.url} answers {status}", "mend TWILIO_API_URL, or ask again later")


def look_at_number(settings: Settings) -> Finding:
    """Whether calls of HOTLINE_NUMBER come to PUBLIC_URL, and what happens while nobody answers there."""
    account = carrier_account(settings)
    if account is None:
        return Finding(NUMBER, "no account: not looked at", "set TWILIO_ACCOUNT_SID")
    rest = CarrierRest(account, SystemClock(), tries=1)
    try:
        found = CarrierNumbers(rest).find(settings.hotline_number)
    finally:
        rest.close()
    return _number_judged(settings, account, found)


def _number_judged(
    settings: Settings, account: CarrierAccount, found: CarrierNumber | Trouble | None
) -> Finding:
    number = settings.hotline_number
    if found is None:
        return Finding(NUMBER, f"the account has no number {number}", "mend HOTLINE_NUMBER, or get it there")
    if not isinstance(found, CarrierNumber):
        said = in_words(found, account)
        return Finding(NUMBER, f"{number} cannot be looked up: {said.what}", said.cure)
    cure = f"`hotline connect {number}`"
    if elsewhere := leads_here(found, settings.public_url):
        how = f"{number} does not lead to {settings.public_url}: {elsewhere}"
        return Finding(NUMBER, how, f"mend PUBLIC_URL if it is wrong, else {cure}")
    how = f"{number} leads to {settings.public_url}"
    # The local exchange goes down with everything else on a laptop: there is nobody to fall back to.
    if not found.settings["VoiceFallbackUrl"] and not settings.in_development:
        return Finding(NUMBER, f"{how}, and nowhere while that is down", f"{cure} --fallback-url", mild=True)
    return Finding(NUMBER, how)
