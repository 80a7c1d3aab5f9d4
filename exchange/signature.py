"""The signature on every webhook: proof that the carrier sent it.

The rule (https://www.twilio.com/docs/usage/security#validating-requests): the full URL as requested, without
its fragment, then each POST field in the order of the names, name and value joined without a separator;
HMAC-SHA1 of that with the account's auth token, in base64.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping

HEADER = "X-Twilio-Signature"


def sign(auth_token: str, url: str, fields: Mapping[str, str]) -> str:
    """The value of `X-Twilio-Signature` for a request; `fields` is empty for GET."""
    text = url.partition("#")[0] + "".join(name + fields[name] for name in sorted(fields))
    digest = hmac.new(auth_token.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
