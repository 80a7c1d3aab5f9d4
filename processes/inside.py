"""What opens the door to the inside of calls: a token that only this installation can make."""

import hashlib
import hmac

from foundation.redaction import Secret
from foundation.settings import Settings

_PURPOSE = b"ask what happens inside a call"


def inside_token(settings: Settings) -> Secret:
    """The bearer token: the same for every process of one SECRET_KEY, and no way back to that key."""
    key = settings.secret_key.reveal().encode()
    return Secret(hmac.new(key, _PURPOSE, hashlib.sha256).hexdigest())
