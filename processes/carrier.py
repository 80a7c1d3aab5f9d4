"""The account at the carrier: who asks its REST part, and how spoken messages are fetched there."""

from foundation.clock import Clock
from foundation.settings import Settings
from telephony.recordings import CarrierAccount, CarrierRecordings


def carrier_account(settings: Settings) -> CarrierAccount | None:
    """The account, with its API key, or the token where there is no key; None if no account is set."""
    if settings.twilio_account_sid is None:
        return None
    user, password = settings.twilio_account_sid, settings.twilio_auth_token
    if settings.twilio_api_key_sid and settings.twilio_api_key_secret:
        user, password = settings.twilio_api_key_sid, settings.twilio_api_key_secret
    return CarrierAccount(settings.twilio_api_url, settings.twilio_account_sid, user, password)


def carrier_recordings(
    settings: Settings, clock: Clock, limit: float | None = None
) -> CarrierRecordings | None:
    """The recordings of the account, each fetched within `limit` seconds (2.5); None if no account is set."""
    account = carrier_account(settings)
    return CarrierRecordings(account, clock, limit=limit) if account else None
